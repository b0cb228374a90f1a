// SPDX-License-Identifier: Apache-2.0
// What could have stood there: a walk of the grammar's network along the tokens read so far, all branches at once.
// ANTLR itself only knows what a decision could start with, which soft keywords make useless.
#include <algorithm>
#include <map>

#include "compiler/syntax/recover.h"

namespace sbx::syntax {
namespace {

using Parser = sbx_antlr::SignalboxParser;
using antlr4::atn::ATNState;
using antlr4::atn::Transition;

constexpr size_t kMaxSteps = 3000;
constexpr size_t kMaxConfigs = 20'000;

/// States with the places to return to: stacks are shared, one node for each (parent, follow state).
class Walk {
 public:
  explicit Walk(const antlr4::atn::ATN& atn) : atn_(atn) { stacks_.push_back({0, nullptr}); }

  void start(size_t rule) { close(atn_.ruleToStartState[rule], 0); }

  void step(size_t type) {
    std::vector<std::pair<ATNState*, size_t>> current;
    current.swap(frontier_);
    seen_.clear();
    for (const auto& [state, stack] : current) {
      for (const Transition* edge : state->transitions) {
        if (!edge->isEpsilon() && edge->matches(type, 1, atn_.maxTokenType)) close(edge->target, stack);
      }
    }
  }

  [[nodiscard]] bool exhausted() const { return seen_.size() > kMaxConfigs; }

  [[nodiscard]] std::set<size_t> labels() const {
    std::set<size_t> types;
    for (const auto& [state, stack] : frontier_) {
      for (const Transition* edge : state->transitions) {
        if (edge->isEpsilon() || edge->getSerializationType() == Transition::NOT_SET) continue;
        for (ssize_t type : edge->label().toList()) types.insert(static_cast<size_t>(type));
      }
    }
    return types;
  }

 private:
  void close(ATNState* from, size_t from_stack) {
    std::vector<std::pair<ATNState*, size_t>> work{{from, from_stack}};
    while (!work.empty() && !exhausted()) {
      auto [state, stack] = work.back();
      work.pop_back();
      if (!seen_.insert({state, stack}).second) continue;
      if (state->getStateType() == ATNState::RULE_STOP) {
        if (stack != 0) work.emplace_back(stacks_[stack].second, stacks_[stack].first);
        continue;
      }
      bool consumes = false;
      for (const Transition* edge : state->transitions) {
        if (const auto* call = dynamic_cast<const antlr4::atn::RuleTransition*>(edge)) {
          work.emplace_back(edge->target, push(stack, call->followState));
        } else if (edge->isEpsilon()) {
          work.emplace_back(edge->target, stack);
        } else {
          consumes = true;
        }
      }
      if (consumes) frontier_.emplace_back(state, stack);
    }
  }

  size_t push(size_t parent, ATNState* follow) {
    auto [at, fresh] = interned_.try_emplace({parent, follow}, stacks_.size());
    if (fresh) stacks_.emplace_back(parent, follow);
    return at->second;
  }

  const antlr4::atn::ATN& atn_;
  std::vector<std::pair<size_t, ATNState*>> stacks_;
  std::map<std::pair<size_t, ATNState*>, size_t> interned_;
  std::set<std::pair<ATNState*, size_t>> seen_;
  std::vector<std::pair<ATNState*, size_t>> frontier_;
};

bool any_of(const std::set<size_t>& types, std::initializer_list<size_t> wanted) {
  return std::ranges::any_of(wanted, [&](size_t type) { return types.contains(type); });
}

/// The token as written, for those that are always written alike; else empty.
std::string spelled(size_t type) {
  static const antlr4::dfa::Vocabulary kVocabulary = [] {
    Parser parser(nullptr);
    return parser.getVocabulary();
  }();
  std::string quoted = kVocabulary.getLiteralName(type);  // 'word'
  return quoted.size() > 2 ? quoted.substr(1, quoted.size() - 2) : "";
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 == parts.size() ? " or " : ", ";
    text += parts[i];
  }
  return text;
}

}  // namespace

std::set<size_t> expected_tokens(const antlr4::atn::ATN& atn, size_t rule, const std::vector<size_t>& types, size_t begin, size_t at) {
  if (at - begin > kMaxSteps) return {};
  Walk walk(atn);
  walk.start(rule);
  for (size_t i = begin; i < at; ++i) {
    walk.step(types[i]);
    if (walk.exhausted()) return {};
  }
  return walk.labels();
}

std::string describe_expected(std::set<size_t> types) {
  std::vector<std::string> parts;
  const auto drop = [&](std::initializer_list<size_t> gone) {
    for (size_t type : gone) types.erase(type);
  };
  const auto drop_words = [&](size_t first, size_t last) { types.erase(types.lower_bound(first), types.upper_bound(last)); };

  if (types.contains(Parser::K_POLICY) && types.contains(Parser::K_TIER)) {  // a name, or where declarations stand
    if (!any_of(types, {Parser::DOT, Parser::K_NOT}) && !types.contains(Parser::K_WHEN) && types.size() > 90) return "a declaration";
  }
  if (any_of(types, {Parser::ELLIPSIS})) {
    parts.push_back("an expression");
    drop({Parser::ELLIPSIS, Parser::LPAREN, Parser::MINUS, Parser::NUMBER, Parser::STRING, Parser::LONG_STRING, Parser::LBRACKET,
          Parser::LBRACE, Parser::LESS, Parser::LESS_EQUAL, Parser::GREATER, Parser::GREATER_EQUAL, Parser::EQUAL, Parser::NOT_EQUAL});
    drop_words(Parser::K_POLICY, Parser::IDENTIFIER);
  } else if (types.contains(Parser::IDENTIFIER)) {
    parts.push_back("a name");
    bool any_word = types.contains(Parser::K_TRUE) && types.contains(Parser::K_WHEN);
    std::vector<size_t> kept;
    if (!any_word && types.contains(Parser::K_WHEN)) kept.push_back(Parser::K_WHEN);
    drop_words(Parser::K_POLICY, Parser::IDENTIFIER);
    types.insert(kept.begin(), kept.end());
  }
  // After a complete operand any operator could follow; what the construct itself waits for says more.
  std::set<size_t> all = types;
  drop({Parser::DOT,   Parser::LPAREN,    Parser::QUESTION, Parser::PLUS,       Parser::MINUS,   Parser::STAR,          Parser::SLASH,
        Parser::EQUAL, Parser::NOT_EQUAL, Parser::LESS,     Parser::LESS_EQUAL, Parser::GREATER, Parser::GREATER_EQUAL, Parser::K_IS,
        Parser::K_IN,  Parser::K_HAS,     Parser::K_ABOVE,  Parser::K_AND,      Parser::K_OR,    Parser::K_IF,          Parser::COMMA});
  if (all.contains(Parser::COMMA) && any_of(all, {Parser::RPAREN, Parser::RBRACKET})) types.insert(Parser::COMMA);
  if (types.contains(Parser::ASSIGN)) {
    types = {Parser::ASSIGN};
  } else if (types.contains(Parser::COLON) && !types.contains(Parser::COMMA)) {
    types = {Parser::COLON};
  }
  if (types.empty() && parts.empty()) {
    if (all.size() > 12) return "";  // an operand stands there complete, and nothing need follow
    types = all;
  }
  if (any_of(types, {Parser::STRING})) {
    parts.push_back("a string");
    drop({Parser::STRING, Parser::LONG_STRING});
  }
  if (any_of(types, {Parser::NUMBER})) {
    parts.push_back("a number");
    drop({Parser::NUMBER});
  }
  for (size_t type : types) {
    std::string literal = spelled(type);
    if (!literal.empty() && parts.size() < 4) parts.push_back("`" + literal + "`");
  }
  return joined(parts);
}

}  // namespace sbx::syntax
