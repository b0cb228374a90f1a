// SPDX-License-Identifier: Apache-2.0
// Bytes as a file for the system's loader, which takes only paths. In memory nobody can change it; on disk nobody of another user.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace sbx {

/// In memory, or where the system has no such files, below the folder for temporary ones. Gone with the object. The path stays its own as
/// long as the object lives: the loader takes two files of one path for the same.
class PrivateFile {
 public:
  /// R0702.
  [[nodiscard]] static Result<PrivateFile> make(std::string_view bytes);
  PrivateFile(PrivateFile&& other) noexcept;
  PrivateFile& operator=(PrivateFile&&) = delete;
  ~PrivateFile();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  PrivateFile(int descriptor, std::string path, bool on_disk) : descriptor_(descriptor), path_(std::move(path)), on_disk_(on_disk) {}

  int descriptor_;
  std::string path_;
  bool on_disk_;
};

}  // namespace sbx
