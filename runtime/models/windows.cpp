// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/windows.h"

#include <algorithm>

#include "runtime/base/check.h"

namespace sbx::models {

Windows windows_of(size_t tokens, size_t size, size_t overlap, size_t most) {
  SBX_CHECK(overlap < size && most > 0, "windows go forward");
  Windows result{.windows = {{0, std::min(tokens, size)}}};
  while (result.windows.back().end < tokens) {
    if (result.windows.size() == most) {
      result.truncated = true;
      break;
    }
    const size_t end = std::min(result.windows.back().end - overlap + size, tokens);
    result.windows.push_back({end - size, end});
  }
  return result;
}

size_t window_of(size_t token, std::span<const Window> windows) {
  size_t best = 0, best_distance = 0;
  for (size_t i = 0; i < windows.size(); ++i) {
    if (token < windows[i].begin || token >= windows[i].end) continue;
    const size_t distance = std::min(token - windows[i].begin, windows[i].end - 1 - token) + 1;
    if (distance > best_distance) best = i, best_distance = distance;
  }
  return best;
}

std::vector<double> combined(std::span<const std::vector<double>> probabilities, std::span<const Window> windows, WindowRule rule, bool exclusive,
                             std::optional<size_t> alarm) {
  if (rule == WindowRule::Maximum && exclusive) {
    const auto sure = [&](const std::vector<double>& window) { return alarm ? window[*alarm] : std::ranges::max(window); };
    return *std::ranges::max_element(probabilities, {}, sure);
  }
  std::vector<double> result(probabilities[0].size());
  double tokens = 0;
  for (size_t i = 0; i < probabilities.size(); ++i) {
    const auto weight = static_cast<double>(std::max<size_t>(windows[i].end - windows[i].begin, 1));
    tokens += weight;
    for (size_t label = 0; label < result.size(); ++label) {
      const double p = probabilities[i][label];
      result[label] = rule == WindowRule::Maximum ? std::max(result[label], p) : result[label] + weight * p;
    }
  }
  if (rule == WindowRule::Mean) std::ranges::for_each(result, [&](double& p) { p /= tokens; });
  return result;
}

}  // namespace sbx::models
