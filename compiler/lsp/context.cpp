// SPDX-License-Identifier: Apache-2.0
#include "compiler/lsp/context.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace sbx::lsp {
namespace {

using syntax::Token;
using syntax::TokenKind;

bool in_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

/// Words that can begin what stands before a brace.
bool is_head(std::string_view word) {
  static const std::set<std::string_view> words{"policy", "module", "model",    "provider", "input",  "attribute", "slot",     "signal",
                                                "tier",   "first",  "best",     "route",    "rule",   "always",    "defaults", "otherwise",
                                                "test",   "given",  "unserved", "scenario", "expect", "step",      "table",    "require",
                                                "plan",   "graph",  "budget",   "state",    "on"};
  return words.contains(word);
}

class Finder {
 public:
  Finder(const Snapshot& snapshot, uint32_t byte) : sources_(snapshot.checked.sources) {
    const std::string& text = snapshot.text();
    context_.begin = context_.end = byte;
    while (context_.begin > 0 && in_word(text[context_.begin - 1])) --context_.begin;
    while (context_.end < text.size() && in_word(text[context_.end])) ++context_.end;
    Diagnostics ignored;
    for (const Token& token : syntax::lex(sources_, snapshot.file, ignored).tokens) {
      const bool is_comment = token.kind == TokenKind::Comment || token.kind == TokenKind::DocComment;
      const bool is_text = token.kind == TokenKind::String || token.kind == TokenKind::LongString;
      if (is_comment && token.span.begin < byte && byte <= token.span.end) quiet_ = true;
      if (is_text && token.span.begin < byte && byte < token.span.end) quiet_ = true;
      if (token.span.end <= context_.begin && !is_comment) tokens_.push_back(token);
      if (token.span.begin == context_.begin) starts_line_ = token.first_on_line;
    }
    if (context_.begin == context_.end) starts_line_ = is_blank_before(text, byte);
  }

  Context find() {
    if (quiet_) return context_;
    open_frames();
    last_ = tokens_.size();
    if (frame_ == kNone) return statement("policy");
    switch (tokens_[frame_].kind) {
      case TokenKind::OpenBrace:
        return in_brace();
      case TokenKind::OpenParen:
        return in_paren();
      default:
        return in_bracket();
    }
  }

 private:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  static bool is_blank_before(const std::string& text, uint32_t byte) {
    while (byte > 0 && (text[byte - 1] == ' ' || text[byte - 1] == '\t')) --byte;
    return byte == 0 || text[byte - 1] == '\n';
  }

  [[nodiscard]] std::string_view word(size_t i) const { return i < tokens_.size() ? sources_.text(tokens_[i].span) : std::string_view(); }
  [[nodiscard]] bool is(size_t i, TokenKind kind) const { return i < tokens_.size() && tokens_[i].kind == kind; }

  Context found(Slot slot, std::string of = "") {
    context_.slot = slot;
    context_.of = std::move(of);
    return context_;
  }

  void open_frames() {
    std::vector<size_t> open;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (syntax::is_open(tokens_[i].kind)) open.push_back(i);
      if (syntax::is_close(tokens_[i].kind) && !open.empty()) open.pop_back();
    }
    frame_ = open.empty() ? kNone : open.back();
    frames_ = std::move(open);
  }

  /// The word that begins the statement whose brace is token `brace`.
  [[nodiscard]] std::string head_of(size_t brace) const {
    std::string nearest;
    size_t depth = 0;
    for (size_t i = brace; i-- > 0;) {
      if (syntax::is_close(tokens_[i].kind)) {
        if (depth == 0 && is(i, TokenKind::CloseBrace) && (tokens_[i + 1].first_on_line || is_head(word(i + 1)))) break;
        ++depth;
      } else if (syntax::is_open(tokens_[i].kind)) {
        if (depth == 0) break;
        --depth;
      } else if (depth == 0 && is(i, TokenKind::Word) && is_head(word(i))) {
        const bool begins = tokens_[i].first_on_line || i == 0 || is(i - 1, TokenKind::OpenBrace) || is(i - 1, TokenKind::CloseBrace);
        if (begins) return std::string(word(i));
        if (nearest.empty()) nearest = word(i);
      }
    }
    return nearest;
  }

  /// The dotted path that ends before token `end`.
  [[nodiscard]] std::string path_before(size_t end) const {
    std::string path;
    for (size_t i = end; i-- > 0 && (is(i, TokenKind::Word) || (is(i, TokenKind::Dot) && !path.empty()));) {
      if (is(i, TokenKind::Word) && !path.empty() && !path.starts_with('.')) break;
      path.insert(0, word(i));
    }
    return path;
  }

  [[nodiscard]] bool is_first() const { return last_ == 0 || last_ - 1 == frame_; }

  Context in_brace() {
    const std::string head = head_of(frame_);
    if (is(frame_ - 1, TokenKind::Colon)) return found(Slot::Nothing);  // new labels, a price
    if (word(frame_ - 1) == "argmax") return is(last_ - 1, TokenKind::Colon) ? found(Slot::Expression) : found(Slot::Nothing);
    if (head.empty() || head == "policy" || head == "module") return statement("policy");
    if (head == "tier" || head == "first" || head == "best") return statement("tier");
    if (head == "always" || head == "test" || head == "scenario" || head == "step") return statement(head);
    if (head == "route" || head == "rule" || head == "otherwise" || head == "unserved" || head == "defaults") return action(head);
    if (head == "model") return is(last_ - 1, TokenKind::Colon) ? found(Slot::ModelValue, path_before(last_ - 1)) : found(Slot::ModelField);
    if (head == "given") return is(last_ - 1, TokenKind::Colon) ? found(Slot::LabelOf, path_before(last_ - 1)) : found(Slot::GivenName);
    if (head == "expect")
      return is(last_ - 1, TokenKind::Colon) ? found(Slot::ExpectValue, path_before(last_ - 1)) : found(Slot::ExpectName);
    return found(Slot::Nothing);
  }

  Context in_paren() {
    const std::string callee = path_before(frame_);
    const bool is_call = !callee.empty() && !is_word_of_language(frame_);
    if (!is_call) return expression(false);
    if (is_first() || is(last_ - 1, TokenKind::Comma)) return found(Slot::Argument, callee);
    return expression(false);
  }

  /// `and (`, `when (`: a word of the language before a bracket calls nothing.
  [[nodiscard]] bool is_word_of_language(size_t bracket) const {
    static const std::set<std::string_view> words{"and", "or", "not", "when", "if", "else", "is", "in", "has", "above", "require", "where"};
    return words.contains(word(bracket - 1));
  }

  Context in_bracket() {
    const std::string_view before = word(frame_ - 1);
    if (!is_first() && !is(last_ - 1, TokenKind::Comma)) return found(Slot::Nothing);
    if (before == "in") return found(Slot::LabelOf, path_before(frame_ - 1));
    if (before == "on") return found(Slot::ErrorClass);
    if (before == "only" || before == "without" || before == "add") {
      const std::string slot = path_before(frame_ - 1);
      return slot == "model" ? found(Slot::ListedTarget) : found(Slot::SlotValue, slot);
    }
    const size_t outer = frames_.size() > 1 ? frames_[frames_.size() - 2] : kNone;
    const std::string head = outer == kNone ? "" : head_of(outer);
    if (before == ":" && head == "model") return found(Slot::ModelValue, path_before(frame_ - 1));
    if (before == ":" && head == "expect") return found(Slot::ExpectValue, path_before(frame_ - 1));
    if (before == ":" || before == "ties") return found(Slot::Nothing);
    return found(head == "route" || head == "otherwise" || head == "rule" || head == "unserved" ? Slot::ListedTarget : Slot::Nothing);
  }

  /// Something that is written behind another word, whatever the statement; or nothing.
  std::optional<Context> behind_word() {
    const std::string_view before = word(last_ - 1);
    if (before == "is" || before == "has" || before == "in") return found(Slot::LabelOf, path_before(last_ - 1));
    if (is(last_ - 1, TokenKind::Operator))
      return before == "==" || before == "!=" ? found(Slot::LabelOf, path_before(last_ - 1)) : found(Slot::Expression);
    if (before == "else" && word(last_ - 2) == "or") return found(Slot::LabelOf, path_before(last_ - 2));
    static const std::set<std::string_view> words{"when", "and", "or", "not", "if", "else", "above", "require", "possible", "where"};
    if (is(last_ - 1, TokenKind::Word) && words.contains(before)) return found(Slot::Expression);
    return std::nullopt;
  }

  Context expression(bool is_statement) {
    if (std::optional<Context> some = behind_word()) return *some;
    const bool begins =
        is_first() || is(last_ - 1, TokenKind::Comma) || is(last_ - 1, TokenKind::Colon) || is(last_ - 1, TokenKind::Assign);
    return found(begins && !is_statement ? Slot::Expression : Slot::Continuation);
  }

  Context statement(const std::string& of) {
    if (is_first()) return found(Slot::Declaration, of);
    if (!starts_line_) {
      if (std::optional<Context> some = behind_word()) return *some;
      const std::string_view before = word(last_ - 1);
      if (is(last_ - 1, TokenKind::Assign)) return found(Slot::Expression);
      if (before == "over") return found(Slot::Order);
      if (before == "under" || before == "use") return found(is_rule() ? Slot::Order : Slot::Module);
      if (before == "by" || before == "each") return found(Slot::Expression);
      if (is(last_ - 1, TokenKind::Colon)) return found(Slot::Type);
      if (is(last_ - 1, TokenKind::Comma)) return found(Slot::Order);
      static const std::set<std::string_view> naming{"policy", "module", "model", "provider", "input",  "attribute", "slot",  "signal",
                                                     "tier",   "route",  "rule",  "table",    "budget", "plan",      "graph", "state"};
      if (naming.contains(before)) return found(Slot::Nothing);  // a new name
      if (!is(last_ - 1, TokenKind::CloseBrace)) return found(Slot::Continuation);
    }
    return found(Slot::Declaration, of);
  }

  /// Whether the words before `under` are those of a rule.
  [[nodiscard]] bool is_rule() const {
    for (size_t i = last_; i-- > 0 && (frame_ == kNone || i > frame_);) {
      if (word(i) == "rule") return true;
      if (tokens_[i].first_on_line) return false;
    }
    return false;
  }

  Context action(const std::string& head) {
    if (is_first()) return found(Slot::Action, head);
    const std::string_view before = word(last_ - 1);
    if (is(last_ - 1, TokenKind::Assign)) {
      const std::string slot = path_before(last_ - 1);
      return slot == "model" ? found(Slot::ModelTarget) : found(Slot::SlotValue, slot);
    }
    if (before == "then") return found(Slot::ModelTarget);
    if (before == "by") return found(Slot::Selector);
    if (before == "where") return found(Slot::Expression);
    if (before == "only" || before == "without" || before == "add") {
      const std::string slot = path_before(last_ - 1);
      return slot == "model" ? found(Slot::ModelTarget) : found(Slot::SlotValue, slot);
    }
    if (before == "deny" || before == "respond" || before == "header" || before == "most" || before == "choose" || before == "split")
      return found(Slot::Nothing);
    if (std::optional<Context> some = starts_line_ ? std::nullopt : behind_word()) return *some;
    return found(Slot::Action, starts_line_ ? head : head + " going on");
  }

  const SourceSet& sources_;
  Context context_;
  std::vector<Token> tokens_;   // before the word, without comments
  std::vector<size_t> frames_;  // brackets that are open
  size_t frame_ = kNone;        // the innermost
  size_t last_ = 0;             // how many tokens there are
  bool quiet_ = false;          // in a comment or text
  bool starts_line_ = false;
};

}  // namespace

Context context_at(const Snapshot& snapshot, uint32_t byte) { return Finder(snapshot, byte).find(); }

}  // namespace sbx::lsp
