// SPDX-License-Identifier: Apache-2.0
// What each token of a file is, as the grammar reads it: what `dump --after=tokens`, editors and coloured pages go by.
#pragma once

#include <string_view>
#include <vector>

#include "compiler/syntax/tokens.h"

namespace sbx::syntax {

/// Most keywords are also names; which of both a word is, its place in the parse tree tells.
enum class TokenClass : uint8_t { Keyword, Name, Number, String, Comment, Bracket, Sign };

struct ClassifiedToken {
  Span span;
  TokenClass of = TokenClass::Name;
};

/// `keyword`, `name`, …
[[nodiscard]] std::string_view name_of(TokenClass of);

/// All tokens of the file in order, comments included. Reports what parsing reports; nothing for a file that is refused unread.
[[nodiscard]] std::vector<ClassifiedToken> classify(const SourceSet& sources, FileId file, Diagnostics& diags);

}  // namespace sbx::syntax
