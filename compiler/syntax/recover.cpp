// SPDX-License-Identifier: Apache-2.0
// Errors are worded where they are first seen and fall through to the nearest declaration, action, field or row, which is
// given up; the parse goes on behind it. Brackets are balanced, so "behind it" is found by depth.
#include "compiler/syntax/recover.h"

#include <algorithm>
#include <utility>

#include "runtime/diag/render.h"

namespace sbx::syntax {
namespace {

using Parser = sbx_antlr::SignalboxParser;

constexpr size_t kMaxReports = 500;

bool recovers(size_t rule) {
  switch (rule) {
    case Parser::RuleDecl:
    case Parser::RuleAction:
    case Parser::RuleField:
    case Parser::RuleGiven:
    case Parser::RuleRow:
    case Parser::RuleColumn:
      return true;
    default:
      return false;
  }
}

/// The statement that a list rule is made of; its own index if it is no such list.
size_t element_of(size_t rule) {
  switch (rule) {
    case Parser::RuleFile:
    case Parser::RuleBlock:
      return Parser::RuleDecl;
    case Parser::RuleActions:
      return Parser::RuleAction;
    case Parser::RuleRecord:
      return Parser::RuleField;
    case Parser::RuleGivens:
      return Parser::RuleGiven;
    case Parser::RuleRows:
      return Parser::RuleRow;
    case Parser::RuleColumns:
      return Parser::RuleColumn;
    default:
      return rule;
  }
}

std::string name_of(size_t rule) {
  switch (rule) {
    case Parser::RuleDecl:
      return "a declaration";
    case Parser::RuleAction:
      return "an action such as `model = …`";
    case Parser::RuleRow:
      return "a row";
    default:
      return "a field `name: value`";
  }
}

bool can_start(size_t rule, const Token& token) {
  switch (token.kind) {
    case TokenKind::Word:
      return true;
    case TokenKind::Number:
    case TokenKind::String:
    case TokenKind::LongString:
      return rule == Parser::RuleField || rule == Parser::RuleRow;
    case TokenKind::Operator:
      return rule == Parser::RuleField || rule == Parser::RuleRow;
    case TokenKind::OpenBracket:
      return rule == Parser::RuleRow;
    case TokenKind::Comma:
      return rule == Parser::RuleField || rule == Parser::RuleGiven || rule == Parser::RuleColumn;
    default:
      return false;
  }
}

}  // namespace

Span Recovery::span_at(size_t index) const {
  if (index < tokens_.size()) return tokens_[index].span;
  uint32_t end = static_cast<uint32_t>(sources_[file_].text.size());
  uint32_t last = tokens_.empty() ? end : tokens_.back().span.end;
  return {file_, last, last};
}
std::string Recovery::text_at(size_t index) const { return std::string(sources_.text(span_at(index))); }
std::string Recovery::found_at(size_t index) const {
  if (index >= tokens_.size()) return "the end of the file";
  std::string text = text_at(index);
  return text.size() > 40 ? "a long string" : "`" + text + "`";
}

antlr4::Token* Recovery::recoverInline(antlr4::Parser* parser) { throw antlr4::InputMismatchException(parser); }

void Recovery::sync(antlr4::Parser* parser) {
  size_t list = parser->getContext()->getRuleIndex();
  size_t element = element_of(list);
  if (element == list) return;
  if (parser->getContext()->children.empty() && list != Parser::RuleFile) return;  // its `{` is still to come
  size_t at = parser->getTokenStream()->index();
  if (at >= tokens_.size() || can_start(element, tokens_[at])) return;
  if (tokens_[at].kind == TokenKind::CloseBrace && list != Parser::RuleFile) return;
  if (!tokens_[at].synthetic && ++reports_ <= kMaxReports) {
    diags_.report(Kind::UnexpectedToken, tokens_[at].span, "expected " + name_of(element) + ", found " + found_at(at));
  }
  skip_to(parser, next_start(element, at, at));
}

void Recovery::reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) {
  if (reported_) return;
  reported_ = true;
  error_at_ = std::min<size_t>(error.getOffendingToken()->getTokenIndex(), tokens_.size());
  report(parser, error_at_);
}

void Recovery::report_unknown_start(size_t at, bool declaration) {
  std::string word = text_at(at);
  auto report = diags_.report(Kind::UnexpectedToken, span_at(at),
                              declaration ? "`" + word + "` starts no declaration" : "expected a declaration, found " + found_at(at));
  std::string near = did_you_mean(word, declaration_words());
  if (!near.empty()) report.help("did you mean `" + near + "`?").fix("write `" + near + "`", {{span_at(at), near}});
}

// `signal b =` and on the next line `signal c = …`: soft keywords let the first swallow the second's keyword.
void Recovery::find_firm_starts() {
  firm_.assign(tokens_.size() + 1, false);
  for (size_t i = 0; i + 1 < tokens_.size(); ++i) {
    if (!tokens_[i].first_on_line || tokens_[i].kind != TokenKind::Word || !starts_declaration(text_at(i))) continue;
    size_t next = types_[i + 1];
    bool name_follows = tokens_[i + 1].kind == TokenKind::Word && next != Parser::K_OVER && next != Parser::K_ON &&
                        !(next >= Parser::K_WHEN && next <= Parser::K_FALSE && next != Parser::K_NOT);
    bool string_follows = tokens_[i + 1].kind == TokenKind::String;
    bool block_follows = tokens_[i + 1].kind == TokenKind::OpenBrace;
    firm_[i] = name_follows || string_follows || block_follows;
  }
}

/// The first firm start in (begin, at] that is no deeper than `begin`; 0 if there is none.
size_t Recovery::firm_start_within(size_t begin, size_t at) const {
  if (begin >= tokens_.size()) return 0;
  for (size_t i = begin + 1; i <= at && i < tokens_.size(); ++i) {
    if (firm_[i] && tokens_[i].depth == tokens_[begin].depth && types_[i - 1] != Parser::K_PRIVATE) return i;
  }
  return 0;
}

void Recovery::report(antlr4::Parser* parser, size_t at) {
  auto* context = dynamic_cast<antlr4::ParserRuleContext*>(parser->getContext());
  while (context->parent && !recovers(context->getRuleIndex())) context = dynamic_cast<antlr4::ParserRuleContext*>(context->parent);
  size_t rule = context->getRuleIndex();
  size_t begin = context->start->getTokenIndex();
  if (rule == Parser::RuleDecl && begin < tokens_.size()) {
    size_t firm = firm_start_within(begin, at);
    bool swallowed = firm == 0 && begin > 1 && firm_[begin - 1] && begin - 1 > resumed_ && tokens_[begin - 1].depth == tokens_[begin].depth;
    if (swallowed) {
      firm = begin - 1;
      for (begin = firm - 1; begin > 0 && !(tokens_[begin].depth == tokens_[firm].depth && starts(rule, begin));) --begin;
    }
    if (firm != 0) {
      resume_at_ = resumed_ = firm;
      error_at_ = at = firm;
    }
  }
  if (at < tokens_.size() && tokens_[at].synthetic) return;  // the missing bracket has been reported
  if (rule == Parser::RuleAction && types_[begin] == Parser::K_DENY && at > begin + 1 && types_[begin + 1] == Parser::STRING)
    at = begin + 1;
  if (++reports_ <= kMaxReports) word(parser, rule, begin, at);
}

void Recovery::word(antlr4::Parser* parser, size_t rule, size_t begin, size_t at) {
  if (rule == Parser::RuleDecl && begin < at && tokens_[begin].kind == TokenKind::Word && !starts_declaration(text_at(begin)) &&
      types_[std::min(begin + 1, types_.size() - 1)] != Parser::K_OVER) {
    return report_unknown_start(begin, true);
  }
  std::set<size_t> types = expected_tokens(parser->getATN(), rule, types_, begin, at);
  if (at > begin && types_[at - 1] == Parser::STRING && types.contains(Parser::COMMA)) types.erase(Parser::COLON);
  std::string expected = describe_expected(types);
  if (rule == Parser::RuleAction && types_[begin] == Parser::K_DENY && at == begin + 1) expected = "a status such as `403`";
  std::string before = at > 0 ? " after `" + text_at(at - 1) + "`" : "";
  std::string message = expected.empty() ? found_at(at) + " cannot stand" + (at > 0 ? before : " here")
                                         : "expected " + expected + (at > begin ? before : "") + ", found " + found_at(at);
  auto report = diags_.report(Kind::UnexpectedToken, span_at(at), message);
  if (at >= tokens_.size()) return;
  // `headers["x-name"]`, as in other languages.
  const bool is_looked_up = at > 0 && at + 2 < tokens_.size() && tokens_[at].kind == TokenKind::OpenBracket &&
                            tokens_[at - 1].kind == TokenKind::Word && tokens_[at + 1].kind == TokenKind::String &&
                            tokens_[at + 2].kind == TokenKind::CloseBracket;
  if (is_looked_up) {
    const std::string name = text_at(at - 1) == "headers" ? "header" : text_at(at - 1);
    const std::string call = name + "(" + text_at(at + 1) + ")";
    report.help("what has a name is read by a call: `" + call + "`");
    if (at < 2 || tokens_[at - 2].kind != TokenKind::Dot) report.fix("write a call", {{join(span_at(at - 1), span_at(at + 2)), call}});
    return;
  }
  bool assign = tokens_[at].kind == TokenKind::Assign;
  if (assign && expected == "`:`")
    report.help("`:` describes, `=` decides").fix("write `:`", {{span_at(at), ":"}});
  else if (assign)
    report.help("`==` compares two values, `=` decides a slot, `:` describes");
  if (text_at(at) == "==" && expected == "`=`")
    report.help("`=` decides a slot, `==` compares two values").fix("write `=`", {{span_at(at), "="}});
  if (expected == "`then`")
    report.help("fallbacks are written `model = a, then b`")
        .fix("write `then`", {{{file_, span_at(at).begin, span_at(at).begin}, "then "}});
}

void Recovery::recover(antlr4::Parser* parser, std::exception_ptr error) {
  auto* context = dynamic_cast<antlr4::ParserRuleContext*>(parser->getContext());
  size_t rule = context->getRuleIndex();
  if (!recovers(rule) && context->parent) std::rethrow_exception(error);
  reported_ = false;
  size_t begin = context->start->getTokenIndex();
  if (resume_at_ != 0) {
    size_t firm = std::exchange(resume_at_, 0);
    if (firm < parser->getTokenStream()->index()) parser->getTokenStream()->seek(firm);
    return skip_to(parser, firm);
  }
  size_t from = std::max<size_t>(error_at_, parser->getTokenStream()->index());
  if (rule == Parser::RuleDecl) enter_body(parser, begin, error_at_);
  from = std::max<size_t>(from, parser->getTokenStream()->index());
  skip_to(parser, next_start(element_of(rule), begin, from));
}

// The header of a block is broken: its body may hold more errors, so it is read all the same.
void Recovery::enter_body(antlr4::Parser* parser, size_t begin, size_t from) {
  auto* signalbox = static_cast<Parser*>(parser);
  if (begin >= tokens_.size()) return;
  size_t type = types_[begin];
  bool declarations = type == Parser::K_POLICY || type == Parser::K_MODULE || type == Parser::K_STRICT || type == Parser::K_TIER ||
                      type == Parser::K_FIRST || type == Parser::K_BEST || type == Parser::K_ALWAYS;
  bool actions = type == Parser::K_ROUTE || type == Parser::K_RULE || type == Parser::K_OTHERWISE || type == Parser::K_UNSERVED ||
                 type == Parser::K_DEFAULTS;
  if (!declarations && !actions) return;
  uint32_t depth = tokens_[begin].depth;
  for (size_t at = from; at < tokens_.size(); ++at) {
    const Token& token = tokens_[at];
    if (token.depth < depth || (at > from && starts(Parser::RuleDecl, at) && token.depth == depth)) return;
    if (token.kind != TokenKind::OpenBrace || token.depth != depth) continue;
    skip_to(parser, at);
    if (declarations)
      signalbox->block();
    else
      signalbox->actions();
    return;
  }
}

bool Recovery::starts(size_t rule, size_t index) const {
  const Token& token = tokens_[index];
  size_t next = index + 1 < types_.size() ? types_[index + 1] : Parser::EOF;
  bool after_comma = index > 0 && tokens_[index - 1].kind == TokenKind::Comma;
  switch (rule) {
    case Parser::RuleDecl:
      if (token.kind != TokenKind::Word || after_comma) return false;
      if (starts_declaration(text_at(index))) return token.first_on_line || tokens_[index - 1].kind == TokenKind::CloseBrace;
      return token.first_on_line && next == Parser::K_OVER;
    case Parser::RuleAction:
      if (token.kind != TokenKind::Word || after_comma || types_[index] == Parser::K_THEN) return false;
      if (next == Parser::ASSIGN || next == Parser::K_ONLY || next == Parser::K_ADD || next == Parser::K_WITHOUT) return true;
      return (types_[index] == Parser::K_DENY && next == Parser::NUMBER) ||
             (types_[index] == Parser::K_RESPOND && next == Parser::STRING) ||
             (token.first_on_line && token.kind == TokenKind::Word && types_[index] <= Parser::K_REPEAT);
    case Parser::RuleRow:
      return token.first_on_line;
    default:
      return token.kind == TokenKind::Comma ||
             ((token.kind == TokenKind::Word || token.kind == TokenKind::Number || token.kind == TokenKind::String) &&
              next == Parser::COLON);
  }
}

size_t Recovery::next_start(size_t rule, size_t begin, size_t from) const {
  if (begin >= tokens_.size()) return tokens_.size();
  uint32_t depth = tokens_[begin].depth;
  // A stray token at the start of a list is behind us as soon as we leave it; a statement's own first word is not a next one.
  for (size_t at = std::max(from, begin + 1); at < tokens_.size(); ++at) {
    if (tokens_[at].depth < depth) return at;
    if (tokens_[at].depth == depth && starts(rule, at)) return at;
  }
  return tokens_.size();
}

void Recovery::skip_to(antlr4::Parser* parser, size_t index) {
  while (parser->getTokenStream()->index() < index && parser->getTokenStream()->LA(1) != Parser::EOF) parser->consume();
}

}  // namespace sbx::syntax
