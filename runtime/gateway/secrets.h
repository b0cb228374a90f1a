// SPDX-License-Identifier: Apache-2.0
// What must not be seen: secrets come from the environment or from files, and what was written down by mistake is never shown again.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace sbx::gateway {

/// `key`, `api_key`, `token`, `password`, `x-api-key`, …: a setting of that name would be a secret itself.
[[nodiscard]] bool names_secret(std::string_view name);
/// Whether a text can be the name of a variable of the environment. Keys of providers cannot.
[[nodiscard]] bool is_variable(std::string_view text);

/// Settings with `*` for every byte that may be of a secret, all else in its place: what findings are shown over.
[[nodiscard]] std::string mask_secrets(std::string text);

/// The variable's value. R0726 if it is not set, or empty.
[[nodiscard]] Result<std::string> secret_of_variable(const std::string& name);
/// The file's text without white space around it. R0726 if it is empty, R0727 if it cannot be read.
[[nodiscard]] Result<std::string> secret_of_file(const std::string& path);
/// Whether users other than the file's owner and group may read it.
[[nodiscard]] bool others_may_read(const std::string& path);

}  // namespace sbx::gateway
