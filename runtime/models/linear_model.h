// SPDX-License-Identifier: Apache-2.0
// Linear classifiers over hashed n-grams: microseconds a text, on the thread that asks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/models/feature_table.h"
#include "runtime/models/model.h"

namespace sbx::models {

/// What a linear classifier is made of. The logit of label l for a vector x is scale[l] * sum of x[r] * weights[r * stride + l] + bias[l],
/// the sum in whole numbers. Exclusive labels are told apart by softmax, in which `none`, where there is one, is the logit of no label;
/// others have a sigmoid each.
struct LinearParameters {
  FeatureTable table;
  std::vector<std::string> labels;
  bool exclusive = true;
  std::optional<float> none;
  size_t stride = 0;  // labels, and what is left empty
  std::vector<int8_t> weights;
  std::vector<float> scales, biases;
};

/// Labels are rounded up to this many, so that sums run in whole registers.
inline constexpr size_t kLabelBlock = 8;

class LinearClassifier final : public Classifier {
 public:
  /// `identity` as LearnedModel has it.
  LinearClassifier(LinearParameters parameters, std::string identity);

  [[nodiscard]] const std::string& identity() const override { return identity_; }
  [[nodiscard]] Runs runs() const override { return Runs::Embedded; }
  [[nodiscard]] const std::vector<std::string>& labels() const override { return parameters_.labels; }
  /// Looks at no deadline: it is done before one could pass.
  [[nodiscard]] Result<Classified> classify(std::string_view text, Deadline deadline) const override;

  /// By label, before they become probabilities.
  [[nodiscard]] std::vector<double> logits(std::string_view text) const;
  /// The same of a text as the parameters' table reads it.
  [[nodiscard]] std::vector<double> logits(const SparseText& text) const;
  [[nodiscard]] const LinearParameters& parameters() const { return parameters_; }

 private:
  LinearParameters parameters_;
  std::string identity_;
  SparseTexts texts_;
};

/// Probabilities of logits in millionths. Exclusive: with `none` they sum to a million, rounded so that they do to the last one.
[[nodiscard]] std::vector<int64_t> probabilities(const std::vector<double>& logits, bool exclusive, std::optional<double> none);

}  // namespace sbx::models
