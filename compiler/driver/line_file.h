// SPDX-License-Identifier: Apache-2.0
// A file that is written piece by piece and is there only once it is whole.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace sbx::driver {

class LineFile {
 public:
  LineFile() = default;
  ~LineFile();  // what was not closed is taken away
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  /// `-` is standard output. R0702.
  [[nodiscard]] std::optional<Error> open(const std::string& path);
  [[nodiscard]] std::optional<Error> write(std::string_view bytes);
  [[nodiscard]] std::optional<Error> close();

 private:
  std::optional<Error> failed() const;
  std::string path_, written_;  // `written_`: where it stands until it is whole
  std::FILE* file_ = nullptr;
};

}  // namespace sbx::driver
