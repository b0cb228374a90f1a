// SPDX-License-Identifier: Apache-2.0
// What `serve` and `ext-proc` share: settings from a file, and a gateway that runs by them until it is told to end.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "compiler/driver/command.h"
#include "runtime/gateway/gateway.h"

namespace sbx::driver {

/// Findings are printed; nothing if there were errors.
[[nodiscard]] std::optional<gateway::Settings> read_gateway_settings(const std::string& file, const Common& common);
/// Forks to load policies: before there is a thread. With `check`, all is read and loaded, and that is all. The exit status.
int run_gateway(const gateway::Settings& settings, bool check, const std::function<void(const gateway::Ready&)>& on_ready, const Common& common);

}  // namespace sbx::driver
