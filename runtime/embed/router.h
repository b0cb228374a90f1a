// SPDX-License-Identifier: Apache-2.0
// The policy in force, and how the next one takes its place.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "runtime/embed/compile_source.h"
#include "runtime/embed/generation.h"
#include "runtime/program/load_object.h"

namespace sbx::embed {

/// What to load: exactly one of `path`, `text`, `object`.
struct LoadRequest {
  std::optional<std::string> path, text, object;
  std::string name;  // of text or object
  std::string policy, stdlib;
  LoadOptions object_options;
  bool require_signature = false;
  bool dry_run = false;
};

struct LoadReport {
  std::shared_ptr<Generation> loaded;  // null: it failed
  std::optional<Error> error;
  std::string findings;  // for people
  std::string check;     // the document of `check`, where a text was looked at
  bool in_force = false;
};

/// Thread-safe.
class Router {
 public:
  /// One load at a time; requests are served meanwhile.
  LoadReport load(const LoadRequest& request);
  /// Null before the first load.
  [[nodiscard]] std::shared_ptr<Generation> current() const;
  /// Generations in memory.
  [[nodiscard]] uint64_t alive() const { return *alive_; }

 private:
  std::mutex loading_;  // held for a whole load; guards loads_
  uint64_t loads_ = 0;
  mutable std::mutex mutex_;  // guards current_; held for a copy or a swap of it
  std::shared_ptr<Generation> current_;
  std::shared_ptr<std::atomic<uint64_t>> alive_ = std::make_shared<std::atomic<uint64_t>>(0);
};

/// `{"schema":"signalbox.load/1", …}` (signalbox.h).
[[nodiscard]] std::string load_json(const LoadReport& report);
/// The findings, or the error as one line.
[[nodiscard]] std::string load_text(const LoadReport& report);
/// `{"schema":"signalbox.status/1", …}`.
[[nodiscard]] std::string status_json(const Router& router);

}  // namespace sbx::embed
