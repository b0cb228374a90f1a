// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/outcome_metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <string>

#include "runtime/base/check.h"

namespace sbx::learn {

namespace {

double mean(std::span<const double> values) {
  return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}
std::optional<double> mean_if_known(std::span<const double> values) {
  return values.empty() ? std::nullopt : std::optional(mean(values));
}

/// The outcome of what was chosen; null: no model, or nobody knows.
const Measured* chosen(const Arena& arena, size_t row, const Choice& choice) {
  if (!choice.model) return nullptr;
  const auto& outcome = arena.table->rows[row].outcomes[*choice.model];
  return outcome ? &*outcome : nullptr;
}

/// One value a row, or nothing at all if a row lacks it.
std::vector<double> known_values(const Arena& arena, std::span<const Choice> choices, std::optional<double> Measured::*member) {
  std::vector<double> values;
  for (size_t i = 0; i < choices.size(); ++i) {
    const Measured* outcome = chosen(arena, arena.rows[i], choices[i]);
    if (outcome != nullptr && !(outcome->*member)) return {};
    values.push_back(outcome == nullptr ? 0 : *(outcome->*member));
  }
  return values;
}

/// A step passes if its quality is at least one half, a trajectory if all its steps do (TwinRouterBench's TrajPass). Rows that are no
/// step are trajectories of their own.
std::vector<bool> passed(const Arena& arena, const std::vector<double>& quality) {
  const auto& rows = arena.table->rows;
  if (std::ranges::none_of(arena.rows, [&](size_t row) { return rows[row].step.has_value(); })) return {};
  std::map<std::string, bool> failed;
  for (size_t i = 0; i < quality.size(); ++i) {
    const OutcomeRow& row = rows[arena.rows[i]];
    if (row.step && quality[i] < 0.5) failed[row.group] = true;
  }
  std::vector<bool> result;
  for (size_t i = 0; i < quality.size(); ++i) {
    const OutcomeRow& row = rows[arena.rows[i]];
    result.push_back(row.step ? !failed.contains(row.group) : quality[i] >= 0.5);
  }
  return result;
}

/// The ten-quantiles of the values, each once, with linear interpolation between neighbours.
std::vector<double> decile_edges(std::vector<double> values) {
  std::ranges::sort(values);
  std::vector<double> edges;
  for (int i = 0; i <= 10; ++i) {
    const double at = static_cast<double>(values.size() - 1) * i / 10;
    const auto low = static_cast<size_t>(at);
    const size_t high = std::min(low + 1, values.size() - 1);
    const double edge = values[low] + (values[high] - values[low]) * (at - static_cast<double>(low));
    if (edges.empty() || edge > edges.back()) edges.push_back(edge);
  }
  return edges;
}

}  // namespace

Arena make_arena(const OutcomeTable& table, std::span<const size_t> rows, std::vector<size_t> candidates) {
  SBX_CHECK(!candidates.empty(), "an arena has candidates");
  Arena arena{.table = &table, .rows = {}, .candidates = std::move(candidates)};
  const auto known = [&](size_t row) {
    return std::ranges::all_of(arena.candidates, [&](size_t column) { return table.rows[row].outcomes[column].has_value(); });
  };
  std::ranges::copy_if(rows, std::back_inserter(arena.rows), known);
  double best = -1, worst = 2;
  for (const size_t column : arena.candidates) {
    double sum = 0;
    for (const size_t row : arena.rows) sum += arena.outcome(row, column).quality;
    const double quality = arena.rows.empty() ? 0 : sum / static_cast<double>(arena.rows.size());
    if (quality > best) best = quality, arena.strong = column;
    if (quality < worst) worst = quality, arena.weak = column;
  }
  return arena;
}

Scored score(const Arena& arena, std::span<const Choice> choices) {
  SBX_CHECK(choices.size() == arena.rows.size(), "one choice a row");
  Scored scored;
  for (size_t i = 0; i < choices.size(); ++i) {
    const Measured* outcome = chosen(arena, arena.rows[i], choices[i]);
    const double quality = outcome == nullptr ? 0 : outcome->quality;
    double best = quality;
    for (const size_t column : arena.candidates) best = std::max(best, arena.outcome(arena.rows[i], column).quality);
    scored.quality.push_back(quality);
    scored.regret.push_back(best - quality);
  }
  scored.cost_usd = known_values(arena, choices, &Measured::cost_usd);
  scored.latency_ms = known_values(arena, choices, &Measured::latency_ms);
  scored.passed = passed(arena, scored.quality);
  return scored;
}

std::optional<double> Curve::apgr() const {
  if (strong <= weak) return std::nullopt;
  double area = 0;
  for (size_t i = 1; i < points.size(); ++i) {
    area += (points[i].strong_share - points[i - 1].strong_share) * (points[i].quality + points[i - 1].quality) / 2;
  }
  return (area - weak) / (strong - weak);
}

std::optional<double> Curve::cpt(double part) const {
  if (strong <= weak) return std::nullopt;
  const double wanted = weak + part * (strong - weak);
  for (size_t i = 0; i < points.size(); ++i) {
    if (points[i].quality < wanted) continue;
    if (i == 0) return points[i].strong_share;
    const CurvePoint& before = points[i - 1];
    const double way = (wanted - before.quality) / (points[i].quality - before.quality);
    return before.strong_share + way * (points[i].strong_share - before.strong_share);
  }
  return 1;
}

Curve quality_curve(const Arena& arena, std::span<const Choice> choices, std::span<const size_t> sample) {
  Curve curve;
  if (sample.empty()) return curve;
  std::vector<double> scores;
  for (const size_t i : sample) scores.push_back(choices[i].score);
  std::vector<double> edges = decile_edges(std::move(scores));
  edges.push_back(std::numeric_limits<double>::infinity());  // nobody is above it: always weak
  for (auto edge = edges.rbegin(); edge != edges.rend(); ++edge) {
    CurvePoint point;
    for (const size_t i : sample) {
      const bool strong = choices[i].score >= *edge;
      const Measured& outcome = arena.outcome(arena.rows[i], strong ? arena.strong : arena.weak);
      point.strong_share += strong ? 1 : 0;
      point.quality += outcome.quality;
      point.cost_usd += outcome.cost_usd.value_or(0);
    }
    const auto count = static_cast<double>(sample.size());
    curve.points.push_back({point.strong_share / count, point.quality / count, point.cost_usd / count});
  }
  curve.weak = curve.points.front().quality;
  curve.strong = curve.points.back().quality;
  return curve;
}

Curve quality_curve(const Arena& arena, std::span<const Choice> choices) {
  std::vector<size_t> all(arena.rows.size());
  std::iota(all.begin(), all.end(), size_t{0});
  return quality_curve(arena, choices, all);
}

OutcomeFigures figures(const Arena& arena, std::span<const Choice> choices, const Scored& scored) {
  OutcomeFigures made{.quality = mean(scored.quality),
                      .regret = mean(scored.regret),
                      .cost_usd = mean_if_known(scored.cost_usd),
                      .latency_ms = mean_if_known(scored.latency_ms)};
  const auto rows = static_cast<double>(std::max<size_t>(1, choices.size()));
  if (!scored.passed.empty()) made.trajectory_pass = static_cast<double>(std::ranges::count(scored.passed, true)) / rows;
  if (arena.candidates.size() == 2 && !choices.empty()) {
    const Curve curve = quality_curve(arena, choices);
    made.apgr = curve.apgr();
    made.cpt50 = curve.cpt(0.5);
    made.cpt80 = curve.cpt(0.8);
  }
  made.share_none = 1;
  for (const size_t column : arena.candidates) {
    const auto count = std::ranges::count_if(choices, [&](const Choice& choice) { return choice.model == column; });
    made.share.push_back(static_cast<double>(count) / rows);
    made.share_none -= made.share.back();
  }
  made.share_none = std::max(0.0, made.share_none);
  return made;
}

}  // namespace sbx::learn
