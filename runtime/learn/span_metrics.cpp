// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/span_metrics.h"

#include <algorithm>

namespace sbx::learn {

namespace {

double share(size_t part, size_t whole) { return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0; }

struct Counts {
  size_t both = 0, found = 0, truth = 0;
  [[nodiscard]] double f1() const { return share(2 * both, found + truth); }
};

bool is_same(const TextSpan& a, const TextSpan& b) { return a.start == b.start && a.end == b.end && a.label == b.label; }

/// Counts of one row by label.
std::vector<Counts> count(std::span<const TextSpan> truth, std::span<const TextSpan> found, const std::vector<std::string>& labels) {
  std::vector<Counts> counts(labels.size());
  const auto of = [&](const TextSpan& span) -> Counts* {
    const auto label = std::ranges::find(labels, span.label);
    return label == labels.end() ? nullptr : &counts[static_cast<size_t>(label - labels.begin())];
  };
  for (const TextSpan& span : truth) {
    if (Counts* counted = of(span)) ++counted->truth;
  }
  for (const TextSpan& span : found) {
    Counts* counted = of(span);
    if (counted == nullptr) continue;
    ++counted->found;
    counted->both += std::ranges::any_of(truth, [&](const TextSpan& other) { return is_same(span, other); });
  }
  return counts;
}

}  // namespace

SpanFigures span_figures(std::span<const std::vector<TextSpan>> truth, std::span<const std::vector<TextSpan>> found,
                         const std::vector<std::string>& labels, uint64_t seed) {
  SpanFigures figures;
  figures.rows = truth.size();
  std::vector<Counts> by_label(labels.size()), by_row(truth.size());
  Counts all;
  for (size_t row = 0; row < truth.size(); ++row) {
    const std::vector<Counts> counts = count(truth[row], found[row], labels);
    for (size_t label = 0; label < labels.size(); ++label) {
      for (Counts* sum : {&by_label[label], &by_row[row], &all}) {
        sum->both += counts[label].both;
        sum->found += counts[label].found;
        sum->truth += counts[label].truth;
      }
    }
  }
  size_t present = 0;
  for (const Counts& of : by_label) {
    figures.per_label.push_back({share(of.both, of.found), share(of.both, of.truth), of.f1(), of.truth});
    if (of.truth == 0) continue;
    figures.macro_f1 += of.f1();
    ++present;
  }
  if (present > 0) figures.macro_f1 /= static_cast<double>(present);
  figures.spans = all.truth;
  figures.micro_f1 = all.f1();
  if (truth.empty()) return figures;
  figures.micro_interval =
      interval_of(truth.size(),
                  [&](std::span<const size_t> places) {
                    Counts sum;
                    for (const size_t row : places)
                      sum = {sum.both + by_row[row].both, sum.found + by_row[row].found, sum.truth + by_row[row].truth};
                    return sum.f1();
                  },
                  {.seed = seed});
  return figures;
}

}  // namespace sbx::learn
