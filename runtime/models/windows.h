// SPDX-License-Identifier: Apache-2.0
// Texts that are longer than what a model looks at: cut into windows that overlap, and their answers made one again.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "runtime/models/onnx.h"

namespace sbx::models {

/// Tokens [begin, end) of a text.
struct Window {
  size_t begin = 0, end = 0;
  friend bool operator==(const Window&, const Window&) = default;
};

struct Windows {
  std::vector<Window> windows;  // at least one, of no tokens where there are none
  bool truncated = false;       // more would have been needed than `most`
};

/// Windows of `size` tokens, each beginning `overlap` tokens before the end of the one before it; the last one is moved to the left where
/// it would be shorter. `overlap` is less than `size`, and `most` is not zero.
[[nodiscard]] Windows windows_of(size_t tokens, size_t size, size_t overlap, size_t most);

/// The window in which a token is farthest from an edge, of two the first: there the model sees most around it.
[[nodiscard]] size_t window_of(size_t token, std::span<const Window> windows);

/// What is said of a text by what is said of its windows (WindowRule). `alarm`: the number of its label, or none.
[[nodiscard]] std::vector<double> combined(std::span<const std::vector<double>> probabilities, std::span<const Window> windows, WindowRule rule,
                                           bool exclusive, std::optional<size_t> alarm);

}  // namespace sbx::models
