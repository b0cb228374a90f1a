// SPDX-License-Identifier: Apache-2.0
// Which of a classifier's labels a signal goes by.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "runtime/signals/learned.h"

namespace sbx::signals {

/// One label, or all but one.
struct LabelPlace {
  size_t label = 0;
  bool other_than = false;

  [[nodiscard]] int64_t probability(const models::Classified& classified) const;
};

/// The model called `name` as a classifier; R0765 for what is none.
[[nodiscard]] Result<std::shared_ptr<const models::Classifier>> as_classifier(const std::string& name,
                                                                              const Result<std::shared_ptr<const models::LearnedModel>>& model);
[[nodiscard]] bool has_label(const models::Classifier& classifier, std::string_view label);
/// R0765 where the classifier has no such label, with those that it has.
[[nodiscard]] Result<LabelPlace> place_of(const std::string& name, const models::Classifier& classifier, const std::string& label);
/// All labels but the one: that a text is anything but what the model calls harmless.
[[nodiscard]] Result<LabelPlace> place_of_others(const std::string& name, const models::Classifier& classifier, const std::string& label);

}  // namespace sbx::signals
