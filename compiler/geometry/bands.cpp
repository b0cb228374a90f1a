// SPDX-License-Identifier: Apache-2.0
#include "compiler/geometry/bands.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sbx::geometry {
namespace {

constexpr double kMillion = 1e6;
constexpr double kMargin = 1e-9;  // of an angle, in radians

double angle(double cosine) { return std::acos(std::clamp(cosine, -1.0, 1.0)); }

/// The angles from a centre at which one reads so; a reading is rounded.
struct Angles {
  double least, most;
};
Angles angles_of(Band band) {
  constexpr double kHalf = 0.5;
  const auto end = [&](int64_t millionths, double half) { return angle((static_cast<double>(millionths) + half) / kMillion); };
  return {end(band.hi, kHalf), end(band.lo, -kHalf)};
}

}  // namespace

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

int64_t to_reading(double cosine) { return std::llround(std::clamp(cosine, -1.0, 1.0) * kMillion); }

bool are_apart(double cosine, Band a, Band b) {
  const double between = angle(cosine);
  const Angles one = angles_of(a), other = angles_of(b);
  // The three angles are the sides of a triangle on the sphere.
  const bool too_short = one.most + other.most < between - kMargin;
  const bool too_unlike = std::max(one.least - other.most, other.least - one.most) > between + kMargin;
  const bool too_long = one.least + other.least > 2 * std::numbers::pi - between + kMargin;
  return too_short || too_unlike || too_long;
}

}  // namespace sbx::geometry
