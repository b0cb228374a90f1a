// SPDX-License-Identifier: Apache-2.0
#include "compiler/lsp/policy_files.h"

#include <algorithm>
#include <filesystem>

namespace sbx::lsp {
namespace {

namespace fs = std::filesystem;

bool is_passed_by(const fs::path& name) { return name.string().starts_with(".") || name == "node_modules"; }

void add_files(const std::string& folder, bool deep, std::vector<std::string>& files) {
  std::error_code failed;
  fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, failed);
  for (; !failed && entry != fs::recursive_directory_iterator() && files.size() < kMostFiles; entry.increment(failed)) {
    std::error_code ignored;
    if (entry->is_directory(ignored)) {
      if (!deep || is_passed_by(entry->path().filename())) entry.disable_recursion_pending();
    } else if (entry->path().extension() == ".sbx" && entry->is_regular_file(ignored)) {
      files.push_back(entry->path().string());
    }
  }
}

}  // namespace

std::vector<std::string> policy_files(const std::vector<std::string>& folders, bool deep) {
  std::vector<std::string> files;
  for (const std::string& folder : folders) add_files(folder, deep, files);
  std::ranges::sort(files);
  files.erase(std::ranges::unique(files).begin(), files.end());
  return files;
}

std::string folder_of(const std::string& path) { return fs::path(path).parent_path().string(); }

}  // namespace sbx::lsp
