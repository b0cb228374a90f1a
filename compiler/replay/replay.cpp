// SPDX-License-Identifier: Apache-2.0
#include "compiler/replay/replay.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace sbx::replay {
namespace {

class Replay {
 public:
  Replay(Policies& policies, const Options& options)
      : policies_(policies), options_(options), chunks_(options.traces, options.limit), total_(chunks_.total_bytes()) {}

  Result<Replayed> run() {
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < options_.jobs; ++i) threads.emplace_back([this] { work(); });
    work();
    for (std::thread& thread : threads) thread.join();
    if (error_) return *error_;
    return Replayed{std::move(counts_), std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()};
  }

 private:
  void work() {
    Worker worker(policies_, options_.work);
    Chunk chunk;
    while (take(chunk)) deliver(chunk, worker.work(chunk));
  }

  // Nobody runs so far ahead that much waits to be delivered.
  bool take(Chunk& chunk) {
    std::unique_lock lock(mutex_);
    delivered_one_.wait(lock, [&] { return taken_ < delivered_ + 4 * size_t{options_.jobs} || error_; });
    if (error_ || is_done_) return false;
    const Result<bool> got = chunks_.next(chunk);
    if (!got) return stop(got.error());
    is_done_ = !*got;
    taken_ += *got ? 1 : 0;
    return *got;
  }

  bool stop(const Error& error) {
    if (!error_) error_ = error;
    delivered_one_.notify_all();
    return false;
  }

  void deliver(const Chunk& chunk, Worked worked) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(chunk.number, Waiting{std::move(worked), chunk.file, chunk.is_first, chunk.size});
    while (!waiting_.empty() && waiting_.begin()->first == delivered_ && !error_) {
      append(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
      ++delivered_;
    }
    delivered_one_.notify_all();
  }

  struct Waiting {
    Worked worked;
    size_t file;
    bool is_first;
    size_t bytes;
  };

  void append(Waiting& next) {
    if (next.is_first) line_ = 0;
    for (auto* remarks : {&next.worked.counts.failures, &next.worked.counts.differences}) {
      for (Remark& remark : *remarks) {
        remark.file = next.file;
        remark.line += line_;
      }
    }
    line_ += next.worked.lines;
    bytes_ += next.bytes;
    counts_.add(next.worked.counts);
    if (options_.work.decisions) {
      if (const auto error = options_.write(next.worked.decisions)) stop(*error);
    }
    if (options_.progress) options_.progress({counts_.requests, bytes_, total_});
  }

  Policies& policies_;
  const Options& options_;
  std::mutex mutex_;  // guards all below
  std::condition_variable delivered_one_;
  Chunks chunks_;
  std::optional<uint64_t> total_;
  size_t taken_ = 0, delivered_ = 0;
  bool is_done_ = false;
  std::map<size_t, Waiting> waiting_;
  uint64_t line_ = 0, bytes_ = 0;
  Counts counts_;
  std::optional<Error> error_;
};

}  // namespace

Result<Replayed> replay(Policies& policies, const Options& options) { return Replay(policies, options).run(); }

}  // namespace sbx::replay
