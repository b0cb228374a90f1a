// SPDX-License-Identifier: Apache-2.0
// Only whole files: every input of a command is read before work begins.
#include "compiler/driver/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace sbx::driver {
namespace fs = std::filesystem;
namespace {

Error cannot_read(const std::string& path, int error) { return {"R0701", "cannot read `" + path + "`: " + std::strerror(error)}; }
Error cannot_write(const std::string& path, int error) { return {"R0702", "cannot write `" + path + "`: " + std::strerror(error)}; }

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

/// The first of the places where installed or built files may be that exists.
Result<std::string> find_shared(const std::string& name, [[maybe_unused]] const std::string& in_source_tree) {
  std::vector<fs::path> places;
  if (const char* home = std::getenv("SIGNALBOX_HOME"); home && *home) places.push_back(fs::path(home) / name);
  places.push_back(fs::path(executable_path()).parent_path().parent_path() / "share/signalbox" / name);
#ifdef SBX_SOURCE_DIR
  places.push_back(fs::path(SBX_SOURCE_DIR) / in_source_tree);
#endif
  std::error_code ignored;
  for (const fs::path& place : places) {
    if (fs::is_directory(place, ignored)) return place.string();
  }
  return Error{"R0701", "cannot find `" + name + "`: looked for " + places.front().string() + (places.size() > 1 ? " and elsewhere" : "")};
}

}  // namespace

Result<bool> write_file(const std::string& path, std::string_view bytes) {
  if (path == "-") {
    if (!write_all(STDOUT_FILENO, bytes)) return cannot_write("standard output", errno);
    return true;
  }
  // A device or pipe cannot be replaced by a rename.
  struct stat existing {};
  bool exists = stat(path.c_str(), &existing) == 0;
  bool in_place = exists && !S_ISREG(existing.st_mode);
  std::error_code ignored;
  std::string final_path = fs::is_symlink(path, ignored) ? fs::weakly_canonical(path, ignored).string() : path;
  std::string target = in_place ? final_path : final_path + ".new." + std::to_string(getpid());
  int descriptor = open(target.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) return cannot_write(path, errno);
  bool written = write_all(descriptor, bytes);
  int error = errno;
  if (written && exists && !in_place && fchmod(descriptor, existing.st_mode & 07777) != 0) written = false, error = errno;
  if (close(descriptor) != 0 && written) written = false, error = errno;
  if (written && !in_place && std::rename(target.c_str(), final_path.c_str()) != 0) written = false, error = errno;
  if (written) return true;
  if (!in_place) unlink(target.c_str());
  return cannot_write(path, error);
}

Result<std::vector<std::string>> find_policies(const std::vector<std::string>& paths) {
  std::vector<std::string> found;
  for (const std::string& path : paths) {
    std::error_code error;
    if (path == "-" || !fs::is_directory(path, error)) {
      if (path != "-" && !fs::exists(path, error)) return cannot_read(path, ENOENT);
      found.push_back(path);
      continue;
    }
    std::vector<std::string> below;
    fs::recursive_directory_iterator entry(path, fs::directory_options::skip_permission_denied, error);
    if (error) return cannot_read(path, error.value());
    for (; entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      std::string name = entry->path().filename().string();
      bool hidden = name.size() > 1 && name[0] == '.';
      if (hidden && entry->is_directory(error)) entry.disable_recursion_pending();
      if (hidden || entry->path().extension() != ".sbx" || !entry->is_regular_file(error)) continue;
      fs::path plain = path == "." ? entry->path().lexically_relative(".") : entry->path();
      below.push_back(plain.string());
    }
    std::sort(below.begin(), below.end());
    found.insert(found.end(), below.begin(), below.end());
  }
  return found;
}

Result<std::string> find_stdlib(const Common& common) {
  if (common.stdlib.empty()) return find_shared("stdlib", "stdlib");
  std::error_code ignored;
  if (!fs::is_directory(common.stdlib, ignored)) return cannot_read(common.stdlib, ENOTDIR);
  return common.stdlib;
}

Result<std::string> find_error_pages() { return find_shared("errors", "docs/errors"); }

std::string executable_path() {
  std::error_code error;
  fs::path path = fs::read_symlink("/proc/self/exe", error);
  return error ? std::string() : path.string();
}

}  // namespace sbx::driver
