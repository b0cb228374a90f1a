// SPDX-License-Identifier: Apache-2.0
// Linear support vector machines for many labels at once, each label against all others.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sbx::learn {

/// Sparse vectors, one a row. A column comes at most a few times in a row; its values add up.
struct SparseRows {
  std::vector<size_t> starts = {0};  // one more than rows
  std::vector<uint32_t> columns;
  std::vector<float> values;

  [[nodiscard]] size_t size() const { return starts.size() - 1; }
  void end_row() { starts.push_back(columns.size()); }
};

/// The labels of a row: none, one or several, as places in a list.
using LabelIds = std::vector<uint16_t>;

struct OneVsRestOptions {
  double cost = 1;                  // C of the loss
  std::vector<double> label_costs;  // times `cost` for the positive rows of a label; empty: all 1
  double tolerance = 0.05;          // of a gradient, at which a row counts as settled
  size_t most_epochs = 60;
  uint64_t seed = 0;
};

/// A column has `stride` weights, of which the first `labels` mean something.
struct LinearWeights {
  size_t labels = 0, stride = 0;
  std::vector<float> weights;  // by column, then label
  std::vector<float> biases;   // by label

  [[nodiscard]] std::span<const float> of(size_t column) const { return std::span(weights).subspan(column * stride, labels); }
};

/// For every label l: the w that minimises ½‖w‖² + ½b² + C Σ max(0, 1 - y_i (w·x_i + b))², y_i = +1 where the row has l, else -1, by dual
/// coordinate descent (Hsieh et al. 2008, algorithm 1), all labels of a row in one step. One thread; the same arguments give the same bits.
[[nodiscard]] LinearWeights train_one_vs_rest(const SparseRows& rows, std::span<const LabelIds> labels, size_t columns, size_t label_count,
                                              const OneVsRestOptions& options);

/// w·x + b by label, for one row of `rows`.
void margins(const LinearWeights& weights, const SparseRows& rows, size_t row, std::vector<float>& out);

}  // namespace sbx::learn
