// SPDX-License-Identifier: Apache-2.0
#include "compiler/lower/outcome.h"

#include <algorithm>

namespace sbx::lower {

SetSlot Outcomes::set_slot(const sema::SetSlot& from) {
  SetSlot slot{.slot = from.slot, .key = from.key, .cases = {}, .place = place_of(sources_, from.span)};
  if (std::optional<Constant> constant = sema::constant_of(from.value)) {
    slot.cases.push_back({Condition{}, std::move(*constant)});
    return slot;
  }
  if (from.value.type.kind == TypeKind::Bool) {
    for (Condition& when : conditions_.when(from.value)) slot.cases.push_back({std::move(when), Constant{true}});
    sema::Expr negated{.node = sema::Not{from.value}, .type = from.value.type, .span = from.value.span};
    for (Condition& when : conditions_.when(negated)) slot.cases.push_back({std::move(when), Constant{false}});
    return slot;
  }
  for (const std::string& member : from.value.type.members) {
    for (Condition& when : conditions_.when_is(from.value, member)) slot.cases.push_back({std::move(when), Constant{member}});
  }
  return slot;
}

NarrowModels Outcomes::narrow(const sema::NarrowModels& from) {
  NarrowModels narrowing{.keep = {}, .text = std::string(sources_.text(from.span)), .place = place_of(sources_, from.span)};
  for (size_t i = 0; i < policy_.models.size(); ++i) {
    ModelId model = policy_.models.id_at(i);
    if (from.where) {
      narrowing.keep.push_back(conditions_.when_for(*from.where, model));
    } else {
      bool listed = std::ranges::find(from.listed, model) != from.listed.end();
      narrowing.keep.push_back(listed != from.without ? Conditions::always() : std::vector<Condition>{});
    }
  }
  return narrowing;
}

std::vector<Action> Outcomes::actions(const std::vector<sema::Action>& from) {
  std::vector<Action> actions;
  for (const sema::Action& action : from) {
    actions.push_back(std::visit(overloaded{
                                     [&](const sema::SetSlot& a) -> Action { return set_slot(a); },
                                     [&](const sema::ChangeSlot& a) -> Action {
                                       return ChangeSlot{a.slot, a.change, a.members, place_of(sources_, a.span)};
                                     },
                                     [&](const sema::LimitSlot& a) -> Action {
                                       return LimitSlot{a.slot, a.at_most, place_of(sources_, a.span)};
                                     },
                                     [&](const sema::NarrowModels& a) -> Action { return narrow(a); },
                                 },
                                 action));
  }
  return actions;
}

Ask Outcomes::ask(const sema::Ask& from) {
  Ask ask{.model = from.model, .settings = {}};
  for (const sema::SetSlot& setting : from.settings) ask.settings.push_back(set_slot(setting));
  return ask;
}

std::vector<Ask> Outcomes::asks(const std::vector<sema::Ask>& from) {
  std::vector<Ask> asks;
  for (const sema::Ask& one : from) asks.push_back(ask(one));
  return asks;
}

// What selectors go by is read like the key of a split: by the names that their arguments have.
std::vector<Selector> Outcomes::selectors(std::vector<Selector> by) {
  for (Selector& selector : by) {
    for (const auto& [name, value] : selector.arguments) {
      if (name != "per" && name != "need" && name != "features") continue;
      const ConstantList one{value};
      const auto* list = std::get_if<ConstantList>(&value.value);
      for (const Constant& item : list != nullptr ? *list : one) {
        const auto* text = std::get_if<std::string>(&item.value);
        if (const auto signal = text == nullptr ? std::nullopt : leaves_.find(*text)) selector.reads.push_back(*signal);
      }
    }
  }
  return by;
}

Candidate Outcomes::candidate(const sema::Candidate& from) {
  using Target = decltype(Candidate::target);
  Target target = std::visit(overloaded{
                                 [&](const sema::Ask& t) -> Target { return ask(t); },
                                 [&](const sema::Selection& t) -> Target {
                                   return Selection{asks(t.among), selectors(t.by), t.up_to, t.or_none};
                                 },
                                 [&](const sema::SplitChoice& t) -> Target {
                                   return SplitChoice{asks(t.among), t.weights, leaves_.signal(t.key)};
                                 },
                                 [](const Denial& t) -> Target { return t; },
                                 [](const Response& t) -> Target { return t; },
                                 [](const Escalation& t) -> Target { return t; },
                             },
                             from.target);
  return {std::move(target), from.on, place_of(sources_, from.span)};
}

Outcome Outcomes::outcome(const sema::Outcome& from) {
  Outcome outcome;
  for (const sema::Candidate& one : from.candidates) outcome.candidates.push_back(candidate(one));
  outcome.actions = actions(from.actions);
  return outcome;
}

}  // namespace sbx::lower
