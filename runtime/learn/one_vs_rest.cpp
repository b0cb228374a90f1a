// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/one_vs_rest.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "runtime/learn/random.h"

namespace sbx::learn {

namespace {

// Wide registers where there are any. Each lane does what a narrow one does, so the bits are the same.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SBX_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define SBX_WIDE
#endif

/// to += by * from
SBX_WIDE void add_scaled(float* __restrict to, const float* __restrict from, float by, size_t count) {
  for (size_t i = 0; i < count; ++i) to[i] += by * from[i];
}

/// One label's step of one row: what its multiplier changes by, times the row's sign. `violation`: how far from settled it was.
struct Step {
  float margin, sign, inverse_cost, squared_length;
};
float step(const Step& at, float& multiplier, float& violation) {
  const float gradient = at.sign * at.margin - 1 + multiplier * at.inverse_cost;
  violation = std::max(violation, multiplier == 0 ? -gradient : std::abs(gradient));
  const float before = multiplier;
  multiplier = std::max(before - gradient / (at.squared_length + at.inverse_cost), 0.0F);
  return (multiplier - before) * at.sign;
}

class Descent {
 public:
  Descent(const SparseRows& rows, std::span<const LabelIds> labels, size_t columns, size_t label_count, const OneVsRestOptions& options)
      : rows_(rows), labels_(labels), options_(options), stride_((label_count + 7) / 8 * 8), random_(options.seed) {
    found_ = {
        .labels = label_count, .stride = stride_, .weights = std::vector<float>(columns * stride_), .biases = std::vector<float>(stride_)};
    multipliers_.resize(rows.size() * stride_);
    for (size_t row = 0; row < rows.size(); ++row) {
      float squared = 1;  // the bias is a column of ones
      for (size_t i = rows.starts[row]; i < rows.starts[row + 1]; ++i) squared += rows.values[i] * rows.values[i];
      squared_lengths_.push_back(squared);
    }
  }

  LinearWeights run() {
    std::vector<uint32_t> order(rows_.size());
    std::iota(order.begin(), order.end(), 0);
    std::vector<uint8_t> rest(rows_.size()), length(rows_.size());  // settled rows are left out for ever more rounds
    for (size_t epoch = 0; epoch < options_.most_epochs; ++epoch) {
      shuffle(std::span(order), random_);
      size_t unsettled = 0;
      for (const uint32_t row : order) {
        if (rest[row] > 0) {
          --rest[row];
          continue;
        }
        const bool is_settled = visit(row) < options_.tolerance;
        unsettled += !is_settled;
        length[row] = is_settled ? std::min(length[row] + 1, 5) : 0;
        rest[row] = length[row];
      }
      if (unsettled * 500 < rows_.size()) break;
    }
    found_.biases.resize(found_.labels);
    return std::move(found_);
  }

 private:
  float visit(uint32_t row) {
    const size_t from = rows_.starts[row], to = rows_.starts[row + 1];
    margins_ = found_.biases;
    for (size_t i = from; i < to; ++i) add_scaled(margins_.data(), &found_.weights[rows_.columns[i] * stride_], rows_.values[i], stride_);
    float violation = 0;
    bool changed = false;
    changes_.assign(stride_, 0);
    for (size_t label = 0; label < found_.labels; ++label) {
      const bool has = std::ranges::find(labels_[row], label) != labels_[row].end();
      const double cost = options_.cost * (has && !options_.label_costs.empty() ? options_.label_costs[label] : 1.0);
      const Step at{margins_[label], has ? 1.0F : -1.0F, static_cast<float>(0.5 / cost), squared_lengths_[row]};
      changes_[label] = step(at, multipliers_[row * stride_ + label], violation);
      changed |= changes_[label] != 0;
    }
    if (!changed) return violation;
    for (size_t i = from; i < to; ++i) add_scaled(&found_.weights[rows_.columns[i] * stride_], changes_.data(), rows_.values[i], stride_);
    add_scaled(found_.biases.data(), changes_.data(), 1, stride_);
    return violation;
  }

  const SparseRows& rows_;
  std::span<const LabelIds> labels_;
  const OneVsRestOptions& options_;
  const size_t stride_;
  Random random_;
  LinearWeights found_;
  std::vector<float> multipliers_, squared_lengths_, margins_, changes_;
};

}  // namespace

LinearWeights train_one_vs_rest(const SparseRows& rows, std::span<const LabelIds> labels, size_t columns, size_t label_count,
                                const OneVsRestOptions& options) {
  return Descent(rows, labels, columns, label_count, options).run();
}

void margins(const LinearWeights& weights, const SparseRows& rows, size_t row, std::vector<float>& out) {
  out = weights.biases;
  for (size_t i = rows.starts[row]; i < rows.starts[row + 1]; ++i)
    add_scaled(out.data(), &weights.weights[rows.columns[i] * weights.stride], rows.values[i], weights.labels);
}

}  // namespace sbx::learn
