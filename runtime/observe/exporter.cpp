// SPDX-License-Identifier: Apache-2.0
#include "runtime/observe/exporter.h"

#include <algorithm>
#include <csignal>

#include "runtime/observe/spans.h"

namespace sbx::observe {

using namespace std::chrono_literals;

Exporter::Exporter(OtlpOptions options, http::Url url, http::Tls tls, Observer::Complain complain)
    : options_(std::move(options)), poster_(std::move(url), std::move(tls)), complain_(std::move(complain)) {}

Result<std::unique_ptr<Exporter>> Exporter::make(const OtlpOptions& options, Observer::Complain complain) {
  Result<http::Url> url = http::parse_url(options.endpoint);
  if (!url) return url.error();
  http::Tls tls;
  if (url->tls) {
    Result<http::Tls> made = http::client_tls({});
    if (!made) return made.error();
    tls = std::move(*made);
  }
  std::unique_ptr<Exporter> exporter(new Exporter(options, std::move(*url), std::move(tls), std::move(complain)));
  exporter->thread_ = std::thread([raw = exporter.get()] { raw->run(); });
  return exporter;
}

Exporter::~Exporter() { finish(std::chrono::steady_clock::now()); }

void Exporter::finish(std::chrono::steady_clock::time_point until) {
  if (!thread_.joinable()) return;
  {
    std::unique_lock lock(mutex_);
    stop_ = true;
    woken_.notify_one();
    ended_.wait_until(lock, until, [this] { return is_over_; });
  }
  poster_.stop();
  thread_.join();
}

void Exporter::add(std::vector<std::string> spans) {
  const std::lock_guard lock(mutex_);
  const size_t before = queue_.size();
  for (std::string& span : spans) {
    if (queue_.size() >= kMostQueued)
      ++dropped_full_;
    else
      queue_.push_back(std::move(span));
  }
  if (before < kAtOnce && queue_.size() >= kAtOnce) woken_.notify_one();
}

void Exporter::run() {
  sigset_t signals;
  sigfillset(&signals);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::unique_lock lock(mutex_);
  for (;;) {
    woken_.wait_for(lock, 1s, [this] { return stop_ || queue_.size() >= kAtOnce; });
    while (!queue_.empty()) {
      const auto end = queue_.begin() + static_cast<ptrdiff_t>(std::min(queue_.size(), kAtOnce));
      const std::vector<std::string> batch(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
      queue_.erase(queue_.begin(), end);
      lock.unlock();
      send(batch);
      lock.lock();
    }
    if (stop_) break;
  }
  is_over_ = true;
  ended_.notify_one();
}

void Exporter::send(const std::vector<std::string>& spans) {
  http::Headers headers{{"content-type", "application/json"}};
  for (const auto& [name, value] : options_.headers) http::set(headers, name, value);
  constexpr int kFirstBad = 300;
  const http::Posted posted = poster_.post("/v1/traces", std::move(headers), export_request(spans, options_.service_name), 5s);
  const bool fails = posted.end != http::CallEnd::Ok || posted.answer.status >= kFirstBad;
  if (!fails) {
    sent_ += spans.size();
    if (is_failing_) complain_("the collector at `" + options_.endpoint + "` takes spans again; " + std::to_string(dropped_while_failing_) + " were dropped");
    dropped_while_failing_ = 0;
  } else {
    dropped_failed_ += spans.size();
    dropped_while_failing_ += spans.size();
    if (!is_failing_ && posted.end != http::CallEnd::Left)  // else we are leaving
      complain_("the collector at `" + options_.endpoint + "` takes no spans: " +
                (posted.end != http::CallEnd::Ok ? std::string(http::to_string(posted.end)) : "status " + std::to_string(posted.answer.status)));
  }
  is_failing_ = fails;
}

void Exporter::expose(Exposition& text) const {
  text.single("signalbox_spans_total", "counter", "Spans that the collector took.", static_cast<double>(sent_.load()));
  text.begin("signalbox_spans_dropped_total", "counter", "Spans that were not sent.");
  text.sample({{"reason", "queue_full"}}, static_cast<double>(dropped_full_.load()));
  text.sample({{"reason", "send_failed"}}, static_cast<double>(dropped_failed_.load()));
}

}  // namespace sbx::observe
