// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/tokenizer_splits.h"

#include <algorithm>

namespace sbx::models {
namespace {

struct Part {
  size_t begin, end;
  bool matched;
};

std::vector<Part> parts_of(size_t size, const std::vector<Match>& matches, bool inverted) {
  std::vector<Part> result;
  size_t done = 0;
  for (const Match& match : matches) {
    if (match.begin > done) result.push_back({done, match.begin, inverted});
    result.push_back({match.begin, match.end, !inverted});
    done = match.end;
  }
  if (done < size) result.push_back({done, size, inverted});
  return result;
}

// Joins a part with the one before it, where `joins(before, part)`.
template <class Joins>
std::vector<Part> joined(const std::vector<Part>& parts, Joins joins) {
  std::vector<Part> result;
  bool before = false;
  for (const Part& part : parts) {
    if (!result.empty() && joins(before, part.matched)) {
      result.back().begin = std::min(result.back().begin, part.begin);
      result.back().end = std::max(result.back().end, part.end);
    } else {
      result.push_back(part);
    }
    before = part.matched;
  }
  return result;
}

std::vector<Part> delimited(std::vector<Part> parts, Delimiter delimiter) {
  const auto follows_other = [](bool before, bool matched) { return matched && !before; };
  switch (delimiter) {
    case Delimiter::Removed: std::erase_if(parts, [](const Part& part) { return part.matched; }); break;
    case Delimiter::Isolated: break;
    case Delimiter::MergedWithPrevious: return joined(parts, follows_other);
    case Delimiter::MergedWithNext:
      std::ranges::reverse(parts);
      parts = joined(parts, follows_other);
      std::ranges::reverse(parts);
      break;
    case Delimiter::Contiguous: return joined(parts, std::equal_to<>());
  }
  return parts;
}

}  // namespace

void split_at(PlacedSpan piece, const std::vector<Match>& matches, Delimiter delimiter, bool inverted, Pieces& out) {
  for (const Part& part : delimited(parts_of(piece.size(), matches, inverted), delimiter)) {
    out.add(piece.subspan(part.begin, part.end - part.begin));
    out.cut();
  }
}

}  // namespace sbx::models
