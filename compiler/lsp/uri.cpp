// SPDX-License-Identifier: Apache-2.0
#include "compiler/lsp/uri.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace sbx::lsp {
namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_plain(char c) { return std::isalnum(static_cast<unsigned char>(c)) || std::string_view("/-._~").find(c) != std::string_view::npos; }

}  // namespace

std::string path_of(std::string_view uri) {
  constexpr std::string_view kFile = "file://";
  if (!uri.starts_with(kFile)) return std::string(uri);
  std::string_view rest = uri.substr(kFile.size());
  rest.remove_prefix(std::min(rest.find('/'), rest.size()));  // a host
  std::string path;
  for (size_t i = 0; i < rest.size(); ++i) {
    bool escaped = rest[i] == '%' && i + 2 < rest.size() && hex(rest[i + 1]) >= 0 && hex(rest[i + 2]) >= 0;
    path += escaped ? static_cast<char>(hex(rest[i + 1]) * 16 + hex(rest[i + 2])) : rest[i];
    if (escaped) i += 2;
  }
  return path.substr(0, path.find('\0'));
}

std::string uri_of(const std::string& path) {
  std::error_code failed;
  std::filesystem::path whole = std::filesystem::absolute(path, failed).lexically_normal();
  std::string uri = "file://";
  for (char c : failed ? path : whole.string()) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    if (is_plain(c)) {
      uri += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      uri += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return uri;
}

}  // namespace sbx::lsp
