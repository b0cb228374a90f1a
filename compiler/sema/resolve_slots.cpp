// SPDX-License-Identifier: Apache-2.0
// Slots: those of stdlib/ and those that a policy declares, their values and defaults.
#include "compiler/sema/constant.h"
#include "compiler/sema/resolver.h"

namespace sbx::sema {
namespace {

Constant constant_value(const Expr& expr) {
  return std::visit(overloaded{
                        [](const BoolValue& v) { return Constant{v.value}; },
                        [](const NumberValue& v) { return Constant{v.value}; },
                        [](const TextValue& v) { return Constant{v.text}; },
                        [&](const LabelValue& v) { return Constant{expr.type.members[v.index]}; },
                        [](const ListValue& v) {
                          ConstantList list;
                          for (const Expr& item : v.items) list.push_back(constant_value(item));
                          return Constant{std::move(list)};
                        },
                        [](const auto&) { return Constant{}; },
                    },
                    expr.node);
}

/// `bodies(first: 2048, keep: 50000)`, whatever its layout was.
std::string call_text(const Constant& value) {
  const auto* record = std::get_if<ConstantRecord>(&value.value);
  if (!record || record->empty() || !record->front().first.empty()) {
    const auto* text = std::get_if<std::string>(&value.value);
    return text ? *text : to_string(value);
  }
  std::string text = std::get<std::string>(record->front().second.value) + "(";
  for (size_t i = 1; i < record->size(); ++i) {
    const auto& [key, argument] = (*record)[i];
    text += (i > 1 ? ", " : "") + key + (key.empty() ? "" : ": ") + to_string(argument);
  }
  return text + ")";
}

const std::string* type_word(const Extern& callee) {
  const auto* named = callee.type ? std::get_if<ast::TypeExpr::Named>(&callee.type->node) : nullptr;
  return named ? &named->name.text : nullptr;
}

}  // namespace

// Targets of one kind (personas, adapters): `none` and what is declared.
Type Resolver::targets_type(const std::string& kind) {
  Type type{.kind = TypeKind::Label, .members = {"none"}};
  for (const Unit* unit : visible_units(unit_)) {
    for (const ast::Decl* decl : unit->decls) {
      const auto* target = std::get_if<ast::TargetDecl>(&decl->node);
      if (target && target->kind.text == kind && !member_index(type, target->name.text)) type.members.push_back(target->name.text);
    }
  }
  return type;
}

std::optional<SlotId> Resolver::slot(const std::string& name, Span span, const Env& env) {
  Found found = find(*env.unit, Space::Slot, name);
  if (found.ambiguous || (!found.declared && found.hidden)) {
    report_found(found, name, span);
    return std::nullopt;
  }
  if (found.declared) return resolve_slot(*found.declared, std::get<ast::SlotDecl>(found.declared->decl->node));
  for (const char* kind : {"slot", "effect"}) {
    if (const Extern* callee = catalog_.find(kind, name)) return built_in_slot(*callee);
  }
  std::vector<std::string> names = visible_names(*env.unit, Space::Slot);
  for (const char* kind : {"slot", "effect"}) {
    for (std::string& one : catalog_.names(kind)) names.push_back(std::move(one));
  }
  names.emplace_back("model");
  unknown("slot", name, span, names);
  return std::nullopt;
}

std::optional<SlotId> Resolver::resolve_slot(const Declared& declared, const ast::SlotDecl& from) {
  auto [entry, is_new] = states_.try_emplace(declared.decl);
  if (!is_new) {
    if (entry->second.status == Status::Done) return SlotId{entry->second.index};
    return std::nullopt;
  }
  states_[declared.decl].status = Status::Failed;
  std::optional<Type> wanted = type(from.type);
  if (!wanted) return std::nullopt;
  Slot slot{.facts = {.name = from.name.text, .type = std::move(*wanted)}, .span = from.name.span};
  slot.facts.kind = slot.facts.type.kind == TypeKind::Set ? sbx::Slot::Kind::Set : sbx::Slot::Kind::Choice;
  if (from.initial) {
    MaybeExpr initial = constant(*from.initial, {declared.unit, Reads::Constants}, slot.facts.type);
    if (!initial) return std::nullopt;
    slot.facts.initial = constant_value(*initial);
  }
  slot.facts.required = slot.facts.kind == sbx::Slot::Kind::Choice && !slot.facts.initial;
  SlotId id = policy_.slots.add(std::move(slot));
  states_[declared.decl] = {Status::Done, id.index};
  return id;
}

std::optional<SlotId> Resolver::built_in_slot(const Extern& callee) {
  if (auto known = pool_.slots.find(callee.name); known != pool_.slots.end()) return known->second;
  Slot slot{.facts = {.name = callee.name}};
  sbx::Slot& facts = slot.facts;
  facts.effect = callee.kind == "effect";
  facts.keyed = callee.flag("keyed");
  const std::string* word = type_word(callee);
  if (word && *word == "target") {
    facts.type = targets_type(callee.name);
  } else if (word && *word == "any") {
    facts.type = {TypeKind::Text};
  } else if (callee.type) {
    std::optional<Type> wanted = type(*callee.type);
    if (!wanted) return std::nullopt;
    facts.type = std::move(*wanted);
  }
  facts.kind = callee.flag("limit")               ? sbx::Slot::Kind::Limit
               : facts.type.kind == TypeKind::Set ? sbx::Slot::Kind::Set
                                                  : sbx::Slot::Kind::Choice;
  if (const Constant* initial = callee.attribute("default")) {
    bool no_value = *initial == Constant{std::string("none")} && !member_index(facts.type, "none");
    if (!no_value) facts.initial = *initial;
  }
  SlotId id = policy_.slots.add(std::move(slot));
  pool_.slots.emplace(callee.name, id);
  return id;
}

MaybeExpr Resolver::slot_value(const Slot& slot, const ast::Expr& from, const Env& env) {
  const Type& want = slot.facts.type;
  const ast::Expr& inner = bare(from);
  if (slot.facts.effect && !slot.facts.keyed) {  // `log = bodies(first: 2KiB)`: kept as its text
    std::optional<Constant> value = plain_constant(inner);
    if (value) return Expr{TextValue{call_text(*value)}, {TypeKind::Text}, inner.span};
    report(Kind::NotConstant, inner.span, "the value of `" + slot.facts.name + "` must be a constant");
    return std::nullopt;
  }
  const ast::Name* word = bare_word(inner);
  if (word && want.kind == TypeKind::Text && !find(*env.unit, Space::Value, word->text).declared)
    return Expr{TextValue{word->text}, want, inner.span};
  MaybeExpr value = expr(from, env, &want);
  if (!value) return std::nullopt;
  if (value->type.kind != want.kind) {
    mismatch(from.span, a_type(want) + " for `" + slot.facts.name + "`", value->type);
    return std::nullopt;
  }
  if (want.kind == TypeKind::Label && !std::holds_alternative<LabelValue>(value->node)) {
    for (const std::string& member : value->type.members) {
      if (member_index(want, member)) continue;
      report(Kind::UnknownLabel, from.span, "this can be `" + member + "`, which is no value of `" + slot.facts.name + "`")
          .help("its values are " + listed(want.members));
      return std::nullopt;
    }
  } else if (want.kind != TypeKind::Label && !is_constant(*value)) {
    report(Kind::NotConstant, from.span, "the value of `" + slot.facts.name + "` must be a constant")
        .help("only a label may be chosen by a signal or a table");
    return std::nullopt;
  }
  return value;
}

void Resolver::resolve_defaults(const Unit& unit) {
  for (const ast::Decl* decl : unit.decls) {
    const auto* from = std::get_if<ast::DefaultsDecl>(&decl->node);
    if (!from) continue;
    Env env{&unit, Reads::Constants};
    for (const ast::Action& action : from->assignments) {
      const auto* assign = std::get_if<ast::Assign>(&action.node);
      if (!assign) {
        if (!std::holds_alternative<ast::Invalid>(action.node))
          report(Kind::BadSlot, action.span, "`defaults` sets slots").help("write `slot = value`");
        continue;
      }
      std::optional<SlotId> id = slot(assign->slot.text(), assign->slot.span, env);
      if (!id) continue;
      if (policy_.slots[*id].facts.kind != sbx::Slot::Kind::Choice || policy_.slots[*id].facts.keyed) {
        report(Kind::BadSlot, assign->slot.span, "`" + assign->slot.text() + "` has no default to change");
        continue;
      }
      MaybeExpr value = slot_value(policy_.slots[*id], assign->value, env);
      if (!value) continue;
      policy_.slots[*id].facts.initial = constant_value(*value);
      policy_.slots[*id].facts.required = false;
    }
  }
}

}  // namespace sbx::sema
