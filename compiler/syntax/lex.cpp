// SPDX-License-Identifier: Apache-2.0
// Bytes to tokens: refuses what is no text, runs the generated lexer, and turns its code points into byte places, once.
#include <antlr4-runtime.h>

#include <cstring>
#include <string>

#include "SignalboxLexer.h"
#include "compiler/syntax/tokens.h"

namespace sbx::syntax {
namespace {

using Lexer = sbx_antlr::SignalboxLexer;

/// Length of the UTF-8 sequence at `at`, or 0 if it is none.
size_t utf8_length(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char first = byte(at);
  if (first < 0x80) return 1;
  size_t length = first >= 0xC2 && first <= 0xDF ? 2 : first >= 0xE0 && first <= 0xEF ? 3 : first >= 0xF0 && first <= 0xF4 ? 4 : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  }
  unsigned char second = byte(at + 1);
  bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  bool surrogate = first == 0xED && second > 0x9F;
  bool beyond = first == 0xF4 && second > 0x8F;
  return overlong || surrogate || beyond ? 0 : length;
}

Span place(FileId file, size_t begin, size_t end) { return {file, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)}; }

bool readable(std::string_view text, FileId file, Diagnostics& diags) {
  if (text.size() > kMaxFileBytes) {
    diags.report(Kind::FileTooLarge, place(file, 0, 0), "the file has " + std::to_string(text.size()) + " bytes, more than 4 MiB")
        .help("spread the policy over several files and `use` them, or keep rows in a table file");
    return false;
  }
  if (const void* nul = std::memchr(text.data(), 0, text.size())) {
    size_t at = static_cast<size_t>(static_cast<const char*>(nul) - text.data());
    diags.report(Kind::NulByte, place(file, at, at + 1), "the file holds a NUL byte").help("a policy is UTF-8 text");
    return false;
  }
  for (size_t at = 0; at < text.size();) {
    size_t length = utf8_length(text, at);
    if (length == 0) {
      diags.report(Kind::InvalidUtf8, place(file, at, at + 1), "the file is not UTF-8: byte " + std::to_string(at) + " starts no character")
          .help("save the file as UTF-8");
      return false;
    }
    at += length;
  }
  return true;
}

TokenKind kind_of(size_t type) {
  switch (type) {
    case Lexer::NUMBER:
      return TokenKind::Number;
    case Lexer::STRING:
      return TokenKind::String;
    case Lexer::LONG_STRING:
      return TokenKind::LongString;
    case Lexer::LBRACE:
      return TokenKind::OpenBrace;
    case Lexer::RBRACE:
      return TokenKind::CloseBrace;
    case Lexer::LPAREN:
      return TokenKind::OpenParen;
    case Lexer::RPAREN:
      return TokenKind::CloseParen;
    case Lexer::LBRACKET:
      return TokenKind::OpenBracket;
    case Lexer::RBRACKET:
      return TokenKind::CloseBracket;
    case Lexer::COMMA:
      return TokenKind::Comma;
    case Lexer::COLON:
      return TokenKind::Colon;
    case Lexer::DOT:
      return TokenKind::Dot;
    case Lexer::QUESTION:
      return TokenKind::Question;
    case Lexer::ASSIGN:
      return TokenKind::Assign;
    case Lexer::ELLIPSIS:
      return TokenKind::Ellipsis;
    case Lexer::COMMENT:
      return TokenKind::Comment;
    case Lexer::DOC_COMMENT:
      return TokenKind::DocComment;
    default:
      return type <= Lexer::IDENTIFIER ? TokenKind::Word : TokenKind::Operator;
  }
}

struct Foreign {
  std::string_view text;
  std::string_view help;
  size_t read_as = 0;  // 0: left out
};
constexpr Foreign kForeign[] = {
    {";", "nothing separates statements: leave it out"},
    {"#", "comments start with `//`"},
    {"'", "strings are written in `\"`"},
    {"“", "strings are written in `\"`"},
    {"”", "strings are written in `\"`"},
    {"&", "write `and`", Lexer::K_AND},
    {"|", "write `or`", Lexer::K_OR},
    {"&&", "write `and`", Lexer::K_AND},
    {"||", "write `or`", Lexer::K_OR},
    {"!", "write `not`", Lexer::K_NOT},
    {"…", "write three dots, `...`", Lexer::ELLIPSIS},
    {"≥", "write `>=`", Lexer::GREATER_EQUAL},
    {"≤", "write `<=`", Lexer::LESS_EQUAL},
    {"≠", "write `!=`", Lexer::NOT_EQUAL},
};

// A file of another kind has one on every line; who reads a hundred of them?
constexpr size_t kMaxReports = 100;

/// Reports a token that is none and returns what to read in its place; 0: nothing.
size_t mend(size_t type, std::string_view text, Span span, bool repeated, Diagnostics& diags) {
  switch (type) {
    case Lexer::BAD_NUMBER: {
      auto report = diags.report(Kind::BadNumber, span, "`" + std::string(text) + "` is not a number");
      if (text.starts_with('.')) report.help("write `0" + std::string(text) + "`");
      return Lexer::NUMBER;
    }
    case Lexer::OPEN_STRING:
      diags.report(Kind::OpenString, place(span.file, span.begin, span.begin + 1), "this string does not end on its line")
          .help("close it with `\"`; a text of several lines stands in `\"\"\"`");
      return Lexer::STRING;
    case Lexer::OPEN_LONG_STRING:
      diags.report(Kind::OpenString, place(span.file, span.begin, span.begin + 3), "this string does not end")
          .help("close it with `\"\"\"`");
      return Lexer::LONG_STRING;
    case Lexer::FOREIGN_AND:
    case Lexer::FOREIGN_OR:
    case Lexer::FOREIGN_NOT:
    case Lexer::UNKNOWN: {
      if (repeated) return 0;
      auto report = diags.report(Kind::UnknownCharacter, span, "`" + std::string(text) + "` means nothing here");
      for (const Foreign& foreign : kForeign) {
        if (foreign.text != text) continue;
        report.help(std::string(foreign.help));
        return foreign.read_as;
      }
      return 0;
    }
    default:
      return type;
  }
}

size_t closing_type(char c) { return c == '}' ? Lexer::RBRACE : c == ')' ? Lexer::RPAREN : c == ']' ? Lexer::RBRACKET : 0; }

/// Of a string without its closing quote: the length of ` })` at its end, which was hardly meant to be part of it.
size_t trailing_brackets(std::string_view text) {
  size_t end = text.find_last_not_of(" \t})],");
  return end == std::string_view::npos ? 0 : text.size() - end - 1;
}

}  // namespace

TokenList lex(const SourceSet& sources, FileId file, Diagnostics& diags) {
  std::string_view text = sources[file].text;
  TokenList list;
  if (!readable(text, file, diags)) {
    list.readable = false;
    return list;
  }
  size_t byte = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  antlr4::ANTLRInputStream input{std::string(text.substr(byte))};
  Lexer lexer(&input);
  lexer.removeErrorListeners();
  list.tokens.reserve(text.size() / 4);

  size_t code_point = 0;
  const auto byte_at = [&](size_t target) {  // targets only grow: each code point is stepped over once
    for (; code_point < target; ++code_point) {
      byte += utf8_length(text, byte);
    }
    return byte;
  };
  size_t last_end = 0;  // of the token before
  size_t reports = 0;
  size_t unknown_end = SIZE_MAX;  // where a run of unknown characters ends so far
  for (;;) {
    std::unique_ptr<antlr4::Token> raw = lexer.nextToken();
    if (raw->getType() == antlr4::Token::EOF) break;
    size_t begin = byte_at(raw->getStartIndex());
    size_t end = byte_at(raw->getStopIndex() + 1);
    std::string_view token_text = text.substr(begin, end - begin);
    bool first_on_line = last_end == 0 || text.substr(last_end, begin - last_end).find('\n') != std::string_view::npos;
    Span span = place(file, begin, end);
    bool unknown = raw->getType() == Lexer::UNKNOWN;
    Diagnostics ignored;
    bool many = reports > kMaxReports;
    size_t type = mend(raw->getType(), token_text, span, unknown && unknown_end == begin, many ? ignored : diags);
    if (type != raw->getType()) ++reports;
    unknown_end = unknown ? end : SIZE_MAX;
    if (type == 0) continue;
    last_end = end;
    if (raw->getType() == Lexer::OPEN_STRING) span.end -= static_cast<uint32_t>(trailing_brackets(token_text));
    list.tokens.push_back({kind_of(type), static_cast<uint16_t>(type), span, first_on_line});
    for (size_t at = span.end; at < end; ++at) {
      if (size_t bracket = closing_type(text[at])) {
        list.tokens.push_back({kind_of(bracket), static_cast<uint16_t>(bracket), place(file, at, at + 1), false});
      }
    }
  }
  return list;
}

}  // namespace sbx::syntax
