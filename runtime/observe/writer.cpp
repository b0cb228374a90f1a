// SPDX-License-Identifier: Apache-2.0
#include "runtime/observe/writer.h"

#include <csignal>

#include <algorithm>

#include "runtime/observe/log_line.h"

namespace sbx::observe {

using namespace std::chrono_literals;

Writer::Writer(const LogOptions& log, Observer::Complain complain) : log_(log), complain_(std::move(complain)) {}

Result<std::unique_ptr<Writer>> Writer::make(const LogOptions& log, const OtlpOptions& otlp, Observer::Complain complain) {
  std::unique_ptr<Writer> writer(new Writer(log, complain));
  if (!log.path.empty()) {
    Result<LogFile> file = LogFile::open(log.path, log.rotate_bytes, log.keep_files);
    if (!file) return file.error();
    writer->file_ = std::make_unique<LogFile>(std::move(*file));
  }
  if (!log.recordings.empty()) {
    Result<RecordingFile> file = RecordingFile::open(log.recordings);
    if (!file) return file.error();
    writer->recordings_ = std::make_unique<RecordingFile>(std::move(*file));
  }
  if (!otlp.endpoint.empty()) {
    Result<std::unique_ptr<Exporter>> exporter = Exporter::make(otlp, std::move(complain));
    if (!exporter) return exporter.error();
    writer->exporter_ = std::move(*exporter);
  }
  writer->thread_ = std::thread([raw = writer.get()] { raw->run(); });
  return writer;
}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    until_ = Clock::now() + 1s;
  }
  woken_.notify_one();
  if (thread_.joinable()) thread_.join();
  if (exporter_ != nullptr) exporter_->finish(until_);
}

bool Writer::is_logged(const Served& request) const {
  return file_ != nullptr && request.generation != nullptr && is_sampled(request.decision.id, log_.sample);
}

bool Writer::is_recorded(const Served& request) const {
  return recordings_ != nullptr && request.generation != nullptr && request.recording.has_value();
}

bool Writer::is_traced(const Served& request) const { return exporter_ != nullptr && request.sampled && !request.trace_id.empty(); }

bool Writer::wants(const Served& request) const { return is_logged(request) || is_recorded(request) || is_traced(request); }

void Writer::push(std::unique_ptr<Served> request) {
  // Counted before it is there, so that no more than so many ever are.
  const uint64_t before = queued_.fetch_add(1);
  if (before >= kMostQueued) {
    queued_.fetch_sub(1);
    count_.dropped_full.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  Lane& lane = lanes_[std::hash<std::thread::id>()(std::this_thread::get_id()) % kLanes];
  {
    const std::lock_guard lock(lane.mutex);
    lane.waiting.push_back(std::move(request));
  }
  // The writer looks by itself every few milliseconds, unless it has seen nothing for long: a system call for each request would cost more
  // than all the rest.
  if (is_idle_.load() || before == kMostQueued / 2) wake();
}

void Writer::wake() {
  is_idle_ = false;
  { const std::lock_guard lock(mutex_); }
  woken_.notify_one();
}

Writer::Batch Writer::take() {
  Batch all;
  for (Lane& lane : lanes_) {
    Batch taken;
    {
      const std::lock_guard lock(lane.mutex);
      taken.swap(lane.waiting);
    }
    std::move(taken.begin(), taken.end(), std::back_inserter(all));
  }
  std::ranges::stable_sort(all, {}, [](const auto& one) { return one->begin_us + one->duration_us; });
  return all;
}

void Writer::run() {
  // Signals are for the thread that serves; a file that may not grow (SIGXFSZ), or a pipe that broke, is an error of a write.
  sigset_t signals;
  sigfillset(&signals);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  constexpr auto kPause = 10ms;
  constexpr int kLooks = 100;
  for (int looks = 0;;) {
    Batch batch = take();
    looks = batch.empty() ? looks + 1 : 0;
    write(batch);
    queued_.fetch_sub(batch.size());
    std::unique_lock lock(mutex_);
    if (stop_ && (queued_.load() == 0 || Clock::now() >= until_)) return;
    if (stop_ || !batch.empty()) continue;
    if (looks < kLooks) {
      woken_.wait_for(lock, kPause, [this] { return stop_; });
      continue;
    }
    is_idle_ = true;
    woken_.wait(lock, [this] { return stop_ || !is_idle_ || queued_.load() > 0; });
    is_idle_ = false;
    looks = 0;
  }
}

void Writer::write(Batch& batch) {
  constexpr size_t kAtOnce = 256;  // keeps what is in memory twice small
  for (size_t begin = 0; begin < batch.size(); begin += kAtOnce) {
    Batch part(std::make_move_iterator(batch.begin() + static_cast<ptrdiff_t>(begin)),
               std::make_move_iterator(batch.begin() + static_cast<ptrdiff_t>(std::min(batch.size(), begin + kAtOnce))));
    if (exporter_ != nullptr) export_spans(part);
    if (recordings_ != nullptr) write_recordings(part);
    if (file_ != nullptr) write_log(part);
  }
}

void Writer::write_log(const Batch& batch) {
  std::vector<std::string> lines;
  for (const auto& request : batch) {
    if (is_logged(*request)) lines.push_back(log_line(*request, log_.mask) + "\n");
  }
  if (lines.empty()) return;
  const size_t kept = file_->write(lines);
  size_t bytes = 0;
  for (size_t i = 0; i < kept; ++i) bytes += lines[i].size();
  count_.lines.fetch_add(kept, std::memory_order_relaxed);
  count_.bytes.fetch_add(bytes, std::memory_order_relaxed);
  count_.dropped_failed.fetch_add(lines.size() - kept, std::memory_order_relaxed);
  tell_log_state(lines.size() - kept);
}

void Writer::write_recordings(const Batch& batch) {
  std::vector<std::string> lines;
  uint64_t keep = 0;
  for (const auto& request : batch) {
    if (!is_recorded(*request)) continue;
    lines.push_back(recording_line(*request) + "\n");
    keep = std::max(keep, request->recording->keep);
  }
  if (lines.empty()) return;
  const size_t kept = recordings_->write(lines, keep);
  count_.recorded.fetch_add(kept, std::memory_order_relaxed);
  count_.unrecorded.fetch_add(lines.size() - kept, std::memory_order_relaxed);
  const bool fails = !recordings_->trouble().empty();
  if (fails && !is_unrecorded_) complain_("recordings are dropped: " + recordings_->trouble());
  is_unrecorded_ = fails;
}

void Writer::export_spans(const Batch& batch) {
  std::vector<std::string> all;
  for (const auto& request : batch) {
    if (is_traced(*request)) std::ranges::move(spans(*request, span_ids_), std::back_inserter(all));
  }
  exporter_->add(std::move(all));
}

// Once when trouble begins, once when it is over.
void Writer::tell_log_state(uint64_t dropped) {
  const bool fails = !file_->trouble().empty();
  if (fails && !is_failing_) complain_("the decision log drops lines: " + file_->trouble());
  dropped_while_failing_ += dropped;
  if (!fails && is_failing_) {
    complain_("the decision log `" + log_.path + "` is written again; " + std::to_string(dropped_while_failing_) + " lines were dropped");
    dropped_while_failing_ = 0;
  }
  is_failing_ = fails;
}

void Writer::expose(Exposition& text) const {
  const auto of = [](const std::atomic<uint64_t>& value) { return static_cast<double>(value.load(std::memory_order_relaxed)); };
  if (file_ != nullptr) {
    text.single("signalbox_log_lines_total", "counter", "Lines of the decision log that were written.", of(count_.lines));
    text.single("signalbox_log_bytes_total", "counter", "Bytes of the decision log that were written.", of(count_.bytes));
    text.begin("signalbox_log_lines_dropped_total", "counter", "Lines of the decision log that were not kept.");
    text.sample({{"reason", "queue_full"}}, of(count_.dropped_full));
    text.sample({{"reason", "write_failed"}}, of(count_.dropped_failed));
  }
  if (recordings_ != nullptr) {
    text.single("signalbox_recordings_total", "counter", "Requests whose bodies were kept.", of(count_.recorded));
    text.single("signalbox_recordings_dropped_total", "counter", "Requests whose bodies could not be written.", of(count_.unrecorded));
  }
  if (exporter_ != nullptr) exporter_->expose(text);
}

}  // namespace sbx::observe
