// SPDX-License-Identifier: Apache-2.0
// How many tokens a text is for a language model, estimated without its tokenizer.
#pragma once

#include <cstdint>
#include <string_view>

namespace sbx::text {

/// An estimate: 0 for no text, at least 1 for any, and never less for a text than for its beginning. By runs of one class of character, in
/// quarters of a token: letters of ASCII: 1 token up to 8, then ½ for every 2 more; digits: 1 for every 3; punctuation: 1 each, of equal
/// ones 1 for every 4; a space before a word: none, further white space ¼ each, a line break 1 for a run of them; Han and kana: 1 each,
/// Hangul ¾; Latin with accents, Cyrillic and Greek: 1 for every 3; other letters: ¾ each; emoji and other symbols: 2 each.
[[nodiscard]] int64_t estimate_tokens(std::string_view text);

}  // namespace sbx::text
