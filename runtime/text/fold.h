// SPDX-License-Identifier: Apache-2.0
// Text as keywords see it: without differences of case, width, composition or invisible characters (Unicode NFKC_Casefold), and with one
// kind of apostrophe.
#pragma once

#include <string>
#include <string_view>

namespace sbx::text {

/// Replaces `out` by `text` folded; bytes that are no UTF-8 become U+FFFD. Keeps the capacity of `out`. Returns whether there were none.
bool fold(std::string_view text, std::string& out);
[[nodiscard]] std::string folded(std::string_view text);

/// The apostrophe that text processors write; folded it is the ASCII one.
inline constexpr std::string_view kTypographicApostrophe = "\u2019";

/// Replaces `out` by `text` with U+FFFD for every byte that belongs to no character.
void repair_utf8(std::string_view text, std::string& out);

[[nodiscard]] inline char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

}  // namespace sbx::text
