// SPDX-License-Identifier: Apache-2.0
#include "runtime/observe/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sbx::observe {
namespace {

std::string cannot(std::string_view what, const std::string& path) {
  return "cannot " + std::string(what) + " `" + path + "`: " + std::strerror(errno);
}

}  // namespace

Result<LogFile> LogFile::open(std::string path, int64_t rotate_bytes, int64_t keep_files) {
  LogFile file(std::move(path), rotate_bytes, keep_files);
  if (!file.open_again()) return Error{"R0702", file.trouble_};
  return file;
}

LogFile::LogFile(LogFile&& other) noexcept
    : path_(std::move(other.path_)),
      rotate_bytes_(other.rotate_bytes_),
      keep_files_(other.keep_files_),
      fd_(std::exchange(other.fd_, -1)),
      is_regular_(other.is_regular_),
      size_(other.size_),
      trouble_(std::move(other.trouble_)) {}

LogFile::~LogFile() { close(); }

void LogFile::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

// A pipe that nobody reads must not hold us up: O_NONBLOCK, which regular files do not know.
bool LogFile::open_again() {
  close();
  constexpr mode_t kMode = 0640;
  fd_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, kMode);
  struct stat facts {};
  if (fd_ < 0 || ::fstat(fd_, &facts) != 0) {
    trouble_ = cannot("open", path_);
    close();
    return false;
  }
  is_regular_ = S_ISREG(facts.st_mode);
  size_ = facts.st_size;
  return true;
}

// Somebody renamed or removed it: what logrotate does.
bool LogFile::is_replaced() const {
  struct stat ours {}, theirs {};
  return is_regular_ && (::stat(path_.c_str(), &theirs) != 0 || ::fstat(fd_, &ours) != 0 || ours.st_ino != theirs.st_ino ||
                         ours.st_dev != theirs.st_dev);
}

// What cannot be renamed goes on growing: a line that is kept is worth more than a bound that is.
void LogFile::rotate() {
  const auto numbered = [this](int64_t n) { return path_ + "." + std::to_string(n); };
  for (int64_t n = keep_files_; n > 1; --n) {
    if (::rename(numbered(n - 1).c_str(), numbered(n).c_str()) != 0 && errno != ENOENT) trouble_ = cannot("rename", numbered(n - 1));
  }
  const bool is_done = keep_files_ > 0 ? ::rename(path_.c_str(), numbered(1).c_str()) == 0 : ::unlink(path_.c_str()) == 0;
  if (!is_done) {
    trouble_ = cannot("rename", path_);
    return;
  }
  open_again();
}

size_t LogFile::write(const std::vector<std::string>& lines) {
  trouble_.clear();
  if ((fd_ < 0 || is_replaced()) && !open_again()) return 0;
  size_t kept = 0;
  std::string chunk;
  for (size_t i = 0; i < lines.size(); ++i) {
    const auto would_be = size_ + static_cast<int64_t>(chunk.size() + lines[i].size());
    if (is_regular_ && rotate_bytes_ > 0 && would_be > rotate_bytes_ && size_ + std::ssize(chunk) > 0) {
      if (!append(chunk, lines, kept)) return kept;
      chunk.clear();
      rotate();
      if (fd_ < 0) return kept;
    }
    chunk += lines[i];
  }
  append(chunk, lines, kept);
  return kept;
}

// `next` is the first line of the chunk, and then the one behind what was written.
bool LogFile::append(const std::string& chunk, const std::vector<std::string>& lines, size_t& next) {
  size_t done = 0;
  while (done < chunk.size()) {
    const ssize_t written = ::write(fd_, chunk.data() + done, chunk.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    done += static_cast<size_t>(written);
  }
  if (done < chunk.size()) trouble_ = cannot("write", path_);
  size_t whole = 0;
  while (next < lines.size() && whole + lines[next].size() <= done) whole += lines[next++].size();
  size_ += static_cast<int64_t>(whole);
  // The part of a line that went in goes out again, so that the next one begins a line.
  if (whole < done && is_regular_ && ::ftruncate(fd_, size_) != 0) size_ += static_cast<int64_t>(done - whole);
  return done == chunk.size();
}

}  // namespace sbx::observe
