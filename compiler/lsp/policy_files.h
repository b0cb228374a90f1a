// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace sbx::lsp {

/// At most this many files of a workspace are looked through.
inline constexpr size_t kMostFiles = 5000;

/// The .sbx files in `folders`, sorted; `deep`: and below them. Hidden folders and packages of other languages are passed by.
[[nodiscard]] std::vector<std::string> policy_files(const std::vector<std::string>& folders, bool deep);

[[nodiscard]] std::string folder_of(const std::string& path);

}  // namespace sbx::lsp
