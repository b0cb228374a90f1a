// SPDX-License-Identifier: Apache-2.0
#include "runtime/text/database_cache.h"

#define XXH_INLINE_ALL
#include <unistd.h>
#include <xxhash.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "runtime/text/database.h"

namespace sbx::text {
namespace {

constexpr std::string_view kMagic = "SBXTEXT1";
constexpr size_t kHeader = kMagic.size() + sizeof(uint64_t);  // magic, checksum of the rest

void append(std::string& out, uint64_t value) {
  std::array<char, sizeof(value)> bytes;
  std::memcpy(bytes.data(), &value, sizeof(value));
  out.append(bytes.data(), bytes.size());
}

uint64_t number_at(std::string_view bytes, size_t at) {
  uint64_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof(value));
  return value;
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return std::nullopt;
  std::streamoff size = file.tellg();
  if (size < 0) return std::nullopt;
  std::string content(static_cast<size_t>(size), '\0');
  file.seekg(0);
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file) return std::nullopt;
  return content;
}

}  // namespace

std::string content_name(std::string_view content) {
  XXH128_hash_t hash = XXH3_128bits(content.data(), content.size());
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string name;
  for (uint64_t half : {hash.high64, hash.low64}) {
    for (int shift = 60; shift >= 0; shift -= 4) name += kDigits[half >> shift & 15];
  }
  return name;
}

std::optional<std::vector<std::string>> load_blobs(const std::string& folder, const std::string& name) {
  std::optional<std::string> content = read_file(folder + "/" + name);
  if (!content || content->size() < kHeader || !content->starts_with(kMagic)) return std::nullopt;
  std::string_view rest = std::string_view(*content).substr(kHeader);
  if (XXH3_64bits(rest.data(), rest.size()) != number_at(*content, kMagic.size())) return std::nullopt;
  std::vector<std::string> blobs;
  while (rest.size() >= sizeof(uint64_t)) {
    uint64_t size = number_at(rest, 0);
    rest.remove_prefix(sizeof(uint64_t));
    if (size > rest.size()) return std::nullopt;
    blobs.emplace_back(rest.substr(0, size));
    rest.remove_prefix(size);
  }
  if (!rest.empty()) return std::nullopt;
  return blobs;
}

void store_blobs(const std::string& folder, const std::string& name, const std::vector<std::string>& blobs) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return;
  std::string rest;
  for (const std::string& blob : blobs) {
    append(rest, blob.size());
    rest += blob;
  }
  std::string content(kMagic);
  append(content, XXH3_64bits(rest.data(), rest.size()));
  content += rest;
  static std::atomic<unsigned> number{0};
  std::string path = folder + "/" + name;
  std::string unfinished = path + "." + std::to_string(getpid()) + "." + std::to_string(number++);
  std::ofstream file(unfinished, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  if (file) std::filesystem::rename(unfinished, path, failed);
  if (!file || failed) std::filesystem::remove(unfinished, failed);
}

std::string default_cache_folder() {
  auto variable = [](const char* name) -> std::string {
    const char* value = std::getenv(name);
    return value ? value : "";
  };
  if (std::string own = variable("SIGNALBOX_CACHE"); !own.empty()) return own;
  if (std::string xdg = variable("XDG_CACHE_HOME"); !xdg.empty()) return xdg + "/signalbox";
  if (std::string home = variable("HOME"); !home.empty()) return home + "/.cache/signalbox";
  return {};
}

}  // namespace sbx::text
