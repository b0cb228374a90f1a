// SPDX-License-Identifier: Apache-2.0
#include "compiler/patterns/syntax.h"

#include <algorithm>
#include <string>

#include "runtime/text/characters.h"
#include "runtime/text/patterns.h"

namespace sbx::patterns {
namespace {

struct Flags {
  bool caseless = false, dot_all = false, lines = false;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

class Reader {
 public:
  explicit Reader(std::string_view expression) : text_(expression), unicode_(!text::reads_word_boundaries(expression)) {}

  std::optional<Tree> run() {
    Node root = choice({});
    if (more() || failed_) return std::nullopt;
    return Tree{std::move(root), std::move(atoms_)};
  }

 private:
  // Nothing is left to read then, so that all that is being read ends.
  Node give_up() {
    failed_ = true;
    at_ = text_.size();
    return {};
  }
  [[nodiscard]] bool more() const { return at_ < text_.size(); }
  [[nodiscard]] bool sees(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  bool skip(std::string_view what) {
    if (!sees(what)) return false;
    at_ += what.size();
    return true;
  }
  void expect(std::string_view what) {
    if (!skip(what)) give_up();
  }

  // Flags that stand first count for all of it; elsewhere they are not read.
  Node choice(Flags flags) {
    if (++depth_ > 100) give_up();
    while (sees("(?") && set_flags(flags)) {
    }
    Choice choice;
    do {
      const size_t start = at_;
      choice.branches.push_back(sequence(flags));
      choice.written.emplace_back(text_.substr(start, at_ - start));
    } while (skip("|"));
    --depth_;
    return choice.branches.size() == 1 ? std::move(choice.branches.front()) : Node{std::move(choice)};
  }

  // `(?i)`; false where it is a group.
  bool set_flags(Flags& flags) {
    const size_t start = at_;
    Flags set = flags;
    at_ += 2;
    read_flags(set);
    if (!skip(")")) {
      at_ = start;
      return false;
    }
    flags = set;
    return true;
  }

  void read_flags(Flags& flags) {
    for (bool on = true; more() && (is_letter(text_[at_]) || text_[at_] == '-'); ++at_) {
      switch (text_[at_]) {
        case '-':
          on = false;
          break;
        case 'i':
          flags.caseless = on;
          break;
        case 's':
          flags.dot_all = on;
          break;
        case 'm':
          flags.lines = on;
          break;
        default:
          return;
      }
    }
  }

  Node sequence(Flags flags) {
    Sequence sequence;
    while (more() && text_[at_] != '|' && text_[at_] != ')') sequence.parts.push_back(repeated(piece(flags)));
    return sequence.parts.size() == 1 ? std::move(sequence.parts.front()) : Node{std::move(sequence)};
  }

  Node repeated(Node one) {
    int least = 1, most = 1;
    if (skip("*")) {
      least = 0, most = -1;
    } else if (skip("+")) {
      most = -1;
    } else if (skip("?")) {
      least = 0;
    } else if (skip("{")) {
      most = least = number();
      if (skip(",")) most = sees("}") ? -1 : number();
      expect("}");
    } else {
      return one;
    }
    skip("?");  // as few as possible: the same texts
    if (more() && (text_[at_] == '+' || text_[at_] == '*' || text_[at_] == '{')) give_up();
    return {Repeat{{std::move(one)}, least, most}};
  }

  int number() {
    if (!more() || !is_digit(text_[at_])) {
      give_up();
      return 0;
    }
    int value = 0;
    while (more() && is_digit(text_[at_]) && value < 100'000) value = value * 10 + (text_[at_++] - '0');
    return value;
  }

  Node piece(Flags flags) {
    const size_t start = at_;
    switch (const char c = text_[at_++]) {
      case '(':
        return group(flags);
      case '[':
        skip_class();
        return take(start, flags);
      case '\\':
        return escape(start, flags);
      case '^':
        return {flags.lines ? Edge::LineStart : Edge::Start};
      case '$':
        return {flags.lines ? Edge::LineEnd : Edge::EndOrLastLineEnd};
      case '{':
      case '*':
      case '+':
      case '?':
        return give_up();
      default:
        at_ = start + std::max(1U, text::character_at(text_, start).bytes);
        if (c == '.') return add((flags.dot_all ? "(?s)" : "") + std::string("."));
        return take(start, flags);
    }
  }

  Node group(Flags flags) {
    if (sees("*")) give_up();
    if (skip("?")) {
      if (skip("P<") || (sees("<") && !sees("<=") && !sees("<!") && skip("<"))) {
        while (more() && text_[at_] != '>') ++at_;
        expect(">");
      } else {
        read_flags(flags);
        expect(":");
      }
    }
    Node inside = choice(flags);
    expect(")");
    return inside;
  }

  void skip_class() {
    skip("^");
    skip("]");
    while (more() && text_[at_] != ']') {
      if (skip("[:")) {
        while (more() && !sees(":]")) ++at_;
        expect(":]");
      } else if (skip("\\")) {
        if (!more() || sees("Q") || sees("E") || sees("c") || sees("o") || is_digit(text_[at_])) return void(give_up());
        ++at_;
      } else {
        ++at_;
      }
    }
    expect("]");
  }

  Node escape(size_t start, Flags flags) {
    constexpr std::string_view kTaken = "dDwWsShHnrtfae";
    if (!more()) return give_up();
    const char c = text_[at_++];
    if (c == 'b') return {Edge::WordEdge};
    if (c == 'B') return {Edge::NoWordEdge};
    if (c == 'A') return {Edge::Start};
    if (c == 'z') return {Edge::End};
    if (c == 'Z') return {Edge::EndOrLastLineEnd};
    if (c == 'x' || c == 'p' || c == 'P') return code(start, flags);
    if (is_digit(c) || (is_letter(c) && kTaken.find(c) == std::string_view::npos) || static_cast<unsigned char>(c) >= 0x80)
      return give_up();
    return take(start, flags);
  }

  // \x41 \x{1F600} \pL \p{Greek}
  Node code(size_t start, Flags flags) {
    const bool is_hex = text_[at_ - 1] == 'x';
    if (skip("{")) {
      while (more() && text_[at_] != '}') ++at_;
      expect("}");
      return take(start, flags);
    }
    for (int i = is_hex ? 2 : 1; i > 0; --i) {
      if (!more() || (is_hex && !is_hex_digit(text_[at_]))) return give_up();
      ++at_;
    }
    return take(start, flags);
  }

  // What was read since `start` takes one character.
  Node take(size_t start, Flags flags) { return add((flags.caseless ? "(?i)" : "") + std::string(text_.substr(start, at_ - start))); }

  Node add(std::string expression) {
    text::Atom atom{std::move(expression), unicode_};
    const auto known = std::ranges::find(atoms_, atom);
    const auto index = static_cast<size_t>(known - atoms_.begin());
    if (known == atoms_.end()) atoms_.push_back(std::move(atom));
    return {Take{index}};
  }

  std::string_view text_;
  bool unicode_;
  size_t at_ = 0;
  int depth_ = 0;
  bool failed_ = false;
  std::vector<text::Atom> atoms_;
};

}  // namespace

std::optional<Tree> parse(std::string_view expression) { return Reader(expression).run(); }

}  // namespace sbx::patterns
