// SPDX-License-Identifier: Apache-2.0
// Settings in a folder of their own, read; and what was found, as people see it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "runtime/diag/render.h"
#include "runtime/gateway/settings.h"

namespace sbx::gateway {

struct Read {
  std::optional<Settings> settings;
  std::string findings;  // rendered
  std::vector<std::string> codes;
};

/// A folder with `policy.sbx` and a key that only its owner may read. Gone with the value.
class SettingsFolder {
 public:
  SettingsFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "signalbox-settings-XXXXXX").string();
    path_ = mkdtemp(name.data());
    write("policy.sbx", "policy p serves \"auto\"\n");
    write("key", "sk-of-a-file\n", std::filesystem::perms::owner_read);
  }
  ~SettingsFolder() { std::filesystem::remove_all(path_); }
  SettingsFolder(const SettingsFolder&) = delete;
  SettingsFolder& operator=(const SettingsFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& text, std::filesystem::perms perms = std::filesystem::perms::owner_all) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    std::filesystem::permissions(path_ / name, perms);
  }
  /// Findings have the folder's path taken out.
  [[nodiscard]] Read read(const std::string& yaml) const {
    write("settings.yaml", yaml);
    SourceSet sources;
    Diagnostics diags;
    Read result{read_settings((path_ / "settings.yaml").string(), sources, diags), {}, {}};
    for (const Diagnostic& one : diags.all()) {
      result.findings += render(one, sources);
      result.codes.emplace_back(row(one.kind).code);
    }
    const std::string folder = path_.string();
    for (size_t at = 0; (at = result.findings.find(folder, at)) != std::string::npos;) result.findings.replace(at, folder.size(), "DIR");
    return result;
  }

 private:
  std::filesystem::path path_;
};

/// What settings need, to which a test adds.
inline const std::string kLeast =
    "policy: {path: policy.sbx}\n"
    "providers: {local: {kind: vllm, endpoints: [{url: http://127.0.0.1:8000}]}}\n";

}  // namespace sbx::gateway
