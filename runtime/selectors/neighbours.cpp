// SPDX-License-Identifier: Apache-2.0
#include "runtime/selectors/neighbours.h"

#include <algorithm>
#include <cmath>

#include "runtime/selectors/trained.h"

namespace sbx {

namespace {

constexpr size_t kStep = 32;
constexpr int kMostOfRow = 127;
/// The vector is asked once and can be finer: sums of kMostColumns products stay within 32 bits.
constexpr int kMostOfVector = 4095;

/// A row as whole numbers of at most `most`.
template <class Whole>
struct Rounded {
  std::vector<Whole> values;
  float scale = 0;  // value = whole * scale
  float error = 0;  // length of the difference
};
template <class Whole>
Rounded<Whole> rounded(std::span<const float> row, size_t width, int most) {
  float largest = 0;
  for (const float value : row) largest = std::max(largest, std::abs(value));
  Rounded<Whole> made{.values = std::vector<Whole>(width), .scale = largest / static_cast<float>(most)};
  double squares = 0;
  for (size_t i = 0; i < row.size() && largest > 0; ++i) {
    made.values[i] = static_cast<Whole>(std::lround(row[i] / made.scale));
    const double off = static_cast<double>(row[i]) - static_cast<double>(made.values[i]) * made.scale;
    squares += off * off;
  }
  made.error = static_cast<float>(std::sqrt(squares));
  return made;
}

/// Dot products of a vector with all rows. Integers, so every order of adding gives the same; the widest instructions that the machine
/// has are taken when it runs.
__attribute__((optimize("O3"), target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"))) void multiply(const int8_t* rows, const int16_t* vector,
                                                                                                           size_t count, size_t width, int32_t* products) {
  for (size_t row = 0; row < count; ++row) {
    int32_t sum = 0;
    const int8_t* values = rows + row * width;
    for (size_t i = 0; i < width; ++i) sum += static_cast<int16_t>(values[i]) * vector[i];
    products[row] = sum;
  }
}

float length_of(std::span<const float> vector) { return std::sqrt(dot(vector, vector)); }

}  // namespace

Neighbours::Neighbours(const Tensor& rows) : rows_(&rows), width_((rows.columns + kStep - 1) / kStep * kStep) {
  for (size_t i = 0; i < rows.rows; ++i) {
    const Rounded<int8_t> bytes = rounded<int8_t>(rows.row(i), width_, kMostOfRow);
    bytes_.insert(bytes_.end(), bytes.values.begin(), bytes.values.end());
    scale_.push_back(bytes.scale);
    error_.push_back(bytes.error);
    reach_.push_back(length_of(rows.row(i)) + bytes.error);
  }
}

// <a, q> = <a', q'> + <a - a', q> + <a', q - q'>, where a' and q' are the rounded ones: so it is off by at most
// |a - a'| |q| + (|a| + |a - a'|) |q - q'| (Cauchy and Schwarz). A row whose product cannot reach the k-th best at
// their worst is out; the others are compared as they are.
std::vector<Neighbours::Near> Neighbours::nearest(std::span<const float> vector, size_t k) const {
  const size_t count = rows_->rows;
  k = std::min(k, count);
  if (k == 0) return {};
  const Rounded<int16_t> query = rounded<int16_t>(vector, width_, kMostOfVector);
  std::vector<int32_t> products(count);
  multiply(bytes_.data(), query.values.data(), count, width_, products.data());

  const float length = length_of(vector);
  constexpr float kRounding = 1e-5F;  // of the sums in floats
  std::vector<float> about(count), lowest(count);
  for (size_t i = 0; i < count; ++i) {
    const float off = error_[i] * length + reach_[i] * query.error + kRounding * (1 + reach_[i] * length);
    about[i] = static_cast<float>(products[i]) * scale_[i] * query.scale + off;
    lowest[i] = about[i] - 2 * off;
  }
  std::ranges::nth_element(lowest, lowest.begin() + static_cast<std::ptrdiff_t>(k - 1), std::greater<>());
  const float bar = lowest[k - 1];
  std::vector<Near> near;
  for (size_t i = 0; i < count; ++i) {
    if (about[i] >= bar) near.push_back({dot(rows_->row(i), vector), i});
  }
  const auto is_nearer = [](const Near& a, const Near& b) { return a.product != b.product ? a.product > b.product : a.row < b.row; };
  std::ranges::partial_sort(near, near.begin() + static_cast<std::ptrdiff_t>(k), is_nearer);
  near.resize(k);
  return near;
}

}  // namespace sbx
