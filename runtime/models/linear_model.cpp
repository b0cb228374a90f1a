// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/linear_model.h"

#include <algorithm>
#include <cmath>

#include "runtime/base/check.h"

namespace sbx::models {

namespace {

constexpr double kMillion = 1e6;

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SBX_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define SBX_WIDE
#endif

/// Whole numbers, so the order of the sum does not matter. Sums of trained models stay far below 2^31; those of any file at least are
/// defined.
SBX_WIDE void add_row(uint32_t* __restrict sums, const int8_t* __restrict weights, int32_t value, size_t count) {
  for (size_t i = 0; i < count; ++i) sums[i] += static_cast<uint32_t>(value * weights[i]);
}

std::vector<int64_t> sigmoids(const std::vector<double>& logits) {
  std::vector<int64_t> result;
  for (const double logit : logits) result.push_back(std::llround(kMillion / (1 + std::exp(-logit))));
  return result;
}

}  // namespace

std::vector<int64_t> probabilities(const std::vector<double>& logits, bool exclusive, std::optional<double> none) {
  if (!exclusive) return sigmoids(logits);
  const double highest = std::max(*std::ranges::max_element(logits), none.value_or(-HUGE_VAL));
  double total = none ? std::exp(*none - highest) : 0;
  for (const double logit : logits) total += std::exp(logit - highest);
  std::vector<int64_t> result;
  int64_t left = none ? std::llround(kMillion * (1 - std::exp(*none - highest) / total)) : static_cast<int64_t>(kMillion);
  for (const double logit : logits) {
    result.push_back(std::llround(kMillion * std::exp(logit - highest) / total));
    left -= result.back();
  }
  int64_t& largest = *std::ranges::max_element(result);
  largest = std::max<int64_t>(largest + left, 0);
  return result;
}

LinearClassifier::LinearClassifier(LinearParameters parameters, std::string identity)
    : parameters_(std::move(parameters)), identity_(std::move(identity)) {
  const LinearParameters& p = parameters_;
  SBX_CHECK(!p.labels.empty() && p.stride >= p.labels.size() && p.stride % kLabelBlock == 0, "labels of a linear model");
  SBX_CHECK(p.weights.size() == p.table.size() * p.stride, "weights of a linear model");
  SBX_CHECK(p.scales.size() == p.labels.size() && p.biases.size() == p.labels.size(), "scales of a linear model");
}

std::vector<double> LinearClassifier::logits(const SparseText& text) const {
  const LinearParameters& p = parameters_;
  std::vector<uint32_t> sums(p.stride);
  for (size_t i = 0; i < text.rows.size(); ++i) add_row(sums.data(), &p.weights[text.rows[i] * p.stride], text.values[i], p.stride);
  std::vector<double> logits;
  for (size_t label = 0; label < p.labels.size(); ++label)
    logits.push_back(static_cast<double>(p.scales[label]) * static_cast<int32_t>(sums[label]) + static_cast<double>(p.biases[label]));
  return logits;
}

std::vector<double> LinearClassifier::logits(std::string_view text) const {
  std::unique_ptr<SparseText> sparse = texts_.take();
  parameters_.table.read(text, *sparse);
  std::vector<double> result = logits(*sparse);
  texts_.give_back(std::move(sparse));
  return result;
}

Result<Classified> LinearClassifier::classify(std::string_view text, Deadline) const {
  std::unique_ptr<SparseText> sparse = texts_.take();
  parameters_.table.read(text, *sparse);
  Classified answer{.probabilities = probabilities(logits(*sparse), parameters_.exclusive, parameters_.none),
                    .truncated = sparse->truncated};
  texts_.give_back(std::move(sparse));
  return answer;
}

}  // namespace sbx::models
