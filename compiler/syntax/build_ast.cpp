// SPDX-License-Identifier: Apache-2.0
// Places, names, strings and numbers of the tree.
#include "compiler/syntax/build_ast.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "compiler/syntax/literal.h"

namespace sbx::syntax {
namespace {

std::string normalized(std::string text) {
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return text;
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) return text;
  icu::UnicodeString wide = nfc->normalize(icu::UnicodeString::fromUTF8(text), status);
  if (U_FAILURE(status)) return text;
  std::string result;
  wide.toUTF8String(result);
  return result;
}

}  // namespace

Span Builder::span(antlr4::Token* token) const {
  size_t index = token->getStartIndex();
  if (index < tokens_.size()) return tokens_[index].span;
  uint32_t end = tokens_.empty() ? 0 : tokens_.back().span.end;
  return {file_, end, end};
}

Span Builder::span(const antlr4::ParserRuleContext* context) const {
  Span first = span(context->start);
  if (!context->stop || context->stop->getStartIndex() < context->start->getStartIndex()) return {file_, first.begin, first.begin};
  return {file_, first.begin, span(context->stop).end};
}

ast::Name Builder::name_at(Span place) { return {normalized(text(place)), place}; }

ast::Path Builder::path(P::PathContext* context) {
  ast::Path result;
  result.span = span(context);
  result.parts.push_back(name(context->name()));
  for (auto* word : context->word()) result.parts.push_back(name(word));
  return result;
}

std::vector<ast::Path> Builder::paths(P::PathsContext* context) {
  std::vector<ast::Path> result;
  for (auto* one : context->path()) result.push_back(path(one));
  return result;
}

std::vector<ast::Path> Builder::for_each(P::ForEachContext* context) {
  return context ? paths(context->paths()) : std::vector<ast::Path>{};
}

std::string Builder::unescape(Span place) {
  std::string_view raw = sources_.text(place);
  StringValue value = read_string(raw);
  if (value.bad_escape) {
    Span at{file_, place.begin + static_cast<uint32_t>(value.bad_escape->first),
            place.begin + static_cast<uint32_t>(value.bad_escape->second)};
    diags_.report(Kind::BadEscape, at, "`" + text(at) + "` is no escape")
        .help(
            "escapes are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\r` and `\\u{1F600}`; a backslash itself is `\\\\`, and nothing is escaped inside "
            "`\"\"\"`");
  }
  return std::move(value.text);
}

ast::Expr Builder::string(P::StringContext* context) {
  Span place = span(context);
  return {ast::String{unescape(place)}, place};
}

ast::Expr Builder::number(Span place) {
  std::string written = text(place);
  NumberValue value = read_number(written);
  if (value.problem == NumberProblem::None) return {ast::Number{value.value, value.unit}, place};
  if (value.problem == NumberProblem::TooLarge) {
    diags_.report(Kind::NumberTooLarge, place, "`" + written + "` has more than 18 digits");
  } else if (!written.starts_with('.') && std::ranges::count(written, '.') < 2) {  // those have been reported
    diags_.report(Kind::BadNumber, place, "`" + written + "` is not a number")
        .help("units are `k M G`, `Ki Mi Gi`, `%`, `B KB MB GB KiB MiB GiB`, `ns us ms s min h d`, `$` before, and `$…/M`");
  }
  return {ast::Invalid{}, place};
}

// `5xx` in a list of error classes is a word that starts with a digit.
ast::Expr Builder::label_number(Span place) {
  if (read_number(text(place)).problem != NumberProblem::UnknownUnit) return number(place);
  ast::Name label = name_at(place);
  return {ast::Reference{{{label}, place}}, place};
}

std::string Builder::doc_above(Span place) const {
  auto at = std::ranges::lower_bound(all_.tokens, place.begin, {}, [](const Token& token) { return token.span.begin; });
  std::string doc;
  while (at != all_.tokens.begin() && (at - 1)->kind == TokenKind::DocComment) {
    --at;
    std::string line = text(at->span).substr(3);
    if (line.starts_with(' ')) line.erase(0, 1);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.pop_back();
    doc = doc.empty() ? line : line + "\n" + doc;
  }
  return doc;
}

}  // namespace sbx::syntax
