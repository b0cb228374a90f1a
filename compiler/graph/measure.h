// SPDX-License-Identifier: Apache-2.0
// How wide a text is. The tables (advances.h) hold the advance widths of DejaVu Sans, the widest of the usual sans-serif fonts, so that a
// text that fits by it fits in whatever font a reader has; nothing is stretched (`textLength`).
#pragma once

#include <string>
#include <string_view>

namespace sbx::graph {

enum class Face : uint8_t { Plain, Bold, Mono };

/// In pixels, at `size` pixels an em; never less than what is drawn.
[[nodiscard]] double width_of(std::string_view text, Face face, double size);

/// `text`, cut with an ellipsis where it is wider than `room`.
[[nodiscard]] std::string fitted(std::string_view text, Face face, double size, double room);

}  // namespace sbx::graph
