// SPDX-License-Identifier: Apache-2.0
// `state odds: thompson(window: 500) per (model, topic)` and `on feedback when quality >= 0.5 { learn odds }`.
#include <algorithm>

#include "compiler/sema/constant.h"
#include "compiler/sema/resolver.h"

namespace sbx::sema {
namespace {

const char* spelling_of(ast::CompareOp op) {
  switch (op) {
    case ast::CompareOp::Equal:
      return "==";
    case ast::CompareOp::NotEqual:
      return "!=";
    case ast::CompareOp::Less:
      return "<";
    case ast::CompareOp::LessEqual:
      return "<=";
    case ast::CompareOp::Greater:
      return ">";
    case ast::CompareOp::GreaterEqual:
      return ">=";
  }
  return "";
}

const std::vector<std::string> kOutcomes{"ok", "malformed", "refused", "timeout", "error"};

/// What a field of feedback is measured in; nothing: a word, or no field.
std::optional<Type> type_of(std::string_view field) {
  if (field == "quality") return Type{TypeKind::Probability};
  if (field == "cost") return Type{TypeKind::Money};
  if (field == "latency") return Type{TypeKind::Duration};
  return std::nullopt;
}

}  // namespace

void Resolver::resolve_states() {
  each_unit([&](const Unit& unit) {
    for (const ast::Decl* decl : unit.decls) {
      if (const auto* from = std::get_if<ast::StateDecl>(&decl->node)) state(*from, decl->span, {&unit, Reads::Signals});
    }
  });
  const size_t errors_before = diags_.count(Severity::Error);
  each_unit([&](const Unit& unit) {
    for (const ast::Decl* decl : unit.decls) {
      if (const auto* from = std::get_if<ast::FeedbackDecl>(&decl->node)) feedback(*from, decl->span);
    }
  });
  if (diags_.count(Severity::Error) > errors_before) return;  // what is wrong with it is what keeps it from teaching
  for (const sema::State& one : policy_.states) {
    const auto teaches = [&](const Feedback& rule) { return std::ranges::find(rule.learns, one.name) != rule.learns.end(); };
    if (std::ranges::none_of(policy_.feedback, teaches))
      report(Kind::BadState, one.span, "no feedback teaches `" + one.name + "`").help("write `on feedback when quality? { learn " + one.name + " }`");
  }
}

std::optional<SymbolId> Resolver::state_key(const ast::Path& path, const Env& env) {
  MaybeExpr read = reference(path, path.span, env, nullptr);
  if (!read) return std::nullopt;
  const auto* signal = std::get_if<SignalRef>(&read->node);
  if (signal && !policy_.symbols[signal->symbol].value) return signal->symbol;
  report(Kind::BadState, path.span, "`" + path.text() + "` is computed from others; a state is kept by what is read");
  return std::nullopt;
}

void Resolver::state(const ast::StateDecl& from, Span span, const Env& env) {
  const Extern* kind = find_extern("selector", from.kind, env);
  if (!kind || !kind->flag("state")) {
    report(Kind::BadState, from.kind.span, "`" + from.kind.text() + "` is nothing that learns under a name").help("write one of elo, thompson, ucb, linucb, reputation, failure_class");
    return;
  }
  std::optional<ConstantRecord> parameters = arguments(*kind, from.arguments, span, env);
  if (!parameters || !selector_signals(from.arguments, *kind, *parameters, env)) return;
  sema::State made{.name = from.name.text, .kind = kind->name, .parameters = std::move(*parameters), .per = {}, .span = from.name.span};
  bool good = false;
  for (const ast::Path& path : from.per) {
    if (path.text() == "model") {
      good = true;
    } else if (const auto key = state_key(path, env)) {
      made.per.push_back(*key);
    }
  }
  if (!good) {
    report(Kind::BadState, span, "a selector's state is kept for each model").help("write `per model`, or `per (model, topic)`");
    return;
  }
  policy_.states.push_back(std::move(made));
}

void Resolver::feedback(const ast::FeedbackDecl& from, Span span) {
  Feedback made{.when = {}, .learns = {}, .span = span};
  if (!from.when) {
    report(Kind::BadFeedback, span, "feedback that anybody may give teaches nothing without a gate").help("write `on feedback when quality >= 0.5 { … }`");
    return;
  }
  if (!gate(*from.when, made.when)) return;
  if (!from.verb || from.verb->text != "learn") {
    report(Kind::BadFeedback, from.verb ? from.verb->span : span, "feedback says what is learned from it").help("write `{ learn NAME }`");
    return;
  }
  for (const ast::Path& path : from.learns) {
    const bool known = std::ranges::find(policy_.states, path.text(), &sema::State::name) != policy_.states.end();
    std::vector<std::string> names;
    for (const sema::State& one : policy_.states) names.push_back(one.name);
    if (!known) unknown("state", path.text(), path.span, names);
    if (known) made.learns.push_back(path.text());
  }
  policy_.feedback.push_back(std::move(made));
}

// Tests of what the feedback says, all of which must hold. What it does not say holds nowhere.
bool Resolver::gate(const ast::Expr& from, std::vector<FeedbackTest>& tests) {
  const ast::Expr& inner = bare(from);
  if (const auto* both = std::get_if<ast::And>(&inner.node)) {
    return std::ranges::all_of(both->operands, [&](const ast::Expr& one) { return gate(one, tests); });
  }
  const auto wrong = [&] {
    report(Kind::BadFeedback, inner.span, "a gate tests `quality`, `cost`, `latency` and `outcome`").help("write `quality >= 0.5 and outcome == ok`");
    return false;
  };
  const auto field_of = [](const ast::Expr& expr) {
    const ast::Name* word = bare_word(expr);
    return word ? word->text : std::string();
  };
  if (const auto* known = std::get_if<ast::Known>(&inner.node)) {
    const std::string field = field_of(*known->operand);
    if (!type_of(field) && field != "outcome") return wrong();
    tests.push_back({field, "?", {}});
    return true;
  }
  const auto* compare = std::get_if<ast::Compare>(&inner.node);
  if (!compare) return wrong();
  const std::string field = field_of(*compare->left);
  if (field == "outcome") {
    const std::string word = field_of(*compare->right);
    const bool equality = compare->op == ast::CompareOp::Equal || compare->op == ast::CompareOp::NotEqual;
    if (!equality || std::ranges::find(kOutcomes, word) == kOutcomes.end()) return wrong();
    tests.push_back({field, spelling_of(compare->op), Constant{word}});
    return true;
  }
  const std::optional<Type> type = type_of(field);
  if (!type) return wrong();
  const MaybeExpr value = constant(*compare->right, {&unit_, Reads::Constants}, *type);
  const auto* number = value ? std::get_if<NumberValue>(&value->node) : nullptr;
  if (!number) return value ? wrong() : false;
  tests.push_back({field, spelling_of(compare->op), Constant{number->value}});
  return true;
}

}  // namespace sbx::sema
