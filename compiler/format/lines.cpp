// SPDX-License-Identifier: Apache-2.0
// Line breaks are the author's (one blank line at most); what is ours is the space between tokens and the indentation:
// two spaces for each line with open brackets, two more where a statement goes on.
#include "compiler/format/lines.h"

#include <algorithm>
#include <vector>

namespace sbx::format {
namespace {

using syntax::is_close;
using syntax::is_open;
using syntax::Role;
using syntax::Token;
using syntax::TokenKind;

bool is_comment(const Token& token) { return token.kind == TokenKind::Comment || token.kind == TokenKind::DocComment; }

class Lines {
 public:
  Lines(const SourceSet& sources, const syntax::Layout& layout) : sources_(sources), tokens_(layout.tokens), roles_(layout.roles) {}

  std::string run() {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (i == 0 || starts_line(i)) {
        break_line(i);
      } else {
        out_.append(spaces(i), ' ');
      }
      write(i);
    }
    if (!out_.empty()) out_ += '\n';
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string_view between(size_t left, size_t right) const {
    Span gap{tokens_[left].span.file, tokens_[left].span.end, tokens_[right].span.begin};
    return sources_.text(gap);
  }
  [[nodiscard]] bool starts_line(size_t i) const { return tokens_[i].first_on_line || is_comment(tokens_[i - 1]); }

  void break_line(size_t i) {
    if (i > 0) {
      out_ += '\n';
      bool blank = std::ranges::count(between(i - 1, i), '\n') > 1;
      bool at_edge = is_open(tokens_[i - 1].kind) || is_close(tokens_[i].kind);
      if (blank && !at_edge) out_ += '\n';
    }
    line_indent_ = indent(i);
    out_.append(line_indent_, ' ');
  }

  [[nodiscard]] size_t indent(size_t i) const {
    size_t inside = open_.empty() ? 0 : open_.back().indent + 2;
    size_t next = i;
    while (next < tokens_.size() && is_comment(tokens_[next])) ++next;
    if (next == tokens_.size()) return inside;
    if (next == i && is_close(tokens_[i].kind) && !open_.empty()) return open_.back().indent;
    if (next != i && is_close(tokens_[next].kind)) return inside;  // a comment at the end of a block belongs inside
    return goes_on(next) ? inside + 2 : inside;
  }

  // Does the line at `i` continue a statement that began on an earlier one?
  [[nodiscard]] bool goes_on(size_t i) const {
    if (roles_[i].starts || roles_[i].as_written || is_close(tokens_[i].kind)) return false;
    size_t before = i;
    while (before > 0 && is_comment(tokens_[before - 1])) --before;
    if (before == 0) return false;
    bool in_list = !open_.empty() && open_.back().list;
    return !in_list && !is_open(tokens_[before - 1].kind);
  }

  [[nodiscard]] size_t spaces(size_t i) const {
    const Token& left = tokens_[i - 1];
    const Token& right = tokens_[i];
    if (is_comment(right)) return 2;
    if (left.kind == TokenKind::OpenBrace || right.kind == TokenKind::CloseBrace) {
      if (left.kind == TokenKind::OpenBrace && right.kind == TokenKind::CloseBrace) return 0;
      size_t brace = left.kind == TokenKind::OpenBrace ? i - 1 : i;
      return roles_[brace].snug ? 0 : 1;
    }
    if (is_open(left.kind) || is_close(right.kind)) return 0;
    if (left.kind == TokenKind::Dot || right.kind == TokenKind::Dot) return 0;
    if (right.kind == TokenKind::Comma || right.kind == TokenKind::Question) return 0;
    if (right.kind == TokenKind::Colon) return roles_[i].spaced_colon ? 1 : 0;
    if (roles_[i].tight_left || roles_[i - 1].tight_right) return 0;
    if (left.kind == TokenKind::Colon) return 1;
    if (roles_[i].as_written) {
      bool single = right.kind == TokenKind::OpenBrace || left.kind == TokenKind::Assign || right.kind == TokenKind::Assign ||
                    left.kind == TokenKind::Operator || right.kind == TokenKind::Operator;
      return std::min<size_t>(single ? 1 : 2, right.span.begin - left.span.end);
    }
    if (roles_[i].starts && left.kind != TokenKind::Comma) return 2;
    return 1;
  }

  void write(size_t i) {
    const Token& token = tokens_[i];
    std::string_view text = sources_.text(token.span);
    if (is_comment(token)) {
      while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    }
    for (int n = 0; n < roles_[i].open_before; ++n) open('(', true);
    if (is_close(token.kind)) open_.pop_back();
    if (is_open(token.kind)) open_.push_back({line_indent_, token.kind != TokenKind::OpenBrace});
    out_ += text;
    for (int n = 0; n < roles_[i].close_after; ++n) close(')');
  }

  void open(char bracket, bool list) {
    open_.push_back({line_indent_, list});
    out_ += bracket;
  }
  void close(char bracket) {
    open_.pop_back();
    out_ += bracket;
  }

  struct Open {
    size_t indent;  // of the line it stands on
    bool list;      // `(` or `[`
  };

  const SourceSet& sources_;
  const std::vector<Token>& tokens_;
  const std::vector<Role>& roles_;
  std::string out_;
  std::vector<Open> open_;
  size_t line_indent_ = 0;
};

}  // namespace

std::string lay_out(const SourceSet& sources, const syntax::Layout& layout) { return Lines(sources, layout).run(); }

}  // namespace sbx::format
