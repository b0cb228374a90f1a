// SPDX-License-Identifier: Apache-2.0
#include "compiler/lsp/candidates.h"

#include <algorithm>
#include <set>

#include "compiler/lsp/describe.h"

namespace sbx::lsp {
namespace {

using sema::Space;

/// Labels that a type writes out; empty for another type.
std::vector<std::string> written_labels(const std::optional<ast::TypeExpr>& type) {
  const auto* labels = type ? std::get_if<ast::TypeExpr::Labels>(&type->node) : nullptr;
  const auto* set = type ? std::get_if<ast::TypeExpr::SetOf>(&type->node) : nullptr;
  if (set) return written_labels(*set->element);
  std::vector<std::string> result;
  for (size_t i = 0; labels && i < labels->members.size(); ++i) result.push_back(labels->members[i].text);
  return result;
}

std::string first_sentence(const std::string& text) { return text.substr(0, text.find(". ")); }

}  // namespace

// Of the policy that is written first; the others tell what theirs does not.
Candidates::Candidates(const Snapshot& snapshot, const sema::Unit& unit) : snapshot_(snapshot), unit_(unit) {
  for (const bool is_own : {true, false}) {
    for (const sema::Policy& policy : snapshot.checked.policies) {
      if (is_own != (policy.name == unit.name)) continue;
      for (const sema::Symbol& one : policy.symbols) symbols_.emplace(one.name, &one);
    }
  }
}

std::vector<Item> Candidates::list(const Context& context) {
  switch (context.slot) {
    case Slot::Nothing:
      break;
    case Slot::Declaration:
      declarations(context.of);
      break;
    case Slot::Continuation:
      words({"when", "and", "or", "or else", "not", "is", "in", "has", "above", "from", "verified", "claim", "over", "under", "serves",
             "as", "by", "if", "for each"});
      break;
    case Slot::Expression:
      expression();
      break;
    case Slot::LabelOf:
      labels_of(context.of);
      break;
    case Slot::Action:
      actions(context.of);
      break;
    case Slot::ModelTarget:
      targets();
      words({"choose", "split", "deny", "respond", "escalate"});
      break;
    case Slot::ListedTarget:
      targets();
      break;
    case Slot::SlotValue:
      slot_value(context.of);
      break;
    case Slot::ErrorClass:
      labels({"timeout", "unavailable", "5xx", "4xx", "429", "refused", "malformed"}, "why a model failed");
      break;
    case Slot::Selector:
      built_ins("selector");
      break;
    case Slot::ModelField:
      model_fields();
      break;
    case Slot::ModelValue:
      model_value(context.of);
      break;
    case Slot::GivenName:
      values();
      break;
    case Slot::ExpectName:
      labels({"route", "model", "outcome", "rules", "asks", "candidates", "status", "message"}, "of the decision");
      slots();
      break;
    case Slot::ExpectValue:
      expected_value(context.of);
      break;
    case Slot::Argument:
      arguments(context.of);
      break;
    case Slot::Type:
      for (const char* name :
           {"bool", "text", "int", "number", "tokens", "money", "duration", "probability", "similarity", "contrast", "score", "set of"})
        items_.push_back({name, ItemKind::TypeParameter, "type", ""});
      break;
    case Slot::Module:
      modules();
      break;
    case Slot::Order:
      names(Space::Entry, ItemKind::Function, "route");
      names(Space::Rule, ItemKind::Function, "rule");
      words({"routes"});
      break;
  }
  return std::move(items_);
}

void Candidates::words(const std::vector<const char*>& list) {
  for (const char* word : list) items_.push_back({word, ItemKind::Keyword, "", ""});
}

void Candidates::labels(const std::vector<std::string>& members, const std::string& of) {
  for (const std::string& member : members) items_.push_back({member, ItemKind::EnumMember, of, ""});
}

void Candidates::names(Space space, ItemKind kind, const char* detail) {
  for (const std::string& name : sema::visible_names(unit_, space)) items_.push_back({name, kind, detail, ""});
}

void Candidates::built_ins(const char* kind) {
  const bool is_value = std::string_view(kind) == "input";
  for (const sema::Extern& one : snapshot_.library.catalog.externs()) {
    if (one.kind != kind) continue;
    const ItemKind item = one.has_parameters ? ItemKind::Function : is_value ? ItemKind::Variable : ItemKind::Property;
    items_.push_back({one.name, item, signature(snapshot_.library, one), one.doc, one.has_parameters});
  }
}

void Candidates::values() {
  std::set<std::string> own;
  for (const std::string& name : sema::visible_names(unit_, Space::Value)) {
    own.insert(name);
    const sema::Symbol* found = symbol(name);
    items_.push_back({name, ItemKind::Variable, found ? to_string(found->type) : "", ""});
  }
  built_ins("input");
  std::erase_if(items_, [&](const Item& one) { return own.contains(one.label) && !one.documentation.empty(); });
}

void Candidates::expression() {
  values();
  built_ins("signal");
  for (const char* form : {"bands", "lerp", "max", "min"}) items_.push_back({form, ItemKind::Function, "form", "", true});
  words({"argmax", "not", "true", "false", "model", "route", "outcome"});
  for (const std::string& name : sema::visible_names(unit_, Space::Attribute)) items_.push_back({name, ItemKind::Field, "attribute", ""});
}

const sema::Symbol* Candidates::symbol(const std::string& name) const {
  auto found = symbols_.find(name);
  return found == symbols_.end() ? nullptr : found->second;
}

std::vector<std::string> Candidates::members_of(const std::string& path) const {
  if (const sema::Symbol* found = symbol(path)) {
    if (found->type.kind == TypeKind::Bool) return {"true", "false"};
    if (!found->type.members.empty()) return found->type.members;
  }
  const sema::Declared* declared = sema::find(unit_, Space::Value, path).declared;
  if (!declared) declared = sema::find(unit_, Space::Attribute, path).declared;
  const auto* input = declared ? std::get_if<ast::InputDecl>(&declared->decl->node) : nullptr;
  const auto* attribute = declared ? std::get_if<ast::AttributeDecl>(&declared->decl->node) : nullptr;
  if (input) return written_labels(input->type);
  if (attribute) return written_labels(attribute->type);
  const sema::Extern* built_in = snapshot_.library.catalog.find("input", path);
  return built_in ? written_labels(built_in->type) : std::vector<std::string>{};
}

void Candidates::labels_of(const std::string& path) {
  if (path == "route") return names(Space::Entry, ItemKind::Function, "route");
  if (path == "model") return names(Space::Model, ItemKind::Class, "model");
  if (path == "provider" || path == "model.provider") return names(Space::Provider, ItemKind::Class, "provider");
  if (path == "outcome") return labels({"route", "otherwise", "deny", "respond", "escalate"}, "outcome");
  const std::vector<std::string> members = members_of(path);
  labels(members, path);
  if (members.empty()) expression();
  if (!members.empty() || symbol(path)) words({"unknown"});
}

void Candidates::slots() {
  names(Space::Slot, ItemKind::Property, "slot");
  for (const char* kind : {"slot", "effect"}) {
    for (const sema::Extern& one : snapshot_.library.catalog.externs()) {
      if (one.kind == kind) items_.push_back({one.name, ItemKind::Property, signature(snapshot_.library, one), one.doc});
    }
  }
}

void Candidates::slot_value(const std::string& slot) {
  const sema::Declared* declared = sema::find(unit_, Space::Slot, slot).declared;
  const auto* own = declared ? std::get_if<ast::SlotDecl>(&declared->decl->node) : nullptr;
  const sema::Extern* built_in = own ? nullptr : snapshot_.library.catalog.find("slot", slot);
  const std::vector<std::string> members = own        ? written_labels(own->type)
                                           : built_in ? written_labels(built_in->type)
                                                      : std::vector<std::string>{};
  labels(members, slot);
  names(Space::Target, ItemKind::Class, "target");
  if (members.empty()) values();
}

void Candidates::declarations(const std::string& of) {
  if (of == "tier") {
    words({"route", "first", "best"});
    return names(Space::Entry, ItemKind::Function, "route");
  }
  if (of == "always") {
    words({"rule"});
    return names(Space::Rule, ItemKind::Function, "rule");
  }
  if (of == "test" || of == "step") return words({"given", "expect"});
  if (of == "scenario") return words({"given", "expect", "step"});
  words({"model", "provider",  "input",    "attribute", "signal",  "slot",   "defaults", "tier", "strict tier", "first", "best",
         "route", "otherwise", "unserved", "always",    "require", "budget", "table",    "use",  "private",     "test",  "scenario"});
  if (unit_.kind == sema::Unit::Kind::File) words({"policy", "module", "language"});
  names(Space::Entry, ItemKind::Function, "route");
}

void Candidates::actions(const std::string& head) {
  items_.push_back({"model", ItemKind::Keyword, "which models answer, in this order", ""});
  slots();
  if (head != "defaults") words({"deny", "respond", "escalate"});
  if (head.ends_with("going on")) words({"then", "on", "only", "without", "add", "at most"});
}

void Candidates::targets() {
  names(Space::Model, ItemKind::Class, "model");
  names(Space::Later, ItemKind::Class, "plan");
}

void Candidates::model_fields() {
  labels({"provider", "name", "context", "output", "can", "dialects", "reasoning", "price"}, "of a model");
  for (const std::string& name : sema::visible_names(unit_, Space::Attribute)) {
    const size_t dot = name.find('.');
    if (dot != std::string::npos) items_.push_back({name.substr(dot + 1), ItemKind::Field, "attribute", ""});
  }
}

void Candidates::model_value(const std::string& field) {
  if (field == "provider") return names(Space::Provider, ItemKind::Class, "provider");
  if (field == "can") return labels({"tools", "vision", "audio", "json"}, field);
  if (field == "dialects") return labels({"chat", "responses", "messages", "embeddings"}, field);
  if (field == "reasoning") return slot_value("reasoning");
  labels(members_of("model." + field), field);
}

void Candidates::expected_value(const std::string& name) {
  if (name == "rules") return names(Space::Rule, ItemKind::Function, "rule");
  if (name == "route" || name == "model" || name == "outcome") {
    if (name == "route") words({"otherwise"});
    return labels_of(name);
  }
  if (name == "candidates") return targets();
  if (name == "asks") return values();
  slot_value(name);
}

void Candidates::arguments(const std::string& callee) {
  const sema::Extern* found = nullptr;
  for (const char* kind : {"signal", "input", "selector"}) found = found ? found : snapshot_.library.catalog.find(kind, callee);
  if (!found) return expression();
  for (const sema::ExternParameter& one : found->parameters)
    items_.push_back({one.name + ":", ItemKind::Field, signature(snapshot_.library, *found), first_sentence(found->doc)});
}

void Candidates::modules() {
  for (const auto& unit : snapshot_.world().units()) {
    if (unit->kind == sema::Unit::Kind::Module) items_.push_back({unit->name, ItemKind::Module, "module", ""});
  }
  for (const std::string& name : snapshot_.library.modules) items_.push_back({name, ItemKind::Module, "standard library", ""});
}

}  // namespace sbx::lsp
