// SPDX-License-Identifier: Apache-2.0
// `signalbox serve`: a gateway that answers by the policy in force, until it is told to end.
#pragma once

#include <functional>
#include <string>

#include "runtime/gateway/policies.h"
#include "runtime/gateway/settings.h"

namespace sbx::gateway {

/// Where it listens, once it does; empty where there is no such interface.
struct Ready {
  std::string listen, admin, ext_proc;
};

/// Serves on threads of its own and returns after SIGTERM or SIGINT, when what was being answered is answered or `limits.drain_ms` has
/// passed. SIGHUP loads the policy of the settings again. `on_ready` is called once, and `say` for each line that an operator should read.
/// `models` are those that the loader gives its policies. An error if it cannot begin: an address that is taken, a policy that is refused, a log that cannot be written.
[[nodiscard]] Result<bool> serve(const Settings& settings, PolicyLoader& loader, models::Models& models, const std::function<void(const Ready&)>& on_ready,
                                 const std::function<void(const std::string&)>& say);

/// What `serve` needs before it listens: providers that can be called, keys that can be read, a policy that these settings can serve.
[[nodiscard]] Result<bool> check(const Settings& settings, PolicyLoader& loader, models::Models& models);

}  // namespace sbx::gateway
