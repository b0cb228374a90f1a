// SPDX-License-Identifier: Apache-2.0
// The nearest known name, by edits of single code points and swaps of neighbours.
#include <algorithm>
#include <numeric>

#include "runtime/diag/render.h"

namespace sbx {
namespace {

std::u32string code_points(std::string_view text) {
  std::u32string points;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) == 0x80 && !points.empty()) {
      points.back() = (points.back() << 6) | (byte & 0x3F);  // only equality matters here, so the lead byte's marks may stay
    } else {
      points.push_back(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
    }
  }
  return points;
}

/// Insertions, deletions, changes and swaps of neighbours that turn `a` into `b`.
size_t edit_distance(const std::u32string& a, const std::u32string& b) {
  std::vector<size_t> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
  std::iota(previous.begin(), previous.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) current[j] = std::min(current[j], before[j - 2] + 1);
    }
    before.swap(previous);
    previous.swap(current);
  }
  return previous[b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view name, const std::vector<std::string>& known) {
  constexpr size_t LongestName = 128;  // nobody mistypes more, and the table is quadratic
  std::u32string wanted = code_points(name);
  if (wanted.size() > LongestName) return {};
  std::string nearest;
  size_t best = wanted.size() / 3 + 1;
  for (const std::string& candidate : known) {
    std::u32string points = code_points(candidate);
    size_t gap = points.size() > wanted.size() ? points.size() - wanted.size() : wanted.size() - points.size();
    if (candidate == name || gap >= best) continue;
    size_t distance = edit_distance(wanted, points);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace sbx
