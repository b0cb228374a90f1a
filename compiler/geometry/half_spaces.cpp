// SPDX-License-Identifier: Apache-2.0
#include "compiler/geometry/half_spaces.h"

#include <Eigen/Dense>
#include <cmath>
#include <optional>
#include <random>

#include "compiler/geometry/least_norm.h"

namespace sbx::geometry {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// A proof must hold by this much for weights that sum up to one: far above what rounding of scalar products takes.
constexpr double kMargin = 1e-9;
constexpr int kMostTries = 24;
constexpr double kRankThreshold = 1e-9;

struct Problem {
  MatrixXd a;
  VectorXd inner, outer;
};

Problem problem_of(std::span<const HalfSpace> within) {
  const auto rows = static_cast<Index>(within.size());
  const HalfSpace& first = within.front();
  const auto dimension = static_cast<Index>((first.near != nullptr ? first.near : first.far)->size());
  Problem problem{MatrixXd::Zero(rows, dimension), VectorXd(rows), VectorXd(rows)};
  for (Index i = 0; i < rows; ++i) {
    const HalfSpace& one = within[static_cast<size_t>(i)];
    if (one.near != nullptr) problem.a.row(i) += Eigen::Map<const VectorXd>(one.near->data(), dimension).transpose();
    if (one.far != nullptr) problem.a.row(i) -= Eigen::Map<const VectorXd>(one.far->data(), dimension).transpose();
    problem.inner[i] = one.inner;
    problem.outer[i] = one.outer;
  }
  return problem;
}

/// What the weights prove, if they do.
std::optional<NoDirection> proof(const Problem& problem, VectorXd weights) {
  const double sum = weights.sum();
  if (!(sum > 0)) return std::nullopt;
  weights /= sum;
  constexpr double kCounts = 1e-9;
  NoDirection none;
  for (Index i = 0; i < weights.size(); ++i) {
    if (weights[i] <= kCounts) {
      weights[i] = 0;
    } else {
      none.because.push_back(static_cast<size_t>(i));
    }
  }
  const bool holds = problem.outer.dot(weights) - (problem.a.transpose() * weights).norm() > kMargin;
  return holds ? std::optional(none) : std::nullopt;
}

class Search {
 public:
  Search(std::span<const HalfSpace> within, const Problem& problem, const LeastNorm& found)
      : within_(within), problem_(problem), found_(found), point_(*found.point) {}

  /// A unit vector that keeps all bounds: from the least point on, at right angles to the rows, or along whatever stays inside.
  std::optional<VectorXd> unit_vector() {
    if (std::optional<VectorXd> unit = finish(point_)) return unit;  // its norm is one already
    std::vector<Index> touched;
    for (Index i = 0; i < found_.weights.size(); ++i) {
      if (found_.weights[i] > 0) touched.push_back(i);
    }
    // Most bounds are far: it does to leave those alone that hold the point.
    if (auto unit = beside(problem_.a(touched, Eigen::all))) return unit;
    if (auto unit = beside(problem_.a)) return unit;
    // Of rows that fill the space: whoever is nearest is often so where its own vector points, or where the least point does.
    if (auto unit = along(point_)) return unit;
    for (Index i = 0, tries = 0; i < problem_.a.rows() && tries < kMostTries; ++i) {
      const Vector* near = within_[static_cast<size_t>(i)].near;
      if (near == nullptr || (i > 0 && near == within_[static_cast<size_t>(i - 1)].near)) continue;
      ++tries;
      if (auto unit = along(Eigen::Map<const VectorXd>(near->data(), point_.size()) - point_)) return unit;
    }
    for (int i = 0; i < 2 * kMostTries; ++i) {
      if (auto unit = along(any_vector())) return unit;
    }
    return std::nullopt;
  }

 private:
  std::optional<VectorXd> beside(const MatrixXd& rows) {
    const Index dimension = rows.cols();
    constexpr double kMostWork = 5e7;
    const auto wide = static_cast<double>(dimension);
    if (rows.rows() >= dimension && wide * wide * static_cast<double>(rows.rows()) > kMostWork) return std::nullopt;
    MatrixXd basis(dimension, 0);
    if (rows.rows() > 0) {
      Eigen::ColPivHouseholderQR<MatrixXd> factors(dimension, rows.rows());
      factors.setThreshold(kRankThreshold);
      factors.compute(rows.transpose());
      if (factors.rank() >= dimension) return std::nullopt;
      basis = factors.householderQ() * MatrixXd::Identity(dimension, factors.rank());
    }
    for (int i = 0; i < kMostTries; ++i) {
      VectorXd free = any_vector();
      for (int again = 0; again < 2; ++again) free -= basis * (basis.transpose() * free);
      if (auto unit = along(free)) return unit;
    }
    return std::nullopt;
  }

  std::optional<VectorXd> along(const VectorXd& way) {
    const double length = way.norm();
    if (!(length > 0)) return std::nullopt;
    for (const double sign : {1.0, -1.0}) {
      const VectorXd step = sign * way / length;
      const double lean = point_.dot(step), room = 1 - point_.squaredNorm();
      if (lean * lean + room < 0) continue;
      if (auto unit = finish(point_ + (std::sqrt(lean * lean + room) - lean) * step)) return unit;
    }
    return std::nullopt;
  }

  // Half of what lies between the bounds is left to rounding.
  [[nodiscard]] std::optional<VectorXd> finish(const VectorXd& end) const {
    constexpr double kNear = 1e-6, kHalf = 0.5;
    const double length = end.norm();
    if (std::abs(length - 1) > kNear) return std::nullopt;
    const VectorXd unit = end / length;
    const VectorXd bounds = problem_.inner + kHalf * (problem_.outer - problem_.inner);
    return ((problem_.a * unit - bounds).array() >= 0).all() ? std::optional(unit) : std::nullopt;
  }

  VectorXd any_vector() {
    VectorXd vector(point_.size());
    // Not std::normal_distribution: it differs from library to library.
    constexpr double kHalf = 0.5;
    for (double& one : vector) one = static_cast<double>(random_()) / static_cast<double>(std::mt19937_64::max()) - kHalf;
    return vector;
  }

  std::span<const HalfSpace> within_;
  const Problem& problem_;
  const LeastNorm& found_;
  const VectorXd& point_;
  std::mt19937_64 random_{1};
};

}  // namespace

Direction find_direction(std::span<const HalfSpace> within) {
  const Problem problem = problem_of(within);
  const LeastNorm inside = least_norm(problem.a, problem.inner);
  if (inside.point) {
    if (const std::optional<VectorXd> unit = Search(within, problem, inside).unit_vector()) return Vector(unit->begin(), unit->end());
  }
  if (std::optional<NoDirection> none = proof(problem, inside.weights)) return std::move(*none);
  if (inside.point) return Undecided{};
  if (std::optional<NoDirection> none = proof(problem, least_norm(problem.a, problem.outer).weights)) return std::move(*none);
  return Undecided{};
}

}  // namespace sbx::geometry
