// SPDX-License-Identifier: Apache-2.0
#include "runtime/program/private_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace sbx {

namespace {

#ifndef MFD_EXEC
constexpr unsigned MFD_EXEC = 0x10;
#endif
constexpr unsigned kFlags = MFD_CLOEXEC | MFD_ALLOW_SEALING;

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written == 0) errno = EIO;  // it would never end
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// Kernels before 6.3 do not know that a file may say that it is code.
int in_memory() {
  const int descriptor = memfd_create("signalbox-policy", kFlags | MFD_EXEC);
  return descriptor >= 0 || errno != EINVAL ? descriptor : memfd_create("signalbox-policy", kFlags);
}

// Whoever is the same user could open the file by its path in /proc otherwise. Of a file on disk there are no seals.
bool seal(int descriptor) { return fcntl(descriptor, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0; }

Error not_made(const std::string& why) { return {"R0702", "cannot make a private copy of the policy: " + why}; }

std::string path_of(int descriptor) { return "/proc/self/fd/" + std::to_string(descriptor); }

}  // namespace

Result<PrivateFile> PrivateFile::make(std::string_view bytes) {
  int descriptor = in_memory();
  std::string path = path_of(descriptor);
  const bool on_disk = descriptor < 0 || access(path.c_str(), R_OK) != 0;  // a sandbox may lack either
  if (on_disk) {
    if (descriptor >= 0) close(descriptor);
    std::error_code error;
    path = (std::filesystem::temp_directory_path(error) / "signalbox-policy.XXXXXX").string();
    if (error) return not_made(error.message());
    descriptor = mkostemp(path.data(), O_CLOEXEC);
    if (descriptor < 0) return not_made(std::strerror(errno));
  }
  PrivateFile file(descriptor, std::move(path), on_disk);
  if (!write_all(descriptor, bytes)) return not_made(std::strerror(errno));
  if (!on_disk && !seal(descriptor)) return not_made(std::strerror(errno));
  return file;
}

PrivateFile::PrivateFile(PrivateFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)), on_disk_(other.on_disk_) {}

PrivateFile::~PrivateFile() {
  if (descriptor_ < 0) return;
  if (on_disk_) unlink(path_.c_str());
  close(descriptor_);
}

}  // namespace sbx
