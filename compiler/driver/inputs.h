// SPDX-License-Identifier: Apache-2.0
// Policies on their way into a command that needs them free of errors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/command.h"
#include "compiler/pipeline.h"

namespace sbx::driver {

/// Policies that can be compiled, or nothing and the exit status: what is wrong has been printed to stderr.
struct CheckedPolicies {
  std::optional<Checked> value;
  int status = Done;
  CompileOptions options;
};

/// Checks `paths` (files, folders, `-`). Findings go to stderr; errors among them, and a file without a policy, leave `value` empty.
/// `analyze`: refuse also what is wrong over all requests (warnings of that are for `check`); without it a witness can be looked at.
[[nodiscard]] CheckedPolicies check_for_use(const std::vector<std::string>& paths, const Common& common, bool analyze = true);

/// The policy that `--policy` names, or the only one; nothing when there is none such, which has been reported.
[[nodiscard]] std::optional<size_t> policy_named(const std::string& name, const Checked& checked, const Common& common);

}  // namespace sbx::driver
