// SPDX-License-Identifier: Apache-2.0
// Source files and places in them. Everything inside speaks of bytes; lines, columns and code points exist
// only where a place is shown to a person or written to JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/id.h"

namespace sbx {

struct FileTag;
using FileId = Id<FileTag>;

/// Bytes [begin, end) of one file. An invalid file means "no place" (a built-in, a command line).
struct Span {
  FileId file;
  uint32_t begin = 0;
  uint32_t end = 0;

  [[nodiscard]] bool valid() const { return file.valid(); }
  friend auto operator<=>(const Span&, const Span&) = default;
};

/// From the start of `first` to the end of `last`; both in one file.
[[nodiscard]] Span join(Span first, Span last);

/// A place for people: line and column from 1, in code points; byte from 0.
struct Position {
  uint32_t line = 1;
  uint32_t column = 1;
  uint32_t byte = 0;
};

struct SourceFile {
  std::string path;  // as the user wrote it
  std::string text;  // bytes, not yet known to be UTF-8
};

/// Owns the text of all files of one run; spans refer into it. Not thread-safe while files are added.
class SourceSet {
 public:
  FileId add(std::string path, std::string text);
  [[nodiscard]] const SourceFile& operator[](FileId file) const { return files_[file]; }
  [[nodiscard]] size_t size() const { return files_.size(); }
  [[nodiscard]] FileId id_at(size_t index) const { return files_.id_at(index); }

  [[nodiscard]] std::string_view text(Span span) const;
  [[nodiscard]] Position position(FileId file, uint32_t byte) const;
  /// The whole line that holds `byte`, without its line ending.
  [[nodiscard]] std::string_view line(FileId file, uint32_t byte) const;

 private:
  Table<FileId, SourceFile> files_;
  std::vector<std::vector<uint32_t>> line_starts_;
};

}  // namespace sbx
