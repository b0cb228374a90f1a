// SPDX-License-Identifier: Apache-2.0
// The figures of a signal as JSON and as text: what `train signal` and `eval signal` print.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/findings_json.h"
#include "runtime/learn/classification_metrics.h"
#include "runtime/learn/span_metrics.h"

namespace sbx::driver {

/// docs/cli.md, "Learning and evaluation": all fields of `eval signal` but schema, `latency_us` and what `--target-fpr` adds.
[[nodiscard]] Json figures_json(const learn::ClassificationFigures& figures, const std::vector<std::string>& labels);
/// The same fields of spans: what is only said of labels is null.
[[nodiscard]] Json figures_json(const learn::SpanFigures& figures, const std::vector<std::string>& labels);
/// A line for each figure that there is.
[[nodiscard]] std::string figures_text(const Json& figures);

}  // namespace sbx::driver
