// SPDX-License-Identifier: Apache-2.0
// What choices among models were worth, by outcome rows: quality, cost, latency, regret, shares, trajectories, and the curve of quality
// over the share of strong calls.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "runtime/learn/outcomes.h"

namespace sbx::learn {

/// The rows that choices are compared on and the models they are compared among, so that policies and baselines see the same.
struct Arena {
  const OutcomeTable* table = nullptr;
  std::vector<size_t> rows;        // in which the quality of every candidate is known
  std::vector<size_t> candidates;  // columns
  size_t strong = 0, weak = 0;     // columns: the candidate of the highest mean quality, and of the lowest

  [[nodiscard]] const Measured& outcome(size_t row, size_t column) const { return *table->rows[row].outcomes[column]; }
};
/// Of the rows given (indices); candidates are columns, at least one.
[[nodiscard]] Arena make_arena(const OutcomeTable& table, std::span<const size_t> rows, std::vector<size_t> candidates);

/// What was chosen for one row of an arena.
struct Choice {
  std::optional<size_t> model;  // a column; nothing: no model was asked, which has quality 0 and costs nothing
  double score = 0;             // how much the strong candidate is worth more than the weak one here, on any scale
};

/// By row of the arena. A choice outside the candidates counts by its outcome where that is known, else as no model.
struct Scored {
  std::vector<double> quality, regret;
  std::vector<double> cost_usd, latency_ms;  // empty: unknown in some row
  std::vector<bool> passed;                  // whether the whole trajectory of the row does; empty: no row is a step
};
[[nodiscard]] Scored score(const Arena& arena, std::span<const Choice> choices);

/// Quality when strong calls are bought in the order of `Choice::score`: thresholds at the ten-quantiles of the scores, trapezoids between
/// them, as RouteLLM's evaluate.py has it, and one more at the highest score, so that scores with ties keep their point.
struct CurvePoint {
  double strong_share = 0, quality = 0, cost_usd = 0;
};
struct Curve {
  std::vector<CurvePoint> points;  // by share, from 0 to 1
  double weak = 0, strong = 0;     // qualities at the ends
  /// (area - area of always weak) / (area of always strong - area of always weak); nothing if strong is not better than weak.
  [[nodiscard]] std::optional<double> apgr() const;
  /// The smallest share of strong calls at which `part` of the gap between weak and strong is closed; nothing as above.
  [[nodiscard]] std::optional<double> cpt(double part) const;
};
/// Over the arena's rows at `sample` (places in Arena::rows; with repetitions in a bootstrap).
[[nodiscard]] Curve quality_curve(const Arena& arena, std::span<const Choice> choices, std::span<const size_t> sample);
[[nodiscard]] Curve quality_curve(const Arena& arena, std::span<const Choice> choices);

/// Means over the rows.
struct OutcomeFigures {
  double quality = 0, regret = 0;
  std::optional<double> cost_usd, latency_ms, trajectory_pass;
  std::optional<double> apgr, cpt50, cpt80;  // only between two candidates
  std::vector<double> share;                 // by candidate
  double share_none = 0;                     // rows for which no candidate was asked
};
[[nodiscard]] OutcomeFigures figures(const Arena& arena, std::span<const Choice> choices, const Scored& scored);

}  // namespace sbx::learn
