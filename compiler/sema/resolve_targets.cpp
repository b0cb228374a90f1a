// SPDX-License-Identifier: Apache-2.0
// Targets that are no models: personas and adapters, and what their fields say.
#include <algorithm>
#include <unordered_set>

#include "compiler/sema/constant.h"
#include "compiler/sema/resolver.h"

namespace sbx::sema {
namespace {

// `system "…"` of `inject: system "…"`.
const ast::String* system_text(const ast::Expr& value) {
  const auto* call = std::get_if<ast::Call>(&bare(value).node);
  if (!call || call->callee.text() != "system" || call->arguments.size() != 1) return nullptr;
  const ast::Field& argument = call->arguments.front();
  return argument.key || !argument.value ? nullptr : std::get_if<ast::String>(&bare(**argument.value).node);
}

constexpr const char* kPersonaHelp = "write `inject: system \"…\"`, or `replace: system \"…\"` for a text instead of the request's own";

}  // namespace

void Resolver::collect_targets() {
  std::unordered_set<std::string> taken;
  for (const Unit* unit : visible_units(unit_)) {
    for (const ast::Decl* decl : unit->decls) {
      const auto* from = std::get_if<ast::TargetDecl>(&decl->node);
      if (!from || !catalog_.find("slot", from->kind.text) || !taken.insert(from->kind.text + " " + from->name.text).second) continue;
      Target target{.kind = from->kind.text, .name = from->name.text, .fields = {}, .span = from->name.span};
      if (target.kind == "persona") resolve_persona(*from, target);
      if (target.kind == "adapter") resolve_adapter(*from, target, *unit);
      policy_.targets.push_back(std::move(target));
    }
  }
}

// One text, before what the request says to the model or in its place.
void Resolver::resolve_persona(const ast::TargetDecl& from, Target& target) {
  for (const ast::Field& field : from.fields) {
    if (!field.key || !field.value) continue;
    const std::string name(field.name());
    if (name != "inject" && name != "replace") {
      report(Kind::BadTarget, (*field.key)->span, "a persona has no `" + name + "`").help(kPersonaHelp);
    } else if (!target.fields.empty()) {
      report(Kind::BadTarget, (*field.key)->span, "the persona `" + target.name + "` has its text already").help("keep one of the two");
    } else if (const ast::String* text = system_text(**field.value); !text || text->value.empty()) {
      report(Kind::BadTarget, (*field.value)->span, "`" + name + "` is `system` and a text").help(kPersonaHelp);
      target.fields.push_back({name, {}});
    } else {
      target.fields.push_back({name, {text->value}});
    }
  }
  if (from.fields.empty()) report(Kind::BadTarget, from.name.span, "the persona `" + target.name + "` says nothing").help(kPersonaHelp);
}

// `base` is the model that it is laid over, `name` what the provider calls the two together.
void Resolver::resolve_adapter(const ast::TargetDecl& from, Target& target, const Unit& unit) {
  for (const ast::Field& field : from.fields) {
    if (!field.key || !field.value) continue;
    const std::string name(field.name());
    const bool is_twice = std::ranges::any_of(target.fields, [&](const NamedConstant& one) { return one.first == name; });
    const ast::Expr& value = **field.value;
    if (is_twice) {
      report(Kind::BadTarget, (*field.key)->span, "`" + name + "` is given twice");
    } else if (const ast::Name* word = bare_word(value); name == "base" && word) {
      if (std::optional<ModelId> base = model(word->text, word->span, {&unit, Reads::Constants}))
        target.fields.push_back({name, {policy_.models[*base].name}});
    } else if (const auto* text = std::get_if<ast::String>(&bare(value).node); name == "name" && text && !text->value.empty()) {
      target.fields.push_back({name, {text->value}});
    } else if (name == "base" || name == "name") {
      report(Kind::BadTarget, value.span, name == "base" ? "`base` is a model" : "`name` is what the provider calls the adapter, a text");
    } else {
      report(Kind::BadTarget, (*field.key)->span, "an adapter has no `" + name + "`").help("write `base: MODEL` and `name: \"…\"`");
    }
  }
}

}  // namespace sbx::sema
