// SPDX-License-Identifier: Apache-2.0
// Sends spans to a collector, on a thread of its own: one that hangs keeps nobody waiting, not even the log.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "runtime/http/post.h"
#include "runtime/observe/exposition.h"
#include "runtime/observe/observer.h"

namespace sbx::observe {

class Exporter {
 public:
  /// R0703 for an endpoint that is no URL.
  [[nodiscard]] static Result<std::unique_ptr<Exporter>> make(const OtlpOptions& options, Observer::Complain complain);
  ~Exporter();

  /// One thread. What there is no room for is dropped and counted.
  void add(std::vector<std::string> spans);
  /// Sends what is queued and ends, by then at the latest.
  void finish(std::chrono::steady_clock::time_point until);
  void expose(Exposition& text) const;

  static constexpr size_t kMostQueued = 8192, kAtOnce = 512;

 private:
  Exporter(OtlpOptions options, http::Url url, http::Tls tls, Observer::Complain complain);
  void run();
  void send(const std::vector<std::string>& spans);

  OtlpOptions options_;
  http::Poster poster_;
  Observer::Complain complain_;
  std::atomic<uint64_t> sent_ = 0, dropped_full_ = 0, dropped_failed_ = 0;
  uint64_t dropped_while_failing_ = 0;
  bool is_failing_ = false;

  std::mutex mutex_;  // guards what follows
  std::condition_variable woken_, ended_;
  std::deque<std::string> queue_;
  bool stop_ = false, is_over_ = false;
  std::thread thread_;
};

}  // namespace sbx::observe
