// SPDX-License-Identifier: Apache-2.0
#include "runtime/selectors/cascade.h"

namespace sbx::selectors {

bool accepts(double confidence, double difficulty, std::span<const ThresholdPoint> points) {
  if (points.empty()) return true;
  if (difficulty <= points.front().difficulty) return confidence >= points.front().confidence;
  for (size_t i = 1; i < points.size(); ++i) {
    const ThresholdPoint &low = points[i - 1], &high = points[i];
    if (difficulty > high.difficulty) continue;
    const double share = (difficulty - low.difficulty) / (high.difficulty - low.difficulty);
    return confidence >= low.confidence + share * (high.confidence - low.confidence);
  }
  return confidence >= points.back().confidence;
}

double automix_value(double quality, double cost, double verified, double next, const Automix& parameters) {
  const double value = quality - parameters.trade_off * cost / 10;
  return verified >= parameters.threshold ? value : value + parameters.discount * next * (1 - verified);
}

}  // namespace sbx::selectors
