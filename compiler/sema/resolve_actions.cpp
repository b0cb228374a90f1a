// SPDX-License-Identifier: Apache-2.0
// What a route or a rule does to slots, and what narrows its models.
#include <algorithm>
#include <cctype>
#include <string_view>

#include "compiler/sema/constant.h"
#include "compiler/sema/resolver.h"

namespace sbx::sema {

namespace {

/// Names of HTTP fields are compared without case.
std::string field_name(std::string text) {
  std::ranges::transform(text, text.begin(), ascii_lower);
  return text;
}

}  // namespace

std::vector<Action> Resolver::assignments(const std::vector<ast::Action>& actions, const Env& env, Place place, const std::string& owner) {
  std::vector<Action> result;
  std::map<std::pair<std::string, std::string>, Span> assigned;
  for (const ast::Action& action : actions) {
    if (const auto* one = std::get_if<ast::Assign>(&action.node)) {
      auto [entry, is_new] = assigned.emplace(std::make_pair(one->slot.text(), field_name(text_of(one->key))), one->slot.span);
      if (!is_new) {
        report(Kind::BadSlot, one->slot.span, "`" + one->slot.text() + "` is set twice").label(entry->second, "first set here");
        continue;
      }
      assign(*one, action.span, env, result);
    } else if (const auto* set = std::get_if<ast::ChangeSet>(&action.node)) {
      change(*set, action.span, env, place, result);
    } else if (const auto* most = std::get_if<ast::AtMost>(&action.node)) {
      limit(*most, action.span, env, result);
    } else if (place == Place::Rule && !std::holds_alternative<ast::Invalid>(action.node)) {
      report(Kind::BadOutcome, action.span, "a rule says nothing of whom to ask: only routes do")
          .help("`" + owner + "` may narrow: `model only where …`, `model without …`; to deny, write a route in a strict tier");
    }
  }
  return result;
}

namespace {

/// A field name of RFC 9110, section 5.6.2.
bool is_token(const std::string& name) {
  return !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) != 0 || std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos);
  });
}

}  // namespace

std::string Resolver::text_of(const std::optional<ast::Expr>& from) {
  const auto* text = from ? std::get_if<ast::String>(&bare(*from).node) : nullptr;
  return text ? text->value : std::string();
}

void Resolver::assign(const ast::Assign& from, Span span, const Env& env, std::vector<Action>& actions) {
  std::string name = from.slot.text();
  std::optional<SlotId> id = slot(name, from.slot.span, env);
  if (!id) return;
  const Slot slot = policy_.slots[*id];
  if (slot.facts.keyed && !from.key) {
    report(Kind::BadSlot, from.slot.span, "`" + name + "` needs its name").help("write `" + name + " \"x-name\" = \"value\"`");
    return;
  }
  if (!slot.facts.keyed && from.key) {
    report(Kind::BadSlot, from.key->span, "`" + name + "` has no names of its own").help("write `" + name + " = …`");
    return;
  }
  if (slot.facts.kind == sbx::Slot::Kind::Set) {
    report(Kind::BadSlot, span, "`" + name + "` is a set, which is changed and not assigned")
        .help("write `" + name + " only […]`, `" + name + " add […]` or `" + name + " without […]`");
    return;
  }
  if (slot.facts.kind == sbx::Slot::Kind::Limit) {
    report(Kind::BadSlot, span, "`" + name + "` is a limit, which is lowered and not assigned").help("write `" + name + " at most …`");
    return;
  }
  if (slot.facts.keyed && !is_token(text_of(from.key))) {
    report(Kind::BadSlot, from.key->span, "this is no name of a " + name)
        .help("letters, digits and !#$%&'*+-.^_`|~ make one (RFC 9110), as in `x-name`");
    return;
  }
  MaybeExpr value = slot_value(slot, from.value, env);
  const auto* text = value ? std::get_if<TextValue>(&value->node) : nullptr;
  if (slot.facts.keyed && text && std::ranges::any_of(text->text, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; })) {
    report(Kind::BadSlot, from.value.span, "the value of a " + name + " is one line of text")
        .help("take out line breaks and control characters");
    return;
  }
  if (value) actions.push_back(SetSlot{*id, field_name(text_of(from.key)), std::move(*value), span});
}

void Resolver::change(const ast::ChangeSet& from, Span span, const Env& env, Place place, std::vector<Action>& actions) {
  std::string name = from.slot.text();
  if (name == "model") return narrow(from, span, env, place, actions);
  std::optional<SlotId> id = slot(name, from.slot.span, env);
  if (!id) return;
  const Slot slot = policy_.slots[*id];
  if (slot.facts.kind != sbx::Slot::Kind::Set) {
    report(Kind::BadSlot, span, "`" + name + "` is not a set")
        .help(slot.facts.kind == sbx::Slot::Kind::Limit ? "write `" + name + " at most …`" : "write `" + name + " = …`");
    return;
  }
  if (from.where || !from.members) {
    report(Kind::BadSlot, span, "`only where` narrows models").help("write `" + name + " only [a, b]`");
    return;
  }
  ChangeSlot result{.slot = *id,
                    .change = from.op == ast::SetOp::Add    ? SetChange::Add
                              : from.op == ast::SetOp::Only ? SetChange::Only
                                                            : SetChange::Without,
                    .members = {},
                    .span = span};
  std::vector<const ast::Expr*> items;
  if (const auto* list = std::get_if<ast::List>(&bare(*from.members).node)) {
    for (const ast::Expr& item : list->items) items.push_back(&item);
  } else {
    items.push_back(&*from.members);
  }
  for (const ast::Expr* item : items) {
    const ast::Name* word = bare_word(*item);
    const auto* text = std::get_if<ast::String>(&bare(*item).node);
    if (!word && !text) {
      if (!find_elided(*item)) report(Kind::NotConstant, item->span, "a member is a word or a text");
      continue;
    }
    std::string member = word ? word->text : text->value;
    if (!slot.facts.type.members.empty() && !label(member, item->span, slot.facts.type)) continue;
    result.members.push_back({member});
  }
  actions.push_back(std::move(result));
}

void Resolver::narrow(const ast::ChangeSet& from, Span span, const Env& env, Place place, std::vector<Action>& actions) {
  if (place != Place::Rule) {
    report(Kind::BadSlot, span, "only a rule narrows the models")
        .help("write it in `always { rule … { … } }`; a route names its models: `model = a, then b`");
    return;
  }
  NarrowModels result{.where = {}, .listed = {}, .without = from.op == ast::SetOp::Without, .span = span};
  if (from.op == ast::SetOp::Add) {
    report(Kind::BadSlot, span, "a rule narrows the models and never adds one").help("write `model only […]` or `model without …`");
    return;
  }
  if (from.where) {
    MaybeExpr where = expr(*from.where, {env.unit, Reads::Fields});
    if (!where) return;
    if (where->type.kind != TypeKind::Bool) {
      mismatch(from.where->span, "a bool", where->type);
      return;
    }
    result.where = std::move(*where);
  }
  if (from.members) {
    std::vector<const ast::Expr*> items;
    if (const auto* list = std::get_if<ast::List>(&bare(*from.members).node)) {
      for (const ast::Expr& item : list->items) items.push_back(&item);
    } else {
      items.push_back(&*from.members);
    }
    for (const ast::Expr* item : items) {
      const auto* ref = std::get_if<ast::Reference>(&bare(*item).node);
      if (!ref) {
        if (!find_elided(*item)) report(Kind::TypeMismatch, item->span, "expected the name of a model");
        continue;
      }
      if (std::optional<ModelId> id = model(ref->path.text(), item->span, env)) result.listed.push_back(*id);
    }
    if (result.listed.size() != items.size()) return;
  }
  actions.push_back(std::move(result));
}

void Resolver::limit(const ast::AtMost& from, Span span, const Env& env, std::vector<Action>& actions) {
  std::string name = from.slot.text();
  std::optional<SlotId> id = slot(name, from.slot.span, env);
  if (!id) return;
  const Slot slot = policy_.slots[*id];
  if (slot.facts.kind != sbx::Slot::Kind::Limit) {
    report(Kind::BadSlot, span, "`" + name + "` is not a limit").help("write `" + name + " = …`");
    return;
  }
  MaybeExpr value = constant(from.limit, env, slot.facts.type);
  const auto* number = value ? std::get_if<NumberValue>(&value->node) : nullptr;
  if (!number) return;
  bool exact = true;
  std::optional<int64_t> raw = scaled(number->value, decimal_places(slot.facts.type.kind), Rounding::Down, &exact);
  if (!raw || *raw <= 0 || !exact || *raw > full_range(slot.facts.type).high) {
    report(Kind::OutOfRange, from.limit.span,
           "`" + written(slot.facts.type, number->value) + "` is no limit: it must be whole and more than 0");
    return;
  }
  actions.push_back(LimitSlot{*id, *raw, span});
}

}  // namespace sbx::sema
