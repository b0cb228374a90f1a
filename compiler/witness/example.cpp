// SPDX-License-Identifier: Apache-2.0
// Walks the expression once for each example; the n-th takes the n-th branch of every choice, as far as there is one.
#include "compiler/witness/example.h"

#include <algorithm>

namespace sbx::witness {
namespace {

class Walk {
 public:
  Walk(std::string_view expression, size_t branch) : text_(expression), branch_(branch) {}

  std::string run() {
    std::string result = choice();
    while (at_ < text_.size()) {  // a stray `)`
      ++at_;
      result += choice();
    }
    return result;
  }

 private:
  [[nodiscard]] bool more() const { return at_ < text_.size(); }
  [[nodiscard]] char peek() const { return text_[at_]; }

  std::string choice() {
    std::vector<std::string> branches{sequence()};
    while (more() && peek() == '|') {
      ++at_;
      branches.push_back(sequence());
    }
    return branches[branch_ % branches.size()];
  }

  std::string sequence() {
    std::string result;
    while (more() && peek() != '|' && peek() != ')') {
      const std::string piece = atom();
      for (int i = times(); i > 0; --i) result += piece;
    }
    return result;
  }

  // How often a piece is said: as seldom as it may be.
  int times() {
    if (!more()) return 1;
    int count = 1;
    if (peek() == '?' || peek() == '*' || peek() == '+') {
      count = peek() == '+' ? 1 : 0;
      ++at_;
    } else if (peek() == '{') {
      const size_t end = text_.find('}', at_);
      if (end == std::string_view::npos) return 1;
      count = 0;
      for (size_t i = at_ + 1; i < end && text_[i] >= '0' && text_[i] <= '9' && count < 1000; ++i) count = count * 10 + (text_[i] - '0');
      at_ = end + 1;
    }
    if (more() && (peek() == '?' || peek() == '+')) ++at_;
    return count;
  }

  std::string atom() {
    const char c = text_[at_++];
    switch (c) {
      case '(':
        return group();
      case '[':
        return one_of_class();
      case '\\':
        return escape();
      case '^':
      case '$':
        return "";
      case '.':
        return "a";
      default:
        return std::string(1, c);
    }
  }

  std::string group() {
    if (more() && peek() == '?') {
      ++at_;
      // (?i) (?:…) (?P<name>…) (?<name>…)
      if (more() && (peek() == 'P' || peek() == '<')) {
        while (more() && peek() != '>') ++at_;
        if (more()) ++at_;
      } else {
        while (more() && peek() != ')' && peek() != ':') ++at_;
        if (more() && text_[at_++] == ')') return "";
      }
    }
    std::string inside = choice();
    if (more() && peek() == ')') ++at_;
    return inside;
  }

  std::string one_of_class() {
    const bool inverted = more() && peek() == '^';
    if (inverted) ++at_;
    std::string members;
    std::string first;
    for (bool begins = true; more() && (peek() != ']' || begins); begins = false) {
      std::string member;
      if (peek() == '\\') {
        ++at_;
        member = escape();
      } else {
        member = character();
      }
      if (first.empty()) first = member;
      members += member;
      // A range is known by its ends; what lies between is left out of inverted classes by trying plain characters.
      if (more() && peek() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
        ++at_;
        const std::string last = character();
        for (int c = member.front() + 1; member.size() == 1 && last.size() == 1 && c <= last.front(); ++c) members += static_cast<char>(c);
      }
    }
    if (more()) ++at_;
    if (!inverted) return first;
    for (const char c : std::string_view("a1 -x.,z")) {
      if (members.find(c) == std::string::npos) return std::string(1, c);
    }
    return "~";
  }

  // One character, however many bytes.
  std::string character() {
    std::string result(1, text_[at_++]);
    while (more() && (static_cast<unsigned char>(peek()) & 0xC0) == 0x80) result += text_[at_++];
    return result;
  }

  std::string escape() {
    if (!more()) return "";
    switch (const char c = text_[at_++]) {
      case 'd':
        return "1";
      case 'w':
        return "a";
      case 's':
        return " ";
      case 'D':
      case 'S':
        return "a";
      case 'W':
        return "-";
      case 'n':
        return "\n";
      case 't':
        return "\t";
      case 'r':
        return "\r";
      case 'b':
      case 'B':
      case 'A':
      case 'z':
      case 'Z':
        return "";
      default:
        return std::string(1, c);
    }
  }

  std::string_view text_;
  size_t branch_;
  size_t at_ = 0;
};

}  // namespace

std::vector<std::string> examples(std::string_view expression, size_t most) {
  std::vector<std::string> result;
  for (size_t branch = 0; branch < most; ++branch) {
    std::string text = Walk(expression, branch).run();
    if (!text.empty() && std::ranges::find(result, text) == result.end()) result.push_back(std::move(text));
  }
  return result;
}

}  // namespace sbx::witness
