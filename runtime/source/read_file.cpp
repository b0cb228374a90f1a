// SPDX-License-Identifier: Apache-2.0
#include "runtime/source/read_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sbx {
namespace {

std::string amount(size_t bytes) {
  return bytes < (size_t{1} << 20) ? std::to_string(bytes) + " bytes" : std::to_string(bytes >> 20) + " MiB";
}

Result<std::string> read_descriptor(int descriptor, const std::string& name, size_t limit) {
  std::string bytes;
  char buffer[65536];
  for (;;) {
    ssize_t got = read(descriptor, buffer, sizeof buffer);
    if (got == 0) return bytes;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error{"R0701", "cannot read `" + name + "`: " + std::strerror(errno)};
    bytes.append(buffer, static_cast<size_t>(got));
    if (bytes.size() > limit) return Error{"R0701", "cannot read `" + name + "`: it has more than " + amount(limit)};
  }
}

}  // namespace

Result<std::string> read_file(const std::string& path, size_t limit) {
  if (path == "-") return read_descriptor(STDIN_FILENO, "standard input", limit);
  int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Error{"R0701", "cannot read `" + path + "`: " + std::strerror(errno)};
  Result<std::string> bytes = read_descriptor(descriptor, path, limit);
  close(descriptor);
  return bytes;
}

}  // namespace sbx
