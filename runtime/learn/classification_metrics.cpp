// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/classification_metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sbx::learn {

namespace {

bool has(const LabelIds& ids, size_t label) { return std::ranges::find(ids, label) != ids.end(); }

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

struct Counts {
  size_t both = 0, chosen = 0, truth = 0;
  [[nodiscard]] double f1() const { return share(2.0 * static_cast<double>(both), static_cast<double>(chosen + truth)); }
};

std::vector<Counts> count(std::span<const ScoredRow> rows, size_t labels) {
  std::vector<Counts> counts(labels);
  for (const ScoredRow& row : rows) {
    for (const uint16_t label : row.truth) ++counts[label].truth;
    for (const uint16_t label : row.chosen) {
      ++counts[label].chosen;
      counts[label].both += has(row.truth, label);
    }
  }
  return counts;
}

/// Of labels that rows have.
std::optional<double> mean_auroc(std::span<const ScoredRow> rows, size_t labels) {
  double sum = 0, known = 0;
  std::vector<double> scores(rows.size());
  std::vector<bool> is_positive(rows.size());
  for (size_t label = 0; label < labels; ++label) {
    for (size_t i = 0; i < rows.size(); ++i) {
      scores[i] = rows[i].probabilities[label];
      is_positive[i] = has(rows[i].truth, label);
    }
    if (const auto of_label = auroc(scores, is_positive)) {
      sum += *of_label;
      ++known;
    }
  }
  return known > 0 ? std::optional(sum / known) : std::nullopt;
}

size_t likeliest(const ScoredRow& row) {
  return static_cast<size_t>(std::ranges::max_element(row.probabilities) - row.probabilities.begin());
}

double calibration_error(std::span<const ScoredRow> rows) {
  constexpr size_t kBins = 15;
  struct Bin {
    double rows = 0, confidence = 0, right = 0;
  };
  std::array<Bin, kBins> bins;
  for (const ScoredRow& row : rows) {
    const size_t top = likeliest(row);
    const double confidence = row.probabilities[top];
    Bin& bin = bins[std::min(static_cast<size_t>(confidence * kBins), kBins - 1)];
    bin.rows += 1;
    bin.confidence += confidence;
    bin.right += has(row.truth, top);
  }
  double sum = 0;
  for (const Bin& bin : bins) sum += std::abs(bin.confidence - bin.right);
  return sum / static_cast<double>(rows.size());
}

double brier_score(std::span<const ScoredRow> rows) {
  double sum = 0;
  for (const ScoredRow& row : rows) {
    for (size_t label = 0; label < row.probabilities.size(); ++label) {
      const double miss = row.probabilities[label] - has(row.truth, label);
      sum += miss * miss;
    }
  }
  return sum / static_cast<double>(rows.size());
}

void judge_scope(std::span<const ScoredRow> rows, ClassificationFigures& figures) {
  std::vector<double> doubts;
  std::vector<bool> is_outside;
  for (const ScoredRow& row : rows) {
    doubts.push_back(1 - row.probabilities[likeliest(row)]);
    is_outside.push_back(row.truth.empty());
  }
  figures.oos_auroc = auroc(doubts, is_outside);
}

void judge_labels(std::span<const ScoredRow> rows, size_t labels, bool exclusive, ClassificationFigures& figures) {
  Counts all;
  double f1s = 0, present = 0;
  for (const Counts& of : count(rows, labels)) {
    const auto both = static_cast<double>(of.both);
    figures.per_label.push_back(
        {share(both, static_cast<double>(of.chosen)), share(both, static_cast<double>(of.truth)), of.f1(), of.truth});
    all = {all.both + of.both, all.chosen + of.chosen, all.truth + of.truth};
    if (of.truth + of.chosen == 0) continue;
    f1s += of.f1();
    ++present;
  }
  figures.macro_f1 = share(f1s, present);
  figures.micro_f1 = all.f1();
  if (!exclusive) return;
  figures.confusion.assign(labels, std::vector<size_t>(labels));
  figures.without.assign(labels, 0);
  for (const ScoredRow& row : rows) {
    if (row.truth.size() == 1 && row.chosen.size() == 1) ++figures.confusion[row.truth.front()][row.chosen.front()];
    if (row.truth.size() == 1 && row.chosen.empty()) ++figures.without[row.truth.front()];
  }
}

}  // namespace

ClassificationFigures classification_figures(std::span<const ScoredRow> rows, size_t labels, bool exclusive, uint64_t seed) {
  ClassificationFigures figures{.rows = rows.size()};
  std::vector<ScoredRow> inside;
  std::vector<double> right;
  for (const ScoredRow& row : rows) {
    if (row.truth.empty() && exclusive) continue;
    inside.push_back(row);
    LabelIds truth = row.truth, chosen = row.chosen;
    std::ranges::sort(truth);
    std::ranges::sort(chosen);
    right.push_back(truth == chosen ? 1 : 0);
  }
  figures.out_of_scope = static_cast<size_t>(std::ranges::count_if(rows, [](const ScoredRow& row) { return row.truth.empty(); }));
  figures.in_scope = rows.size() - figures.out_of_scope;
  if (figures.out_of_scope > 0 && labels > 0) judge_scope(rows, figures);
  if (inside.empty() || labels == 0) return figures;
  figures.accuracy = std::accumulate(right.begin(), right.end(), 0.0) / static_cast<double>(right.size());
  figures.accuracy_interval = interval(right, {.seed = seed});
  judge_labels(inside, labels, exclusive, figures);
  figures.auroc = mean_auroc(inside, labels);
  if (exclusive) figures.ece = calibration_error(inside);
  figures.brier = brier_score(inside);
  return figures;
}

std::optional<double> auroc(std::span<const double> scores, const std::vector<bool>& is_positive) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](size_t i) { return scores[i]; });
  double ranks = 0, positives = 0;
  for (size_t from = 0; from < order.size();) {
    size_t to = from;
    while (to < order.size() && scores[order[to]] == scores[order[from]]) ++to;
    for (size_t i = from; i < to; ++i) {
      if (!is_positive[order[i]]) continue;
      ranks += static_cast<double>(from + to + 1) / 2;  // the mean rank of those that score the same
      ++positives;
    }
    from = to;
  }
  const double negatives = static_cast<double>(scores.size()) - positives;
  if (positives == 0 || negatives == 0) return std::nullopt;
  return (ranks - positives * (positives + 1) / 2) / (positives * negatives);
}

std::optional<Operating> at_false_positives(std::span<const double> scores, const std::vector<bool>& is_positive, double target) {
  std::vector<double> of_negatives, of_positives;
  for (size_t i = 0; i < scores.size(); ++i) (is_positive[i] ? of_positives : of_negatives).push_back(scores[i]);
  if (of_negatives.empty() || of_positives.empty()) return std::nullopt;
  const auto reach = [](const std::vector<double>& values, double threshold) {
    return static_cast<double>(std::ranges::count_if(values, [&](double value) { return value >= threshold; })) /
           static_cast<double>(values.size());
  };
  std::vector<double> thresholds(scores.begin(), scores.end());
  std::ranges::sort(thresholds);
  // The share of negatives falls as the threshold rises, so the lowest that will do is found by halving.
  const auto found = std::ranges::partition_point(thresholds, [&](double threshold) { return reach(of_negatives, threshold) > target; });
  if (found == thresholds.end()) return Operating{.threshold = std::nextafter(thresholds.back(), HUGE_VAL)};
  return Operating{*found, reach(of_positives, *found), reach(of_negatives, *found)};
}

}  // namespace sbx::learn
