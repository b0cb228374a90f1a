// SPDX-License-Identifier: Apache-2.0
// Brackets before grammar: the parser is given a stream in which every bracket has its partner, so that one missing
// bracket is one error, and so that recovery can skip by depth. Also the limits that keep the parser's stack small.
#include <algorithm>
#include <string>

#include "compiler/syntax/tokens.h"

namespace sbx::syntax {
namespace {

TokenKind partner(TokenKind open) {
  switch (open) {
    case TokenKind::OpenBrace:
      return TokenKind::CloseBrace;
    case TokenKind::OpenParen:
      return TokenKind::CloseParen;
    default:
      return TokenKind::CloseBracket;
  }
}
std::string spelled(TokenKind kind) {
  switch (kind) {
    case TokenKind::OpenBrace:
      return "`{`";
    case TokenKind::CloseBrace:
      return "`}`";
    case TokenKind::OpenParen:
      return "`(`";
    case TokenKind::CloseParen:
      return "`)`";
    case TokenKind::OpenBracket:
      return "`[`";
    default:
      return "`]`";
  }
}

constexpr size_t kMaxReports = 100;

bool is_balanced(const std::vector<Token>& tokens) {
  std::vector<TokenKind> open;
  for (const Token& token : tokens) {
    if (is_open(token.kind)) open.push_back(partner(token.kind));
    if (!is_close(token.kind)) continue;
    if (open.empty() || open.back() != token.kind) return false;
    open.pop_back();
  }
  return open.empty();
}

/// Pairs brackets where the plain count fails, led by the indentation that people keep even when they forget a bracket.
class Balancer {
 public:
  Balancer(const SourceSet& sources, FileId file, Diagnostics& diags) : sources_(sources), file_(file), diags_(diags) {}

  std::vector<Token> run(const std::vector<Token>& tokens) {
    for (const Token& token : tokens) {
      if (token.first_on_line) line_indent_ = column(token);
      if (token.first_on_line && token.kind == TokenKind::Word && starts_declaration(sources_.text(token.span))) leave_deeper(token);
      if (is_close(token.kind)) {
        close(token);
      } else {
        if (token.kind == TokenKind::OpenBrace) leave_list(token);
        if (is_open(token.kind)) open_.push_back({token, line_indent_});
        out_.push_back(token);
      }
    }
    uint32_t end = static_cast<uint32_t>(sources_[file_].text.size());
    while (!open_.empty()) put_in({file_, end, end}, "the file ends before it is closed");
    return std::move(out_);
  }

 private:
  struct Open {
    Token token;
    uint32_t indent;
  };

  uint32_t column(const Token& token) const { return sources_.position(file_, token.span.begin).column; }

  void put_in(Span before, const std::string& why) {
    Token open = open_.back().token;
    open_.pop_back();
    out_.push_back({partner(open.kind), 0, {file_, before.begin, before.begin}, false, true});
    if (++reports_ > kMaxReports) return;
    auto report = diags_.report(Kind::UnclosedBracket, open.span, spelled(open.kind) + " is never closed");
    if (before.begin < before.end) {
      report.label(before, "expected " + spelled(partner(open.kind)) + " before this");
    } else {
      report.note(why);
    }
  }

  // A declaration that starts a line no deeper than the line of an open bracket: that bracket was forgotten.
  void leave_deeper(const Token& token) {
    while (!open_.empty() && open_.back().indent >= column(token)) put_in(token.span, "");
  }

  // Inside `(` and `[` a `{` follows a `:`, a `,` or an operator; after a complete operand it opens the block behind them.
  void leave_list(const Token& token) {
    if (out_.empty()) return;
    const Token& last = out_.back();
    bool operand = last.kind == TokenKind::Word || last.kind == TokenKind::Number || last.kind == TokenKind::String ||
                   last.kind == TokenKind::LongString || is_close(last.kind);
    if (!operand || sources_.text(last.span) == "argmax") return;
    while (!open_.empty() && open_.back().token.kind != TokenKind::OpenBrace) put_in(token.span, "");
  }

  void close(const Token& token) {
    bool brace = token.kind == TokenKind::CloseBrace;
    auto match = std::find_if(open_.rbegin(), open_.rend(), [&](const Open& o) {
      return partner(o.token.kind) == token.kind || (!brace && o.token.kind == TokenKind::OpenBrace);
    });
    if (match == open_.rend() || partner(match->token.kind) != token.kind) {
      if (++reports_ <= kMaxReports) diags_.report(Kind::StrayBracket, token.span, spelled(token.kind) + " closes nothing");
      return;
    }
    while (partner(open_.back().token.kind) != token.kind) put_in(token.span, "");
    while (brace && token.first_on_line && open_.size() > 1 && open_.back().indent > column(token)) put_in(token.span, "");
    if (open_.empty() || partner(open_.back().token.kind) != token.kind) return close(token);
    open_.pop_back();
    out_.push_back(token);
  }

  const SourceSet& sources_;
  FileId file_;
  Diagnostics& diags_;
  std::vector<Token> out_;
  std::vector<Open> open_;
  uint32_t line_indent_ = 1;
  size_t reports_ = 0;
};

void set_depths(std::vector<Token>& tokens) {
  uint32_t depth = 0;
  for (Token& token : tokens) {
    if (is_close(token.kind)) --depth;
    token.depth = depth;
    if (is_open(token.kind)) ++depth;
  }
}

// Words that lead to a nested operand without a bracket.
bool nests(const Token& token, std::string_view text) {
  if (token.kind == TokenKind::Operator || token.kind == TokenKind::Question) return true;
  static constexpr std::string_view kWords[] = {"not", "if", "else", "is", "in", "has", "above", "of"};
  return token.kind == TokenKind::Word && std::ranges::find(kWords, text) != std::end(kWords);
}
bool continues_expression(std::string_view word) {
  static constexpr std::string_view kWords[] = {"and", "or", "not", "if", "else", "is", "in", "has", "above", "margin", "ties", "of"};
  return std::ranges::find(kWords, word) != std::end(kWords);
}

}  // namespace

const std::vector<std::string>& declaration_words() {
  static const std::vector<std::string> kWords = {
      "language", "policy",   "module", "use",    "provider", "model",   "attribute", "input",    "budget",  "table", "signal",
      "slot",     "defaults", "strict", "tier",   "first",    "best",    "route",     "rule",     "require", "plan",  "graph",
      "state",    "on",       "test",   "always", "scenario", "private", "otherwise", "unserved", "extern"};
  return kWords;
}
bool starts_declaration(std::string_view word) { return std::ranges::find(declaration_words(), word) != declaration_words().end(); }

std::vector<Token> balance(const SourceSet& sources, FileId file, const std::vector<Token>& tokens, Diagnostics& diags) {
  std::vector<Token> result;
  result.reserve(tokens.size());
  for (const Token& token : tokens) {
    if (token.kind == TokenKind::Comment || token.kind == TokenKind::DocComment) continue;
    result.push_back(token);
  }
  if (!is_balanced(result)) result = Balancer(sources, file, diags).run(result);
  set_depths(result);
  return result;
}

bool within_limits(const SourceSet& sources, const std::vector<Token>& tokens, Diagnostics& diags) {
  std::vector<size_t> chains(1, 0);  // one for each open bracket
  size_t nested = 0;                 // brackets and chains together
  size_t in_statement = 0;
  const auto reset = [&] {
    nested -= chains.back();
    chains.back() = 0;
  };
  TokenKind previous = TokenKind::Comma;
  for (const Token& token : tokens) {
    if (token.kind == TokenKind::Comment || token.kind == TokenKind::DocComment) continue;
    std::string_view text = sources.text(token.span);
    bool declaration = token.first_on_line && token.kind == TokenKind::Word && starts_declaration(text);
    bool after_block = previous == TokenKind::CloseBrace && token.kind == TokenKind::Word && !continues_expression(text);
    bool separator = token.kind == TokenKind::Comma || token.kind == TokenKind::Colon || token.kind == TokenKind::Assign;
    previous = token.kind;
    if (declaration || after_block || separator) reset();
    if (declaration || token.kind == TokenKind::OpenBrace || token.kind == TokenKind::CloseBrace) in_statement = 0;
    if (++in_statement > kMaxStatementTokens) {
      diags.report(Kind::StatementTooLong, token.span, "this statement has more than 100,000 words")
          .help("keep long lists in a file of their own, or split the statement");
      return false;
    }
    if (is_open(token.kind)) {
      chains.push_back(0);
      if (chains.size() > kMaxNesting + 1) {
        diags.report(Kind::NestedTooDeep, token.span, "brackets are nested deeper than 256");
        return false;
      }
    } else if (is_close(token.kind) && chains.size() > 1) {
      reset();
      chains.pop_back();
    } else if (nests(token, text)) {
      ++chains.back();
      if (++nested > kMaxChain) {
        diags.report(Kind::ChainTooLong, token.span, "this expression has more than 1,000 operators").help("name parts of it as signals");
        return false;
      }
    }
  }
  return true;
}

}  // namespace sbx::syntax
