// SPDX-License-Identifier: Apache-2.0
// Prometheus' text format, version 0.0.4.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/observe/counters.h"

namespace sbx::observe {

class Exposition {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string>>;

  /// Begins a metric: its help and `counter`, `gauge` or `histogram`.
  void begin(std::string_view name, std::string_view type, std::string_view help);
  /// A sample of the metric that was begun. Labels with an empty value are left out, as the format means them.
  void sample(const Labels& labels, double value);
  void sample(std::string_view suffix, const Labels& labels, std::string_view value);
  /// A metric with its one sample.
  void single(std::string_view name, std::string_view type, std::string_view help, double value);
  /// A family as it was counted; nothing if it has no series.
  void family(const FamilyInfo& info, const Counters::Of& series);

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::string name_;
};

}  // namespace sbx::observe
