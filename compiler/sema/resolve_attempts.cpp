// SPDX-License-Identifier: Apache-2.0
// Whom a route asks: one outcome, its candidates and what comes when one fails.
#include <algorithm>

#include "compiler/sema/constant.h"
#include "compiler/sema/resolver.h"
#include "runtime/diag/render.h"

namespace sbx::sema {
namespace {

const std::vector<std::string>& classes() {
  static const std::vector<std::string> names{"timeout", "unavailable", "5xx", "4xx", "429", "refused", "malformed"};
  return names;
}

bool is_status(const std::string& text) {
  return text.size() == 3 && text[0] >= '4' && text[0] <= '5' && std::isdigit(static_cast<unsigned char>(text[1])) &&
         std::isdigit(static_cast<unsigned char>(text[2]));
}

}  // namespace

Outcome Resolver::outcome(const std::vector<ast::Action>& actions, const Env& env, Place place, const std::string& owner, Span span) {
  Outcome result;
  Span first;
  bool broken = false;
  auto begin_outcome = [&](Span at) {
    if (!first.valid()) {
      first = at;
      return true;
    }
    report(Kind::BadOutcome, at, "`" + owner + "` has a second outcome")
        .label(first, "the first is here")
        .help("fallbacks are one list: `model = a, then b`");
    return false;
  };
  for (const ast::Action& action : actions) {
    if (std::holds_alternative<ast::Invalid>(action.node)) broken = true;
    if (const auto* models = std::get_if<ast::AssignModel>(&action.node)) {
      if (!begin_outcome(action.span)) continue;
      for (const ast::Attempt& attempt : models->attempts) {
        if (std::optional<Candidate> one = candidate(attempt, env)) result.candidates.push_back(std::move(*one));
      }
    } else if (const auto* deny = std::get_if<ast::Deny>(&action.node)) {
      std::optional<Denial> one = denial(*deny, action.span);
      if (begin_outcome(action.span) && one) result.candidates.push_back({std::move(*one), {}, action.span});
    } else if (const auto* respond = std::get_if<ast::Respond>(&action.node)) {
      if (begin_outcome(action.span)) result.candidates.push_back({Response{text_of(respond->message)}, {}, action.span});
    } else if (const auto* escalate = std::get_if<ast::Escalate>(&action.node)) {
      if (begin_outcome(action.span))
        result.candidates.push_back(
            {Escalation{escalate->target ? escalate->target->text : "", text_of(escalate->message)}, {}, action.span});
    }
  }
  result.actions = assignments(actions, env, place, owner);
  if (!first.valid() && !broken) {
    report(Kind::BadOutcome, span, "`" + owner + "` does not say whom to ask")
        .help("add `model = …`, `deny 403 \"…\"`, `respond \"…\"` or `escalate`");
  }
  return result;
}

std::optional<Candidate> Resolver::candidate(const ast::Attempt& from, const Env& env) {
  Candidate result{.target = Ask{}, .on = error_classes(from.on), .span = from.span};
  bool good = std::visit(overloaded{
                             [&](const ast::Ask& target) {
                               std::optional<Ask> one = ask(target, from.span, env);
                               if (one) result.target = std::move(*one);
                               return one.has_value();
                             },
                             [&](const ast::Choose& target) {
                               std::optional<Selection> one = selection(target, from.span, env);
                               if (one) result.target = std::move(*one);
                               return one.has_value();
                             },
                             [&](const ast::Split& target) {
                               std::optional<SplitChoice> one = split(target, from.span, env);
                               if (one) result.target = std::move(*one);
                               return one.has_value();
                             },
                             [&](const ast::Deny& target) {
                               std::optional<Denial> one = denial(target, from.span);
                               if (one) result.target = std::move(*one);
                               return one.has_value();
                             },
                             [&](const ast::Respond& target) {
                               result.target = Response{text_of(target.message)};
                               return true;
                             },
                             [&](const ast::Escalate& target) {
                               result.target = Escalation{target.target ? target.target->text : "", text_of(target.message)};
                               return true;
                             },
                         },
                         from.target);
  if (!good) return std::nullopt;
  return result;
}

std::vector<std::string> Resolver::error_classes(const std::vector<ast::Expr>& on) {
  std::vector<std::string> result;
  for (const ast::Expr& item : on) {
    const ast::Name* word = bare_word(item);
    const auto* number = std::get_if<ast::Number>(&bare(item).node);
    std::string name = word ? word->text : number ? to_string(number->value) : "";
    if (std::ranges::find(classes(), name) != classes().end() || is_status(name)) {
      result.push_back(std::move(name));
      continue;
    }
    if (std::holds_alternative<ast::Invalid>(item.node)) continue;
    auto finding = report(Kind::UnknownLabel, item.span, "`" + std::string(world_.sources().text(item.span)) + "` is no class of errors");
    std::string near = did_you_mean(name, classes());
    finding.help(near.empty() ? "the classes are " + listed(classes()) + " and any status of three digits"
                              : "did you mean `" + near + "`?");
  }
  return result;
}

std::optional<Ask> Resolver::ask(const ast::Ask& from, Span span, const Env& env) {
  static_cast<void>(span);
  std::optional<ModelId> id = model(from.target.text(), from.target.span, env);
  Ask result{.model = id.value_or(ModelId{}), .settings = {}};
  for (const ast::Field& field : from.settings) {
    std::string name(field.name());
    if (name.empty() || !field.value) {
      report(Kind::BadArgument, field.span, "a setting of a model is `slot: value`")
          .help("write `" + from.target.text() + "(reasoning: high)`");
      continue;
    }
    std::optional<SlotId> slot_id = slot(name, (*field.key)->span, env);
    if (!slot_id) continue;
    const Slot slot = policy_.slots[*slot_id];
    if (slot.facts.kind != sbx::Slot::Kind::Choice || slot.facts.keyed) {
      report(Kind::BadSlot, field.span, "`" + name + "` is not set for one attempt").help("set it in the route or in a rule");
      continue;
    }
    MaybeExpr value = slot_value(slot, **field.value, env);
    if (!value) continue;
    const auto* mode = std::get_if<LabelValue>(&value->node);
    if (id && name == "reasoning" && mode) {
      const Model& asked = policy_.models[*id];
      const std::vector<std::string>& has = asked.facts.reasoning;
      const std::string& wanted = value->type.members[mode->index];
      if (!has.empty() && std::ranges::find(has, wanted) == has.end()) {
        report(Kind::BadModelField, field.span, "`" + asked.name + "` cannot reason `" + wanted + "`, so it would never be asked")
            .label(asked.span, "its modes are " + listed(has));
      }
    }
    result.settings.push_back(SetSlot{*slot_id, "", std::move(*value), field.span});
  }
  if (!id) return std::nullopt;
  return result;
}

std::optional<Denial> Resolver::denial(const ast::Deny& from, Span span) {
  const auto* number = std::get_if<ast::Number>(&bare(from.status).node);
  if (!number) return std::nullopt;
  bool good = number->unit == ast::Unit::None && number->value.scale == 0 && number->value.digits >= 400 && number->value.digits <= 599;
  if (!good) {
    report(Kind::OutOfRange, from.status.span.valid() ? from.status.span : span, "a denial has a status from 400 to 599")
        .help("write `deny 403 \"…\"`");
    return std::nullopt;
  }
  return Denial{static_cast<int>(number->value.digits), text_of(from.message)};
}

std::optional<SplitChoice> Resolver::split(const ast::Split& from, Span span, const Env& env) {
  SplitChoice result;
  bool good = true;
  int64_t total = 0;
  for (const ast::Expr& weight : from.weights) {
    const auto* number = std::get_if<ast::Number>(&bare(weight).node);
    bool whole = number && number->unit == ast::Unit::None && number->value.scale == 0 && number->value.digits >= 0 &&
                 number->value.digits <= 1'000'000;
    if (!whole) report(Kind::BadSplit, weight.span, "a share is a whole number").help("write `split 95/5 on user.id [a, b]`");
    good = good && whole;
    if (whole) {
      result.weights.push_back(number->value.digits);
      total += number->value.digits;
    }
  }
  for (const ast::Ask& one : from.among) {
    std::optional<Ask> made = ask(one, span, env);
    good = good && made;
    if (made) result.among.push_back(std::move(*made));
  }
  if (from.weights.size() != from.among.size()) {
    report(Kind::BadSplit, span,
           "there are " + std::to_string(from.weights.size()) + " shares for " + std::to_string(from.among.size()) + " models")
        .help("write one share a model: `split 95/5 on user.id [a, b]`");
    good = false;
  } else if (good && total <= 0) {
    report(Kind::BadSplit, span, "all shares are 0");
    good = false;
  }
  MaybeExpr key = reference(from.key, from.key.span, {env.unit, Reads::Signals}, nullptr);
  if (!key) return std::nullopt;
  const auto* ref = std::get_if<SignalRef>(&key->node);
  if (!ref || policy_.symbols[ref->symbol].value || (key->type.kind != TypeKind::Text && key->type.kind != TypeKind::Label)) {
    mismatch(from.key.span, "an input that is a text", key->type).help("a sticky split is by who asks: `on user.id`");
    return std::nullopt;
  }
  result.key = ref->symbol;
  if (!good) return std::nullopt;
  return result;
}

}  // namespace sbx::sema
