// SPDX-License-Identifier: Apache-2.0
// Linear fits: ridge regression of worths, support vectors of who is best, logistic regression of how good.
#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/learn/fit.h"

namespace sbx::learn {

namespace {

using Square = Eigen::MatrixXd;
using Column = Eigen::VectorXd;

/// One model's rows that are known, around their middle.
struct Centred {
  Eigen::MatrixXd views;  // rows x view
  Column target;
  Column middle;
  double mean = 0;
};
Centred centre(const FitProblem& problem, Eigen::Index model) {
  std::vector<Eigen::Index> known;
  for (Eigen::Index i = 0; i < problem.rows(); ++i) {
    if (!std::isnan(problem.worth(i, model))) known.push_back(i);
  }
  Centred made{.views = problem.views(known, Eigen::all).cast<double>(), .target = problem.worth(known, model).cast<double>(), .middle = {}};
  made.middle = made.views.colwise().mean();
  made.mean = made.target.mean();
  made.views.rowwise() -= made.middle.transpose();
  made.target.array() -= made.mean;
  return made;
}

/// Sum of squared errors of each row by the others: e_i / (1 - h_i), h the diagonal of the hat matrix (Allen 1974), for each penalty.
Column leave_one_out(const Centred& centred, const std::vector<double>& penalties) {
  const Eigen::SelfAdjointEigenSolver<Square> spectrum(centred.views.transpose() * centred.views);
  const Eigen::MatrixXd rotated = centred.views * spectrum.eigenvectors();
  const Column projected = rotated.transpose() * centred.target;
  Column errors(static_cast<Eigen::Index>(penalties.size()));
  for (size_t p = 0; p < penalties.size(); ++p) {
    const Column shrink = (spectrum.eigenvalues().array().max(0) + penalties[p]).inverse();
    const Column fitted = rotated * shrink.cwiseProduct(projected);
    const Column leverage = rotated.cwiseAbs2() * shrink;
    const double share = 1.0 / static_cast<double>(centred.target.size());
    errors(static_cast<Eigen::Index>(p)) =
        ((centred.target - fitted).array() / (1 - leverage.array() - share).max(1e-3)).square().sum();
  }
  return errors;
}

const std::vector<double> kPenalties = {1, 3, 10, 30, 100, 300, 1000};

double best_penalty(const FitProblem& problem) {
  Column errors = Column::Zero(static_cast<Eigen::Index>(kPenalties.size()));
  for (Eigen::Index m = 0; m < problem.models(); ++m) errors += leave_one_out(centre(problem, m), kPenalties);
  Eigen::Index best = 0;
  errors.minCoeff(&best);
  return kPenalties[static_cast<size_t>(best)];
}

struct Plane {
  Column weights;
  double bias = 0;
};
Tensors planes(const FitProblem& problem, const std::function<Plane(Eigen::Index model)>& fit) {
  Matrix weights(problem.models(), problem.views.cols());
  Vector bias(problem.models());
  for (Eigen::Index m = 0; m < problem.models(); ++m) {
    const Plane plane = fit(m);
    weights.row(m) = plane.weights.cast<float>().transpose();
    bias(m) = static_cast<float>(plane.bias);
  }
  return {{"weights", to_tensor(weights)}, {"bias", to_tensor(bias)}};
}

Column solve(const Square& gram, double penalty, const Column& right) {
  return (gram + penalty * Square::Identity(gram.rows(), gram.cols())).ldlt().solve(right);
}

/// Views with a last column of ones, which stands for the bias.
Eigen::MatrixXd with_ones(const Matrix& views) {
  Eigen::MatrixXd made(views.rows(), views.cols() + 1);
  made.leftCols(views.cols()) = views.cast<double>();
  made.col(views.cols()).setOnes();
  return made;
}

Plane split(const Column& weights) { return {weights.head(weights.size() - 1), weights(weights.size() - 1)}; }

}  // namespace

// w = (X'X + penalty I)^-1 X'y around the means (Hoerl and Kennard 1970).
Tensors fit_linear(const FitProblem& problem) {
  double penalty = problem.argument("penalty", 0);
  if (penalty <= 0) penalty = best_penalty(problem);
  return planes(problem, [&](Eigen::Index m) {
    const Centred centred = centre(problem, m);
    Plane plane{.weights = solve(centred.views.transpose() * centred.views, penalty, centred.views.transpose() * centred.target)};
    plane.bias = centred.mean - centred.middle.dot(plane.weights);
    return plane;
  });
}

// Squared hinge loss by Newton's steps on the rows within the margin (Keerthi and DeCoste 2005); +1: among the best of the row.
Tensors fit_svm(const FitProblem& problem) {
  const double penalty = std::max(1e-6, problem.argument("penalty", 10));
  const Eigen::MatrixXd views = with_ones(problem.views);
  const Matrix worth = filled(problem.worth);
  const Vector best = worth.rowwise().maxCoeff();
  return planes(problem, [&](Eigen::Index m) {
    const Column sign = (worth.col(m).array() >= best.array() - 1e-6F).select(Column::Ones(views.rows()), -Column::Ones(views.rows()));
    Column weights = Column::Zero(views.cols());
    for (int step = 0; step < 20; ++step) {
      std::vector<Eigen::Index> within;
      const Column margin = sign.cwiseProduct(views * weights);
      for (Eigen::Index i = 0; i < views.rows(); ++i) {
        if (margin(i) < 1) within.push_back(i);
      }
      const Eigen::MatrixXd active = views(within, Eigen::all);
      const Column next = solve(active.transpose() * active, penalty, active.transpose() * sign(within));
      const double change = (next - weights).norm();
      weights = next;
      if (change < 1e-7) break;
    }
    return split(weights);
  });
}

// Cross-entropy of the worth brought to 0..1, by steps with the bound X'X / 4 of the curvature (Boehning 1992).
Tensors fit_logistic(const FitProblem& problem) {
  const double penalty = std::max(1e-6, problem.argument("penalty", 10));
  const Eigen::MatrixXd views = with_ones(problem.views);
  const Eigen::MatrixXd worth = filled(problem.worth).cast<double>();
  const double low = worth.minCoeff(), range = std::max(1e-9, worth.maxCoeff() - low);
  const Eigen::LDLT<Square> bound = (0.25 * (views.transpose() * views) + penalty * Square::Identity(views.cols(), views.cols())).ldlt();
  return planes(problem, [&](Eigen::Index m) {
    const Column target = (worth.col(m).array() - low) / range;
    Column weights = Column::Zero(views.cols());
    for (int step = 0; step < 100; ++step) {
      const Column chance = (1 + (-(views * weights).array()).exp()).inverse();
      const Column move = bound.solve(views.transpose() * (target - chance) - penalty * weights);
      weights += move;
      if (move.norm() < 1e-6) break;
    }
    return split(weights);
  });
}

}  // namespace sbx::learn
