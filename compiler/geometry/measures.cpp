// SPDX-License-Identifier: Apache-2.0
#include "compiler/geometry/measures.h"

#include <algorithm>
#include <cmath>

#include "runtime/base/variant.h"

namespace sbx::geometry {
namespace {

constexpr double kMillion = 1e6;
constexpr double kClear = 0.5 / kMillion;  // two numbers that differ by less may be taken for each other

double nearest(const std::vector<Vector>& vectors, const Vector& direction) {
  double most = -1;
  for (const Vector& one : vectors) most = std::max(most, dot(one, direction));
  return most;
}

std::optional<int64_t> label(const Nearest& measure, const Vector& direction) {
  std::vector<double> cosines;
  for (const std::vector<Vector>& of : measure.labels) cosines.push_back(nearest(of, direction));
  const auto floor = [&](size_t i) { return static_cast<double>(measure.floors[i]) / kMillion; };
  const auto lead = [&](size_t i) {  // over the next; more than any margin where there is none
    double lead = 4;
    for (size_t j = 0; j < cosines.size(); ++j) {
      if (j != i) lead = std::min(lead, cosines[i] - cosines[j]);
    }
    return lead;
  };
  const double margin = static_cast<double>(measure.margin) / kMillion;
  const auto best = static_cast<size_t>(std::ranges::max_element(cosines) - cosines.begin());
  if (lead(best) >= margin + kClear && cosines[best] >= floor(best) + kClear) return static_cast<int64_t>(best);
  for (size_t i = 0; i < cosines.size(); ++i) {
    const bool may_lead = cosines[i] >= cosines[best] - kClear;
    if (may_lead && cosines[i] > floor(i) - kClear && lead(i) > margin - kClear) return std::nullopt;
  }
  return static_cast<int64_t>(cosines.size());
}

}  // namespace

std::optional<int64_t> read(const Measure& measure, const Vector& direction) {
  return std::visit(overloaded{
                        [&](const Similarity& of) { return std::optional(to_reading(nearest(of.vectors, direction))); },
                        [&](const Contrast& of) {
                          const double difference = nearest(of.hard, direction) - nearest(of.easy, direction);
                          return std::optional<int64_t>(std::llround(std::clamp(difference, -2.0, 2.0) * kMillion));
                        },
                        [&](const Nearest& of) { return label(of, direction); },
                    },
                    measure);
}

const Vector& first_vector(const Measure& measure) {
  return std::visit(overloaded{
                        [](const Similarity& of) -> const Vector& { return of.vectors.front(); },
                        [](const Contrast& of) -> const Vector& { return of.hard.front(); },
                        [](const Nearest& of) -> const Vector& { return of.labels.front().front(); },
                    },
                    measure);
}

}  // namespace sbx::geometry
