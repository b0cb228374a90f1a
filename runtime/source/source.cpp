// SPDX-License-Identifier: Apache-2.0
// Places: which line a byte is in, and how many code points stand before it.
#include "runtime/source/source.h"

#include <algorithm>

namespace sbx {

Span join(Span first, Span last) {
  if (!first.valid()) return last;
  if (!last.valid()) return first;
  SBX_CHECK(first.file == last.file, "joined spans lie in one file");
  return {first.file, std::min(first.begin, last.begin), std::max(first.end, last.end)};
}

FileId SourceSet::add(std::string path, std::string text) {
  std::vector<uint32_t> starts = {0};
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') starts.push_back(static_cast<uint32_t>(i + 1));
  }
  line_starts_.push_back(std::move(starts));
  return files_.add({std::move(path), std::move(text)});
}

std::string_view SourceSet::text(Span span) const {
  if (!span.valid()) return {};
  std::string_view all = files_[span.file].text;
  size_t begin = std::min<size_t>(span.begin, all.size());
  size_t end = std::clamp<size_t>(span.end, begin, all.size());
  return all.substr(begin, end - begin);
}

Position SourceSet::position(FileId file, uint32_t byte) const {
  const std::string& all = files_[file].text;
  const std::vector<uint32_t>& starts = line_starts_[file.index];
  byte = std::min(byte, static_cast<uint32_t>(all.size()));
  auto after = std::upper_bound(starts.begin(), starts.end(), byte);
  uint32_t start = *(after - 1);
  // Every byte that does not continue a UTF-8 sequence begins a code point; stray bytes count as one each, near enough.
  auto points =
      std::count_if(all.begin() + start, all.begin() + byte, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  return {static_cast<uint32_t>(after - starts.begin()), static_cast<uint32_t>(points + 1), byte};
}

std::string_view SourceSet::line(FileId file, uint32_t byte) const {
  std::string_view all = files_[file].text;
  const std::vector<uint32_t>& starts = line_starts_[file.index];
  byte = std::min(byte, static_cast<uint32_t>(all.size()));
  auto after = std::upper_bound(starts.begin(), starts.end(), byte);
  size_t begin = *(after - 1);
  size_t end = after == starts.end() ? all.size() : *after - 1;
  if (end > begin && all[end - 1] == '\r') --end;
  return all.substr(begin, end - begin);
}

}  // namespace sbx
