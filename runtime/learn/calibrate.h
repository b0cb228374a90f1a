// SPDX-License-Identifier: Apache-2.0
// From margins to probabilities, by rows that were held out while the margins were learned.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "runtime/learn/one_vs_rest.h"

namespace sbx::learn {

/// logit = slope * margin + offset.
struct Slope {
  double slope = 1, offset = 0;
};

/// Margins by row, then label.
using Margins = std::vector<std::vector<double>>;

/// The slope t > 0 under which softmax(t * margins) makes the labels of the rows likeliest (temperature scaling, Guo et al. 2017). Rows
/// without a label are passed by.
[[nodiscard]] double fit_temperature(const Margins& margins, std::span<const LabelIds> labels);
/// The logit of no label beside those of fit_temperature under which all rows are likeliest; nothing if each has a label.
[[nodiscard]] std::optional<double> fit_none(const Margins& margins, std::span<const LabelIds> labels, double slope);
/// A slope and an offset for one label against the others (Platt 1999, with the targets and the Newton steps of Lin, Lin and Weng 2007).
[[nodiscard]] Slope fit_sigmoid(std::span<const double> margins, const std::vector<bool>& has_label);

}  // namespace sbx::learn
