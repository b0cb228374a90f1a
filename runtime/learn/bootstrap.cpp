// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/base/check.h"
#include "runtime/learn/random.h"

namespace sbx::learn {

namespace {

/// The value below which a share of `sorted` lies, between neighbours by their distance.
double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Interval percentiles(std::vector<double> figures, double level) {
  std::ranges::sort(figures);
  return {quantile(figures, (1 - level) / 2), quantile(figures, (1 + level) / 2)};
}

}  // namespace

Interval interval(std::span<const double> values, const BootstrapOptions& options) {
  if (values.empty() || options.draws == 0) return {};
  Random random(options.seed);
  std::vector<double> means(options.draws);
  for (double& mean : means) {
    double sum = 0;
    for (size_t i = 0; i < values.size(); ++i) sum += values[random.below(values.size())];
    mean = sum / static_cast<double>(values.size());
  }
  return percentiles(std::move(means), options.level);
}

Interval paired_interval(std::span<const double> a, std::span<const double> b, const BootstrapOptions& options) {
  SBX_CHECK(a.size() == b.size(), "paired values of different rows");
  std::vector<double> differences(a.size());
  std::ranges::transform(a, b, differences.begin(), std::minus<>{});
  return interval(differences, options);
}

Interval interval_of(size_t rows, const std::function<double(std::span<const size_t>)>& figure, const BootstrapOptions& options) {
  if (rows == 0 || options.draws == 0) return {};
  Random random(options.seed);
  std::vector<size_t> places(rows);
  std::vector<double> figures(options.draws);
  for (double& value : figures) {
    for (size_t& place : places) place = random.below(rows);
    value = figure(places);
  }
  return percentiles(std::move(figures), options.level);
}

}  // namespace sbx::learn
