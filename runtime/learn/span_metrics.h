// SPDX-License-Identifier: Apache-2.0
// How good the spans are that a tagger finds: a span is right when both its ends and its label are (CoNLL 2003).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/learn/bootstrap.h"
#include "runtime/learn/classification_metrics.h"
#include "runtime/program/reading.h"

namespace sbx::learn {

struct SpanFigures {
  size_t rows = 0, spans = 0;
  double micro_f1 = 0, macro_f1 = 0;       // macro: mean over labels that some row has
  std::vector<LabelFigures> per_label;     // beside `labels`
  std::optional<Interval> micro_interval;  // 95 %, rows drawn again
};
/// `truth` and `found` by row; spans with a label that is not in `labels` do not count.
[[nodiscard]] SpanFigures span_figures(std::span<const std::vector<TextSpan>> truth, std::span<const std::vector<TextSpan>> found,
                                       const std::vector<std::string>& labels, uint64_t seed = 0);

}  // namespace sbx::learn
