// SPDX-License-Identifier: Apache-2.0
// The tokens of one file, comments included: what the parser reads and the formatter lays out anew.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "runtime/diag/diagnostic.h"
#include "runtime/source/source.h"

namespace sbx::syntax {

enum class TokenKind : uint8_t {
  Word,
  Number,
  String,
  LongString,
  OpenBrace,
  CloseBrace,
  OpenParen,
  CloseParen,
  OpenBracket,
  CloseBracket,
  Comma,
  Colon,
  Dot,
  Question,
  Assign,
  Operator,  // + - * / -> and the comparisons
  Ellipsis,
  Comment,
  DocComment,
};

struct Token {
  TokenKind kind;
  uint16_t type;  // of the generated lexer; 0 for a bracket that repair put in
  Span span;      // empty for a bracket that repair put in
  bool first_on_line = false;
  bool synthetic = false;
  /// Brackets open around it; a bracket itself counts as outside. Set by `balance`.
  uint32_t depth = 0;
};

/// Sizes beyond which a file is refused (docs/language/limits.md).
inline constexpr size_t kMaxFileBytes = 4 * 1024 * 1024;
inline constexpr size_t kMaxNesting = 256;
inline constexpr size_t kMaxChain = 1000;
inline constexpr size_t kMaxStatementTokens = 100'000;

struct TokenList {
  std::vector<Token> tokens;
  /// False: the file is refused before it is read (too large, not UTF-8, a NUL byte), which has been reported.
  bool readable = true;
};

/// All tokens of the file in order. Reports what is no token (unknown characters, open strings) and reads on as if it were meant well.
[[nodiscard]] TokenList lex(const SourceSet& sources, FileId file, Diagnostics& diags);

/// The tokens without comments, brackets paired: a missing bracket is reported and put in, a stray one reported and left out.
[[nodiscard]] std::vector<Token> balance(const SourceSet& sources, FileId file, const std::vector<Token>& tokens, Diagnostics& diags);

/// Reports nesting, chains and statements beyond the limits (comments are passed over); false when the file must not be parsed.
[[nodiscard]] bool within_limits(const SourceSet& sources, const std::vector<Token>& tokens, Diagnostics& diags);

/// `route`, `signal`, …: a word that starts a declaration.
[[nodiscard]] bool starts_declaration(std::string_view word);
/// All of them, for "did you mean".
[[nodiscard]] const std::vector<std::string>& declaration_words();

[[nodiscard]] inline bool is_open(TokenKind kind) {
  return kind == TokenKind::OpenBrace || kind == TokenKind::OpenParen || kind == TokenKind::OpenBracket;
}
[[nodiscard]] inline bool is_close(TokenKind kind) {
  return kind == TokenKind::CloseBrace || kind == TokenKind::CloseParen || kind == TokenKind::CloseBracket;
}

}  // namespace sbx::syntax
