// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/fields.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace sbx::driver {

namespace {

void put(std::string& bytes, uint64_t number) { bytes.append(reinterpret_cast<const char*>(&number), sizeof number); }

std::optional<uint64_t> take(std::string_view& bytes) {
  uint64_t number = 0;
  if (bytes.size() < sizeof number) return std::nullopt;
  std::memcpy(&number, bytes.data(), sizeof number);
  bytes.remove_prefix(sizeof number);
  return number;
}

bool receive_all(int descriptor, char* into, size_t size) {
  while (size > 0) {
    const ssize_t got = read(descriptor, into, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    into += got;
    size -= static_cast<size_t>(got);
  }
  return true;
}

}  // namespace

std::string packed(const Fields& fields) {
  std::string inner;
  for (const std::string& field : fields) {
    put(inner, field.size());
    inner += field;
  }
  std::string bytes;
  put(bytes, inner.size());
  return bytes + inner;
}

std::optional<Fields> unpack(std::string_view& bytes) {
  std::string_view rest = bytes;
  const std::optional<uint64_t> size = take(rest);
  if (!size || rest.size() < *size) return std::nullopt;
  std::string_view inner = rest.substr(0, *size);
  Fields fields;
  while (!inner.empty()) {
    const std::optional<uint64_t> length = take(inner);
    if (!length || inner.size() < *length) return std::nullopt;
    fields.emplace_back(inner.substr(0, *length));
    inner.remove_prefix(*length);
  }
  bytes = rest.substr(*size);
  return fields;
}

bool send_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);  // the other process may be gone
    if (sent < 0 && errno == ENOTSOCK) sent = write(descriptor, bytes.data(), bytes.size());  // a pipe, of a child that ignores SIGPIPE
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

std::optional<Fields> receive_fields(int socket) {
  uint64_t size = 0;
  if (!receive_all(socket, reinterpret_cast<char*>(&size), sizeof size)) return std::nullopt;
  std::string bytes(sizeof size + size, '\0');
  std::memcpy(bytes.data(), &size, sizeof size);
  if (!receive_all(socket, bytes.data() + sizeof size, size)) return std::nullopt;
  std::string_view rest = bytes;
  return unpack(rest);
}

}  // namespace sbx::driver
