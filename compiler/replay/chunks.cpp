// SPDX-License-Identifier: Apache-2.0
#include "compiler/replay/chunks.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "runtime/request/decode.h"
#include "runtime/request/trace_line.h"

namespace sbx::replay {
namespace {

constexpr size_t kChunk = size_t{1} << 20;
constexpr size_t kLongestLine = size_t{64} << 20;

Error cannot_read(const std::string& name, const std::string& why) {
  return {"R0701", "cannot read `" + (name == "-" ? "standard input" : name) + "`: " + why};
}

}  // namespace

Chunks::~Chunks() {
  if (descriptor_ > 0) close(descriptor_);
}

Result<bool> Chunks::next(Chunk& chunk) {
  while (file_ < files_.size() && (!limited_ || left_ > 0)) {
    if (descriptor_ < 0) {
      const std::string& path = files_[file_];
      descriptor_ = path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
      if (descriptor_ < 0) return cannot_read(path, std::strerror(errno));
      is_first_ = true;
      at_end_ = false;
    }
    if (const auto error = fill(chunk)) return *error;
    if (at_end_) {
      if (descriptor_ > 0) close(descriptor_);
      descriptor_ = -1;
      ++file_;
    }
    if (chunk.size == 0) continue;
    chunk.number = number_++;
    if (limited_) cut(chunk);
    return true;
  }
  return false;
}

std::optional<Error> Chunks::fill(Chunk& chunk) {
  chunk.file = file_;
  chunk.is_first = std::exchange(is_first_, false);
  size_t used = rest_.size();
  if (chunk.buffer.size() < kChunk + used) chunk.buffer.resize(kChunk + used);
  std::memcpy(chunk.buffer.data(), rest_.data(), used);
  rest_.clear();
  for (;;) {
    if (used + TraceParser::kPadding >= chunk.buffer.size()) {
      if (used > kLongestLine) return cannot_read(files_[file_], "it has a line of more than 64 MiB");
      chunk.buffer.resize(chunk.buffer.size() * 2);
    }
    const ssize_t got = read(descriptor_, chunk.buffer.data() + used, chunk.buffer.size() - TraceParser::kPadding - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read(files_[file_], std::strerror(errno));
    at_end_ = got == 0;
    used += static_cast<size_t>(got);
    const void* end = memrchr(chunk.buffer.data(), '\n', used);
    const bool is_full = used + TraceParser::kPadding >= chunk.buffer.size() || used >= kChunk;
    if (!at_end_ && (end == nullptr || !is_full)) continue;
    chunk.size = at_end_ ? used : static_cast<size_t>(static_cast<const char*>(end) - chunk.buffer.data()) + 1;
    rest_.assign(chunk.buffer, chunk.size, used - chunk.size);
    return std::nullopt;
  }
}

// Behind the last line that still counts.
void Chunks::cut(Chunk& chunk) {
  Lines lines(chunk.lines());
  while (left_ > 0) {
    const auto line = lines.next();
    if (!line) return;
    if (--left_ == 0) chunk.size = static_cast<size_t>(line->data() + line->size() - chunk.buffer.data());
  }
}

std::optional<uint64_t> Chunks::total_bytes() const {
  uint64_t total = 0;
  for (const std::string& path : files_) {
    struct stat facts {};
    if (path == "-" || stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
    total += static_cast<uint64_t>(facts.st_size);
  }
  return total;
}

}  // namespace sbx::replay
