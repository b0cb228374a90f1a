// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/secrets.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace sbx::gateway {

namespace {

constexpr std::array<std::string_view, 12> kSecrets{"key",    "apikey", "token",         "password", "passwd",      "pass",
                                                    "secret", "bearer", "authorization", "pem",      "credentials", "cookie"};
constexpr std::array<std::string_view, 4> kEndings{"_key", "_token", "_secret", "_password"};
constexpr std::array<std::string_view, 3> kPrefixes{"sk-", "Bearer ", "xoxb-"};
constexpr size_t kLargestSecret = 64 << 10;

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
}

void mask(std::string& text, size_t begin, size_t end) {
  for (size_t at = begin; at < std::min(end, text.size()); ++at) {
    if (std::string_view("{}[],\"'# \t\r\n").find(text[at]) == std::string_view::npos) text[at] = '*';
  }
}

size_t indent(std::string_view line) { return std::min(line.find_first_not_of(" -"), line.size()); }

/// Whether what follows `name:` is to be hidden: a secret's value, or what should be a variable's name and is none.
bool is_hidden(std::string_view name, std::string_view value) {
  if (value.starts_with('{')) return false;  // its members are looked at for themselves
  if (names_secret(name)) return true;
  if (name != "env" && !name.ends_with("_env")) return false;
  const std::string_view variable = value.substr(0, value.find_first_of(" ,}#"));
  return !is_variable(trimmed(variable.substr(variable.starts_with('"') || variable.starts_with('\'') ? 1 : 0)));
}

/// Hides the values in one line. Whether the lines below it, as far as they are further in, are of the same value.
bool mask_line(std::string& text, size_t begin, size_t end) {
  bool goes_on = false;
  for (size_t colon = begin; (colon = text.find(':', colon)) < end; ++colon) {
    size_t last = colon;
    while (last > begin && (text[last - 1] == '"' || text[last - 1] == '\'' || text[last - 1] == ' ')) --last;
    size_t first = last;
    while (first > begin && is_name(text[first - 1])) --first;
    const std::string_view value = trimmed(std::string_view(text).substr(colon + 1, end - colon - 1));
    if (first == last || !is_hidden(std::string_view(text).substr(first, last - first), value)) continue;
    goes_on = true;
    mask(text, colon + 1, end);
  }
  for (std::string_view prefix : kPrefixes) {
    for (size_t at = begin; (at = text.find(prefix, at)) < end; at += prefix.size()) {
      if (at > begin && is_name(text[at - 1])) continue;  // `disk-…`
      mask(text, at, std::min(end, text.find_first_of(",}\"' ", at + prefix.size())));
    }
  }
  for (size_t at = begin; (at = text.find("://", at)) < end; at += 3) {
    const size_t stop = std::min(end, text.find_first_of("/ \"'", at + 3));
    if (const size_t sign = text.rfind('@', stop); sign != std::string::npos && sign > at && sign < stop) mask(text, at + 3, sign);
    const size_t last = std::min(end, text.find_first_of(" \"'", at + 3));
    if (const size_t query = text.find('?', at); query < last) mask(text, query + 1, last);
  }
  return goes_on;
}

}  // namespace

bool names_secret(std::string_view name) {
  std::string plain(name);
  for (char& c : plain) c = c == '-' ? '_' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (plain == "public_key") return false;
  return std::ranges::find(kSecrets, plain) != kSecrets.end() ||
         std::ranges::any_of(kEndings, [&](std::string_view ending) { return plain.ends_with(ending); });
}

bool is_variable(std::string_view text) {
  const auto has = [&](char first, char last) { return std::ranges::any_of(text, [&](char c) { return c >= first && c <= last; }); };
  const bool looks_drawn = has('a', 'z') && has('A', 'Z');  // names are of one case; keys are of both
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') && !looks_drawn &&
         std::ranges::all_of(text, [](char c) { return is_name(c) && c != '-'; });
}

std::string mask_secrets(std::string text) {
  size_t inside = std::string::npos;  // how far in the line is whose value goes on
  bool in_key = false;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    const size_t in = indent(line);
    const bool begins_key = line.find("-----BEGIN") != std::string_view::npos && line.find("PRIVATE") != std::string_view::npos;
    const bool ends_key = line.find("-----END") != std::string_view::npos;
    if (in_key || begins_key || (inside != std::string::npos && (in > inside || trimmed(line).empty()))) {
      mask(text, begin, end);
    } else {
      inside = mask_line(text, begin, end) ? in : std::string::npos;
    }
    in_key = (in_key || begins_key) && !ends_key;
    begin = end + 1;
  }
  return text;
}

Result<std::string> secret_of_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());  // before any thread begins
  if (value == nullptr) return Error{"R0726", "the environment has no variable `" + name + "`"};
  if (trimmed(value).empty()) return Error{"R0726", "the variable `" + name + "` is empty"};
  return std::string(trimmed(value));
}

Result<std::string> secret_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kLargestSecret + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.eof() && file.fail()) return Error{"R0727", "cannot read `" + path + "`"};
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > kLargestSecret) return Error{"R0726", "`" + path + "` is too long for a secret"};
  const std::string_view secret = trimmed(text);
  if (secret.empty()) return Error{"R0726", "`" + path + "` is empty"};
  return std::string(secret);
}

bool others_may_read(const std::string& path) {
  struct stat state {};
  return stat(path.c_str(), &state) == 0 && (state.st_mode & S_IROTH) != 0;
}

}  // namespace sbx::gateway
