// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/line_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace sbx::driver {

LineFile::~LineFile() {
  if (file_ == nullptr || file_ == stdout) return;
  std::fclose(file_);
  if (written_ != path_) unlink(written_.c_str());
}

std::optional<Error> LineFile::failed() const { return Error{"R0702", "cannot write `" + path_ + "`: " + std::strerror(errno)}; }

std::optional<Error> LineFile::open(const std::string& path) {
  path_ = written_ = path;
  if (path == "-") {
    file_ = stdout;
    return std::nullopt;
  }
  std::error_code ignored;
  const bool is_plain = !std::filesystem::exists(path, ignored) || std::filesystem::is_regular_file(path, ignored);
  if (is_plain && std::filesystem::is_symlink(path, ignored)) path_ = written_ = std::filesystem::weakly_canonical(path, ignored).string();
  if (is_plain) written_ += ".new." + std::to_string(getpid());
  file_ = std::fopen(written_.c_str(), "we");
  return file_ == nullptr ? failed() : std::nullopt;
}

std::optional<Error> LineFile::write(std::string_view bytes) {
  return std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size() ? std::nullopt : failed();
}

std::optional<Error> LineFile::close() {
  std::FILE* file = std::exchange(file_, nullptr);
  if (file == stdout) return std::fflush(stdout) == 0 ? std::nullopt : failed();
  if (std::fclose(file) == 0 && (written_ == path_ || std::rename(written_.c_str(), path_.c_str()) == 0)) return std::nullopt;
  const auto error = failed();
  if (written_ != path_) unlink(written_.c_str());
  return error;
}

}  // namespace sbx::driver
