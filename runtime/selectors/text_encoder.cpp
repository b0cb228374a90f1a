// SPDX-License-Identifier: Apache-2.0
#include "runtime/selectors/text_encoder.h"

#include <cmath>

namespace sbx {

std::vector<float> TextEncoder::encode(std::string_view text) const {
  std::vector<float> encoded(dimension());
  if (!table_) return encoded;
  models::SparseText sparse;
  table_->read(text, sparse);
  for (size_t i = 0; i < sparse.rows.size(); ++i) {
    const auto value = static_cast<float>(sparse.values[i]);
    const std::span<const float> direction = basis_.row(sparse.rows[i]);
    for (size_t c = 0; c < encoded.size(); ++c) encoded[c] += value * direction[c];
  }
  double squares = 0;
  for (const float value : encoded) squares += static_cast<double>(value) * value;
  if (squares <= 0) return encoded;
  const auto length = static_cast<float>(std::sqrt(squares));
  for (float& value : encoded) value /= length;
  return encoded;
}

}  // namespace sbx
