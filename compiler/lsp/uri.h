// SPDX-License-Identifier: Apache-2.0
// `file:///a%20b.sbx` and `/a b.sbx`.
#pragma once

#include <string>
#include <string_view>

namespace sbx::lsp {

/// The path of a `file:` URI. Any other URI (an unsaved buffer) is its own path.
[[nodiscard]] std::string path_of(std::string_view uri);
/// The URI of a path, made absolute.
[[nodiscard]] std::string uri_of(const std::string& path);

}  // namespace sbx::lsp
