// SPDX-License-Identifier: Apache-2.0
// A text as a short dense vector: its weighted n-grams, projected onto the directions in which the texts of learning differ (latent
// semantic analysis, Deerwester et al. 1990). `learn` finds the n-grams and directions.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "runtime/models/feature_table.h"
#include "runtime/selectors/tensor.h"

namespace sbx {

/// Immutable while it serves; safe on any number of threads.
class TextEncoder {
 public:
  /// Of no dimensions.
  TextEncoder() = default;
  /// `basis` has a row for each n-gram of the table.
  TextEncoder(models::FeatureTable table, Tensor basis) : table_(std::move(table)), basis_(std::move(basis)) {}

  [[nodiscard]] size_t dimension() const { return basis_.columns; }
  /// Of unit length; all zeros if nothing of the text is known.
  [[nodiscard]] std::vector<float> encode(std::string_view text) const;

  [[nodiscard]] const std::optional<models::FeatureTable>& table() const { return table_; }
  [[nodiscard]] const Tensor& basis() const { return basis_; }

 private:
  std::optional<models::FeatureTable> table_;
  Tensor basis_;
};

}  // namespace sbx
