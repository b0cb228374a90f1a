// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/calibrate.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace sbx::learn {

namespace {

/// The place of the least value of a function that falls and then rises, by golden sections.
double lowest(const std::function<double(double)>& function, double from, double to) {
  constexpr double kGolden = 0.6180339887498949;
  double left = to - kGolden * (to - from), right = from + kGolden * (to - from);
  double at_left = function(left), at_right = function(right);
  for (int i = 0; i < 40; ++i) {
    if (at_left <= at_right) {
      to = right;
      right = left;
      at_right = at_left;
      at_left = function(left = to - kGolden * (to - from));
    } else {
      from = left;
      left = right;
      at_left = at_right;
      at_right = function(right = from + kGolden * (to - from));
    }
  }
  return (from + to) / 2;
}

/// -ln of the share that `wanted` has among the exponentials of slope * margins, and of `none` where there is one.
double surprise(const std::vector<double>& margins, double slope, std::optional<double> none, std::optional<size_t> wanted) {
  const double highest = std::max(slope * *std::ranges::max_element(margins), none.value_or(-HUGE_VAL));
  double total = none ? std::exp(*none - highest) : 0;
  for (const double margin : margins) total += std::exp(slope * margin - highest);
  return std::log(total) + highest - (wanted ? slope * margins[*wanted] : *none);
}

}  // namespace

double fit_temperature(const Margins& margins, std::span<const LabelIds> labels) {
  const auto loss = [&](double log_slope) {
    double sum = 0;
    for (size_t row = 0; row < margins.size(); ++row) {
      if (!labels[row].empty()) sum += surprise(margins[row], std::exp(log_slope), std::nullopt, labels[row].front());
    }
    return sum;
  };
  return std::exp(lowest(loss, std::log(0.01), std::log(100)));
}

std::optional<double> fit_none(const Margins& margins, std::span<const LabelIds> labels, double slope) {
  if (std::ranges::none_of(labels, &LabelIds::empty)) return std::nullopt;
  const auto loss = [&](double none) {
    double sum = 0;
    for (size_t row = 0; row < margins.size(); ++row)
      sum += surprise(margins[row], slope, none, labels[row].empty() ? std::nullopt : std::optional<size_t>(labels[row].front()));
    return sum;
  };
  return lowest(loss, -100, 100);
}

Slope fit_sigmoid(std::span<const double> margins, const std::vector<bool>& has_label) {
  const auto positives = static_cast<double>(std::ranges::count(has_label, true));
  const double negatives = static_cast<double>(has_label.size()) - positives;
  const double high = (positives + 1) / (positives + 2), low = 1 / (negatives + 2);
  Slope found{.slope = 1, .offset = std::log((positives + 1) / (negatives + 1))};
  const auto loss = [&](const Slope& at) {
    double sum = 0;
    for (size_t i = 0; i < margins.size(); ++i) {
      const double logit = at.slope * margins[i] + at.offset, target = has_label[i] ? high : low;
      sum += std::max(logit, 0.0) + std::log1p(std::exp(-std::abs(logit))) - target * logit;
    }
    return sum;
  };
  double before = loss(found);
  for (int round = 0; round < 100; ++round) {
    double h11 = 1e-12, h22 = 1e-12, h21 = 0, g1 = 0, g2 = 0;
    for (size_t i = 0; i < margins.size(); ++i) {
      const double p = 1 / (1 + std::exp(-found.slope * margins[i] - found.offset)), weight = p * (1 - p);
      const double miss = p - (has_label[i] ? high : low);
      h11 += margins[i] * margins[i] * weight;
      h22 += weight;
      h21 += margins[i] * weight;
      g1 += margins[i] * miss;
      g2 += miss;
    }
    if (std::abs(g1) < 1e-5 && std::abs(g2) < 1e-5) break;
    const double determinant = h11 * h22 - h21 * h21;
    const double d1 = -(h22 * g1 - h21 * g2) / determinant, d2 = -(h11 * g2 - h21 * g1) / determinant;
    double part = 1;
    for (; part > 1e-10; part /= 2) {
      const Slope next{.slope = found.slope + part * d1, .offset = found.offset + part * d2};
      const double after = loss(next);
      if (after >= before) continue;
      found = next;
      before = after;
      break;
    }
    if (part <= 1e-10) break;
  }
  return found;
}

}  // namespace sbx::learn
