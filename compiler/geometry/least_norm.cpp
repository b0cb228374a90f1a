// SPDX-License-Identifier: Apache-2.0
#include "compiler/geometry/least_norm.h"

#include <algorithm>
#include <vector>

namespace sbx::geometry {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kTiny = 1e-12;
constexpr double kViolated = 1e-9;  // a row that misses its bound by more counts as violated
constexpr Index kMostAtOnce = 16;   // rows taken up in one round

std::vector<Index> positions(const std::vector<bool>& chosen) {
  std::vector<Index> list;
  for (size_t i = 0; i < chosen.size(); ++i) {
    if (chosen[i]) list.push_back(static_cast<Index>(i));
  }
  return list;
}

/// min |E u - f| over u ≥ 0.
VectorXd nonnegative_least_squares(const MatrixXd& e, const VectorXd& f) {
  const Index n = e.cols();
  VectorXd u = VectorXd::Zero(n);
  std::vector<bool> passive(static_cast<size_t>(n)), barred(static_cast<size_t>(n));
  for (Index round = 0; round < 3 * n + 30; ++round) {
    const VectorXd gradient = e.transpose() * (f - e * u);
    Index best = -1;
    for (Index i = 0; i < n; ++i) {
      const bool is_open = !passive[static_cast<size_t>(i)] && !barred[static_cast<size_t>(i)] && gradient[i] > kTiny;
      if (is_open && (best < 0 || gradient[i] > gradient[best])) best = i;
    }
    if (best < 0) break;
    passive[static_cast<size_t>(best)] = true;
    for (;;) {
      const std::vector<Index> at = positions(passive);
      const VectorXd s = e(Eigen::all, at).colPivHouseholderQr().solve(f);
      const Index newest = std::ranges::find(at, best) - at.begin();
      if (newest < s.size() && s[newest] <= 0 && u[best] == 0) {  // rounding: the column is one of the others'
        passive[static_cast<size_t>(best)] = false;
        barred[static_cast<size_t>(best)] = true;
        break;
      }
      double step = 1;
      for (Index i = 0; i < s.size(); ++i) {
        if (s[i] <= 0) step = std::min(step, u[at[static_cast<size_t>(i)]] / (u[at[static_cast<size_t>(i)]] - s[i]));
      }
      bool left_out = false;
      for (Index i = 0; i < s.size(); ++i) {
        const Index column = at[static_cast<size_t>(i)];
        u[column] += step * (s[i] - u[column]);
        if (s[i] > 0 || u[column] > kTiny) continue;
        u[column] = 0;
        passive[static_cast<size_t>(column)] = false;
        left_out = true;
      }
      if (!left_out) {
        barred.assign(barred.size(), false);
        break;
      }
    }
  }
  return u;
}

}  // namespace

LeastNorm least_norm(const MatrixXd& a, const VectorXd& b) {
  const Index rows = a.rows(), dimension = a.cols();
  LeastNorm result{VectorXd::Zero(rows), VectorXd::Zero(dimension)};
  std::vector<bool> taken(static_cast<size_t>(rows));
  for (;;) {
    const VectorXd missing = b - a * *result.point;
    std::vector<Index> violated;
    for (Index i = 0; i < rows; ++i) {
      if (!taken[static_cast<size_t>(i)] && missing[i] > kViolated) violated.push_back(i);
    }
    if (violated.empty()) return result;
    std::ranges::stable_sort(violated, [&](Index one, Index other) { return missing[one] > missing[other]; });
    violated.resize(std::min<size_t>(violated.size(), kMostAtOnce));
    for (const Index i : violated) taken[static_cast<size_t>(i)] = true;

    const std::vector<Index> at = positions(taken);
    MatrixXd e(dimension + 1, static_cast<Index>(at.size()));
    e.topRows(dimension) = a(at, Eigen::all).transpose();
    e.row(dimension) = b(at).transpose();
    const VectorXd u = nonnegative_least_squares(e, VectorXd::Unit(dimension + 1, dimension));
    result.weights.setZero();
    result.weights(at) = u;
    const double rest = 1 - e.row(dimension).dot(u);  // 1 / (1 + |x|²)
    constexpr double kNormOne = 0.5, kSlack = 1e-6;
    if (rest < kNormOne - kSlack) return {result.weights, std::nullopt};
    result.point = e.topRows(dimension) * u / rest;
  }
}

}  // namespace sbx::geometry
