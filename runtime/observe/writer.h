// SPDX-License-Identifier: Apache-2.0
// The thread that writes down what was served. Whoever serves never waits for it.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/observe/exporter.h"
#include "runtime/observe/exposition.h"
#include "runtime/observe/log_file.h"
#include "runtime/observe/observer.h"
#include "runtime/observe/recording.h"
#include "runtime/observe/spans.h"

namespace sbx::observe {

class Writer {
 public:
  /// R0702 for a log that cannot be opened, R0703 for an endpoint that is no URL.
  [[nodiscard]] static Result<std::unique_ptr<Writer>> make(const LogOptions& log, const OtlpOptions& otlp, Observer::Complain complain);
  /// Writes what is queued, for at most a second.
  ~Writer();

  /// Whether the record would be written anywhere.
  [[nodiscard]] bool wants(const Served& request) const;
  /// Any thread. More than kMostQueued are dropped and counted.
  void push(std::unique_ptr<Served> request);
  void expose(Exposition& text) const;

  static constexpr uint64_t kMostQueued = 8192;

 private:
  using Batch = std::vector<std::unique_ptr<Served>>;
  using Clock = std::chrono::steady_clock;
  // Several, so that threads seldom meet.
  struct alignas(64) Lane {
    std::mutex mutex;  // guards waiting
    Batch waiting;
  };
  Writer(const LogOptions& log, Observer::Complain complain);
  [[nodiscard]] bool is_logged(const Served& request) const;
  [[nodiscard]] bool is_recorded(const Served& request) const;
  [[nodiscard]] bool is_traced(const Served& request) const;
  void run();
  void wake();
  [[nodiscard]] Batch take();
  void write(Batch& batch);
  void write_log(const Batch& batch);
  void write_recordings(const Batch& batch);
  void export_spans(const Batch& batch);
  void tell_log_state(uint64_t dropped);

  LogOptions log_;
  Observer::Complain complain_;
  std::unique_ptr<LogFile> file_;  // null: no log
  std::unique_ptr<RecordingFile> recordings_;  // null: none
  std::unique_ptr<Exporter> exporter_;  // null: no traces
  SpanIds span_ids_;
  bool is_failing_ = false, is_unrecorded_ = false;
  uint64_t dropped_while_failing_ = 0;

  static constexpr size_t kLanes = 16;
  std::array<Lane, kLanes> lanes_;
  std::atomic<uint64_t> queued_ = 0;
  std::atomic<bool> is_idle_ = false;
  struct Count {
    std::atomic<uint64_t> lines = 0, bytes = 0, dropped_full = 0, dropped_failed = 0, recorded = 0, unrecorded = 0;
  } count_;

  std::mutex mutex_;  // guards stop_, until_
  std::condition_variable woken_;
  bool stop_ = false;
  Clock::time_point until_;  // once stopped
  std::thread thread_;
};

}  // namespace sbx::observe
