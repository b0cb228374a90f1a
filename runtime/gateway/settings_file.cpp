// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/settings_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "runtime/gateway/secrets.h"

namespace sbx::gateway {

namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kLargestFile = 1 << 20;

Result<std::string> text_of(const std::string& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (fs::is_directory(status)) return Error{"R0701", "`" + path + "` is a folder"};
  if (fs::is_regular_file(status) && fs::file_size(path, error) > kLargestFile)
    return Error{"R0701", "`" + path + "` is larger than settings may be (1 MiB)"};
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return Error{"R0701", "cannot read `" + path + "`"};
  return std::move(text).str();
}

}  // namespace

bool read_document(const std::string& path, SourceSet& sources, Diagnostics& diags,
                   const std::function<void(const Yaml& document, Span start, Around& around)>& read) {
  const Result<std::string> text = text_of(path);
  if (!text) {
    diags.report(Kind::CannotRead, {}, text.error().message);
    return false;
  }
  const FileId file = sources.add(path, mask_secrets(*text));
  const size_t errors_before = diags.count(Severity::Error);
  const std::optional<Yaml> document = parse_yaml(file, *text, diags);
  if (!document) return false;
  Around around{diags, fs::path(path).parent_path().string()};
  read(*document, Span{file, 0, 0}, around);
  return diags.count(Severity::Error) == errors_before;
}

}  // namespace sbx::gateway
