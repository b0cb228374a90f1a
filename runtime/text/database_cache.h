// SPDX-License-Identifier: Apache-2.0
// Compiled databases on disk, by the hash of what they hold.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::text {

/// A name for the content: equal content, equal name.
[[nodiscard]] std::string content_name(std::string_view content);

/// The blobs stored as `name` in `folder`; nothing if there are none or a single bit of them changed.
[[nodiscard]] std::optional<std::vector<std::string>> load_blobs(const std::string& folder, const std::string& name);

/// Stores the blobs in one step, so that nobody reads half of them. That it could not is no error: they will be built again.
void store_blobs(const std::string& folder, const std::string& name, const std::vector<std::string>& blobs);

}  // namespace sbx::text
