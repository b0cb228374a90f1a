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
      if (target.kind == "retriever") resolve_retriever(*from, target, *unit);
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

void Resolver::resolve_retriever(const ast::TargetDecl& from, Target& target, const Unit& unit) {
  for (const ast::Field& field : from.fields) {
    if (!field.key || !field.value) continue;
    const bool is_twice = std::ranges::any_of(target.fields, [&](const NamedConstant& one) { return one.first == field.name(); });
    if (is_twice)
      report(Kind::BadTarget, (*field.key)->span, "`" + std::string(field.name()) + "` is given twice");
    else
      retriever_field(field, target, unit);
  }
}

// How what it finds is used; where it is asked, the settings of a gateway say.
void Resolver::retriever_field(const ast::Field& field, Target& target, const Unit& unit) {
  const std::string name(field.name());
  const ast::Expr& value = **field.value;
  const auto number = [&](const Type& type, Decimal least, Decimal most, const char* wanted) {
    std::optional<Decimal> written = plain_number(value, {&unit, Reads::Constants}, &type, name.c_str());
    if (!written) return;
    if (sbx::compare(*written, least) < 0 || sbx::compare(most, *written) < 0)
      report(Kind::BadTarget, value.span, "`" + name + "` is " + wanted);
    else
      target.fields.push_back({name, {*written}});
  };
  if (name == "top") return number({TypeKind::Int}, {1, 0}, {100, 0}, "a number of passages, 1 to 100");
  if (name == "floor") return number({TypeKind::Number}, {-1, 0}, {1'000'000, 0}, "the least score of a passage");
  if (name == "at_most")
    return number({TypeKind::Tokens}, {1, 0}, {full_range({TypeKind::Tokens}).high, 0}, "a number of tokens, 1 or more");
  const std::optional<Constant> constant = plain_constant(value);
  const bool is_text = constant && std::holds_alternative<std::string>(constant->value) && bare_word(value) == nullptr;
  const bool is_flag = constant && std::holds_alternative<bool>(constant->value);
  if ((name == "lead" && is_text) || (name == "required" && is_flag)) return target.fields.push_back({name, *constant});
  if (name == "lead" || name == "required") {
    report(Kind::BadTarget, value.span,
           name == "lead" ? "`lead` is what is said before the passages, a text" : "`required` is `true` or `false`");
  } else {
    report(Kind::BadTarget, (*field.key)->span, "a retriever has no `" + name + "`")
        .help("it has `top`, `floor`, `at_most`, `lead` and `required`; its address stands in the settings of the gateway");
  }
}

}  // namespace sbx::sema
