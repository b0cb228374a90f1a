// SPDX-License-Identifier: Apache-2.0
// The policies of a running gateway: which one serves, which are kept, which one is tried beside it; and the interface by which operators
// change that. A bad candidate never takes the place of a good one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "runtime/embed/generation.h"
#include "runtime/gateway/settings.h"
#include "runtime/http/message.h"

namespace sbx::gateway {

/// What to load: one of a path, a text, the bytes of an object.
struct Candidate {
  std::optional<std::string> path, text, object;
  std::string signature;  // 64 bytes, of an object that came by the network
};

/// What loading came to. `status` is the answer's: 200; 422 with the document of `check` or `test`; 403 for a signature.
struct LoadedPolicy {
  std::shared_ptr<embed::Generation> generation;  // null: rejected
  int status = 200;
  std::string document;  // JSON
  std::string diff;      // `{"equivalent":…,"regions":…}` against the running one, or empty where there is none
  std::string reason;    // one line, for the log and the status
};

/// Parses, checks, compiles, runs the policy's own tests and compares, away from this process' threads. Blocks; one at a time.
class PolicyLoader {
 public:
  virtual ~PolicyLoader() = default;
  [[nodiscard]] virtual LoadedPolicy load(const Candidate& candidate, const embed::Generation* running) = 0;
};

/// Thread-safe.
class Policies {
 public:
  Policies(const PolicySettings& settings, PolicyLoader& loader);
  ~Policies();

  /// What one request is decided by, for as long as it takes.
  struct Pick {
    std::shared_ptr<embed::Generation> generation;
    std::shared_ptr<embed::Generation> shadow;  // decides beside it, and changes nothing
    bool canary = false;
  };
  /// A lock that is held for a copy. `generation` is null before the first load.
  [[nodiscard]] Pick pick(const Request& request) const;
  /// Counts what a shadow would have decided otherwise, and keeps some.
  void compare(const embed::Generation& live, const Decision& decided, const embed::Generation& shadow, const Decision& shadowed);

  /// Loads the policy of the settings. Says what came of it; also kept for `status_json`.
  LoadedPolicy load_path();
  /// `/admin/policies…`, `/admin/shadow`, `/admin/canary`; nothing for another path. The caller has checked the token.
  [[nodiscard]] std::optional<http::Response> answer(const http::Request& request);
  /// Members of the object of `GET /admin/status` that are about policies, without the braces.
  [[nodiscard]] std::string status_json() const;
  /// Called after each load with `active` or `rejected`, on the thread that loaded.
  std::function<void(const LoadedPolicy&)> on_load;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sbx::gateway
