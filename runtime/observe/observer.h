// SPDX-License-Identifier: Apache-2.0
// Where the gateway tells what happened, and where operators read it: metrics, the decision log, traces.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/observe/served.h"

namespace sbx::observe {

struct LogOptions {
  std::string path;               // empty: no log
  std::vector<std::string> mask;  // paths in a line whose values become `"***"`: `readings.user.id`; `*` is any name
  int64_t rotate_bytes = 256 << 20;  // a file that would grow past it is renamed to `PATH.1`; 0: never
  int64_t keep_files = 5;            // `PATH.1` … `PATH.5`
  double sample = 1.0;            // the share of requests that are logged, chosen by the decision's id
  std::string recordings;         // the file of bodies, where a policy keeps them; empty: none
};

struct OtlpOptions {
  std::string endpoint;  // `http://host:4318`; empty: no traces
  std::vector<std::pair<std::string, std::string>> headers;
  std::string service_name = "signalbox";
};

/// What is true now, for `/metrics`.
struct Gauges {
  uint64_t connections = 0;
  uint64_t inflight = 0;
  uint64_t open_files = 0, max_open_files = 0;
  struct Endpoint {
    std::string provider, url;
    bool open = false;  // its circuit
  };
  std::vector<Endpoint> endpoints;
};

/// Thread-safe. Nothing here blocks or throws: what cannot be kept (a full queue, a full disk) is counted and dropped.
class Observer {
 public:
  /// Where trouble with the log or the collector is told, one line each time that it begins or ends; on a thread of the observer's own.
  using Complain = std::function<void(std::string_view)>;

  /// R0702 if the log cannot be opened, R0703 if the collector's address is none. `complain`: by default a line on stderr.
  [[nodiscard]] static Result<std::unique_ptr<Observer>> make(const LogOptions& log, const OtlpOptions& otlp, Complain complain = {});
  /// Writes what is queued, for at most a second.
  ~Observer();

  /// Counts, and leaves the record to the writing thread, without its messages.
  void served(Served request);
  /// A policy was loaded (`active`) or refused (`rejected`).
  void loaded(std::string_view result, const Manifest* manifest);
  /// Prometheus' text format.
  [[nodiscard]] std::string metrics(const Gauges& now) const;

 private:
  struct State;
  explicit Observer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sbx::observe
