// SPDX-License-Identifier: Apache-2.0
// The policies of a running gateway: which one serves, which are kept, which one is tried beside it; and the interface by which operators
// change that. A bad candidate never takes the place of a good one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/embed/generation.h"
#include "runtime/gateway/settings.h"
#include "runtime/http/message.h"

namespace sbx::gateway {

/// What to load: one of a path, a text, the bytes of an object.
struct Candidate {
  std::optional<std::string> path, text, object;
  std::string signature;  // 64 bytes, of an object that came by the network
  std::string name;       // which policy of a text that holds several; empty: the only one
};

/// What loading came to. `status` is the answer's: 200; 422 with the document of `check` or `test`; 403 for a signature.
struct LoadedPolicy {
  std::shared_ptr<embed::Generation> generation;  // null: rejected
  int status = 200;
  std::string document;            // JSON: of `check` or `test`, or `{"error":{"code","message"}}`; empty where there is nothing to say
  std::string diff;                // `{"equivalent":…,"regions":…}` against the running one, or empty where they were not compared
  std::string diff_document;       // of `diff`, whole
  std::string reason;              // one line, for the log and the status
  std::string source;              // what the loader needs to compare a later candidate with this one; only it can read that
  std::vector<std::string> files;  // that were read, also by a rejected one: when one of them changes, it is worth another look
};

/// Parses, checks, compiles, runs the policy's own tests and compares, away from this process' threads. Blocks; one at a time.
class PolicyLoader {
 public:
  virtual ~PolicyLoader() = default;
  /// `running`: the `source` of the one that serves; empty: there is none to compare with.
  [[nodiscard]] virtual LoadedPolicy load(const Candidate& candidate, const std::string& running) = 0;
  /// From another thread: a load that is under way ends soon, rejected, and so do all that follow.
  virtual void stop() {}
};

/// Thread-safe.
class Policies {
 public:
  /// `loader` must outlive it.
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

  /// Loads the policy of the settings; after the first time, where the settings say so, also whenever its files change. Says what came of
  /// it; also kept for `status_json`.
  LoadedPolicy load_path();
  /// `/admin/policies…`, `/admin/shadow`, `/admin/canary`; nothing for another path. The caller has checked the token.
  [[nodiscard]] std::optional<http::Response> answer(const http::Request& request);
  /// Members of the object of `GET /admin/status` that are about policies, without the braces.
  [[nodiscard]] std::string status_json() const;
  /// Called after each load but a dry one, on the thread that loaded; `active` is no for a policy that is only kept. Set both before the
  /// first load.
  std::function<void(const LoadedPolicy&, bool active)> on_load;
  /// Called before a policy decides for all, whether it was loaded or is gone back to.
  std::function<void(const Manifest&)> before_active;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sbx::gateway
