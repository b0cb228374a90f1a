// SPDX-License-Identifier: Apache-2.0
#include "compiler/sema/scope.h"

#include <algorithm>
#include <filesystem>

#include "runtime/diag/render.h"

namespace sbx::sema {
namespace {

void append_entries(const std::vector<ast::Decl>& decls, std::vector<NameOf>& names) {
  for (const ast::Decl& decl : decls) {
    for (NameOf& name : names_of(decl)) names.push_back(std::move(name));
  }
}

}  // namespace

std::vector<NameOf> names_of(const ast::Decl& decl) {
  std::vector<NameOf> names;
  auto add = [&](Space space, const ast::Name& name) { names.push_back({space, name.text, name.span}); };
  auto add_path = [&](Space space, const ast::Path& path) { names.push_back({space, path.text(), path.span}); };
  std::visit(overloaded{
                 [&](const ast::ProviderDecl& d) { add(Space::Provider, d.name); },
                 [&](const ast::ModelDecl& d) { add(Space::Model, d.name); },
                 [&](const ast::AttributeDecl& d) { add_path(Space::Attribute, d.path); },
                 [&](const ast::InputDecl& d) { add_path(Space::Value, d.path); },
                 [&](const ast::BudgetDecl& d) { add(Space::Value, d.name); },
                 [&](const ast::TableDecl& d) { add(Space::Value, d.name); },
                 [&](const ast::SignalDecl& d) { add(Space::Value, d.name); },
                 [&](const ast::SlotDecl& d) { add(Space::Slot, d.name); },
                 [&](const ast::RouteDecl& d) { add(Space::Entry, d.name); },
                 [&](const ast::BlockDecl& d) {
                   if (d.name) add(Space::Entry, *d.name);
                   append_entries(d.entries, names);
                 },
                 [&](const ast::TierDecl& d) {
                   add(Space::Tier, d.name);
                   append_entries(d.entries, names);
                 },
                 [&](const ast::RuleDecl& d) { add(Space::Rule, d.name); },
                 [&](const ast::AlwaysDecl& d) { append_entries(d.rules, names); },
                 [&](const ast::TargetDecl& d) { add(Space::Target, d.name); },
                 [&](const ast::PlanDecl& d) { add(Space::Later, d.name); },
                 [&](const ast::GraphDecl& d) { add(Space::Later, d.name); },
                 [&](const ast::StateDecl& d) { add(Space::Later, d.name); },
                 [](const auto&) {},
             },
             decl.node);
  return names;
}

const Declared* Unit::own(Space space, const std::string& name) const {
  const auto& table = names[static_cast<size_t>(space)];
  auto found = table.find(name);
  return found == table.end() ? nullptr : &found->second;
}

std::string path_beside(const std::string& from, const std::string& path) {
  std::filesystem::path whole = std::filesystem::path(from).parent_path() / path;
  return whole.lexically_normal().generic_string();
}

const std::vector<ast::Decl>* body_of(const ast::Decl& decl) {
  if (const auto* policy = std::get_if<ast::PolicyDecl>(&decl.node)) return &policy->body;
  if (const auto* module = std::get_if<ast::ModuleDecl>(&decl.node)) return &module->body;
  return nullptr;
}

std::vector<UseAt> uses_of(const std::vector<ast::Decl>& decls) {
  std::vector<UseAt> uses;
  for (const ast::Decl& decl : decls) {
    if (const auto* use = std::get_if<ast::Use>(&decl.node)) uses.push_back({use, decl.span});
    const std::vector<ast::Decl>* body = body_of(decl);
    if (body == nullptr) continue;
    const std::vector<UseAt> inner = uses_of(*body);
    uses.insert(uses.end(), inner.begin(), inner.end());
  }
  return uses;
}

const std::string* file_of(const ast::Use& use) {
  const auto* text = use.file ? std::get_if<ast::String>(&use.file->node) : nullptr;
  return text ? &text->value : nullptr;
}

Found find(const Unit& unit, Space space, const std::string& name) {
  Found result;
  if ((result.declared = unit.own(space, name))) return result;
  auto outside = [&](const Unit* other) {
    const Declared* one = other ? other->own(space, name) : nullptr;
    if (!one) return false;
    (one->is_private ? result.hidden : result.declared) = one;
    return !one->is_private;
  };
  if (outside(unit.base)) return result;
  if (unit.parent && (result.declared = unit.parent->own(space, name))) return result;
  if (unit.base && outside(unit.base->parent)) return result;
  for (const Unit* from : {&unit, unit.parent}) {
    if (!from) continue;
    for (const Import& import : from->imports) {
      const Declared* before = result.declared;
      if (!outside(import.unit) || !before || before == result.declared) continue;
      result.ambiguous = before;
      return result;
    }
    if (result.declared) return result;
  }
  return result;
}

std::vector<const Unit*> visible_units(const Unit& unit) {
  std::vector<const Unit*> result{&unit};
  auto add = [&](const Unit* other) {
    if (other && std::ranges::find(result, other) == result.end()) result.push_back(other);
  };
  for (size_t i = 0; i < result.size(); ++i) {
    const Unit* from = result[i];
    add(from->base);
    add(from->parent);
    for (const Import& import : from->imports) add(import.unit);
  }
  return result;
}

std::vector<std::string> visible_names(const Unit& unit, Space space) {
  std::vector<std::string> result;
  for (const Unit* from : visible_units(unit)) {
    for (const auto& [name, declared] : from->names[static_cast<size_t>(space)]) {
      if (!declared.is_private || from == &unit || from == unit.parent) result.push_back(name);
    }
  }
  std::ranges::sort(result);
  return result;
}

}  // namespace sbx::sema
