// SPDX-License-Identifier: Apache-2.0
// Coverage by file and line, for those who show it.
#pragma once

#include <map>
#include <vector>

#include "compiler/driver/coverage.h"

namespace sbx::driver {

enum class LineMark : uint8_t { None, Full, Partly, Never };

/// Places of one file. Where several policies share a place, what one of them shows counts for it.
struct MarkedFile {
  FileId file;
  std::vector<Covered> places;         // by where they stand, none twice
  std::map<uint32_t, LineMark> lines;  // by number, from 1
};

[[nodiscard]] std::vector<MarkedFile> marked_files(const Coverage& coverage);

}  // namespace sbx::driver
