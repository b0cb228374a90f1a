// SPDX-License-Identifier: Apache-2.0
// The outline of a document.
#include "compiler/lsp/answers.h"

namespace sbx::lsp {
namespace {

/// The protocol's SymbolKind.
enum class SymbolKind : int {
  Module = 2,
  Namespace = 3,
  Class = 5,
  Property = 7,
  Field = 8,
  Function = 12,
  Variable = 13,
  Constant = 14,
  Event = 24
};

struct Heading {
  std::string name;
  std::string detail;
  SymbolKind kind = SymbolKind::Variable;
  Span span;
  const std::vector<ast::Decl>* inside = nullptr;
};

std::string title_of(const ast::Expr& title) {
  const auto* text = std::get_if<ast::String>(&title.node);
  return text && !text->value.empty() ? text->value : "test";
}

std::optional<Heading> heading(const ast::Decl& decl) {
  using Kind = SymbolKind;
  const auto named = [](const ast::Name& name, const char* detail, Kind kind) { return Heading{name.text, detail, kind, name.span}; };
  return std::visit(overloaded{
                        [&](const ast::ProviderDecl& d) -> std::optional<Heading> { return named(d.name, "provider", Kind::Class); },
                        [&](const ast::ModelDecl& d) -> std::optional<Heading> { return named(d.name, "model", Kind::Class); },
                        [&](const ast::AttributeDecl& d) -> std::optional<Heading> {
                          return Heading{d.path.text(), "attribute", Kind::Field, d.path.span};
                        },
                        [&](const ast::InputDecl& d) -> std::optional<Heading> {
                          return Heading{d.path.text(), "input", Kind::Field, d.path.span};
                        },
                        [&](const ast::BudgetDecl& d) -> std::optional<Heading> { return named(d.name, "budget", Kind::Constant); },
                        [&](const ast::TableDecl& d) -> std::optional<Heading> { return named(d.name, "table", Kind::Constant); },
                        [&](const ast::SignalDecl& d) -> std::optional<Heading> { return named(d.name, "signal", Kind::Variable); },
                        [&](const ast::SlotDecl& d) -> std::optional<Heading> { return named(d.name, "slot", Kind::Property); },
                        [&](const ast::TargetDecl& d) -> std::optional<Heading> { return named(d.name, d.kind.text.c_str(), Kind::Class); },
                        [&](const ast::PlanDecl& d) -> std::optional<Heading> { return named(d.name, "plan", Kind::Function); },
                        [&](const ast::GraphDecl& d) -> std::optional<Heading> { return named(d.name, "graph", Kind::Function); },
                        [&](const ast::StateDecl& d) -> std::optional<Heading> { return named(d.name, "state", Kind::Variable); },
                        [&](const ast::RouteDecl& d) -> std::optional<Heading> { return named(d.name, "route", Kind::Function); },
                        [&](const ast::RuleDecl& d) -> std::optional<Heading> { return named(d.name, "rule", Kind::Function); },
                        [&](const ast::TierDecl& d) -> std::optional<Heading> {
                          return Heading{d.name.text, d.strict ? "strict tier" : "tier", Kind::Namespace, d.name.span, &d.entries};
                        },
                        [&](const ast::BlockDecl& d) -> std::optional<Heading> {
                          const char* word = d.kind == ast::BlockKind::First ? "first" : "best";
                          return Heading{d.name ? d.name->text : word, word, Kind::Namespace, d.name ? d.name->span : Span{}, &d.entries};
                        },
                        [&](const ast::AlwaysDecl& d) -> std::optional<Heading> {
                          return Heading{"always", "", Kind::Namespace, {}, &d.rules};
                        },
                        [&](const ast::OtherwiseDecl&) -> std::optional<Heading> {
                          return Heading{"otherwise", "", Kind::Function, {}};
                        },
                        [&](const ast::UnservedDecl&) -> std::optional<Heading> {
                          return Heading{"unserved", "", Kind::Function, {}};
                        },
                        [&](const ast::TestDecl& d) -> std::optional<Heading> {
                          return Heading{title_of(d.title), "test", Kind::Event, d.title.span};
                        },
                        [&](const ast::ScenarioDecl& d) -> std::optional<Heading> {
                          return Heading{title_of(d.title), "scenario", Kind::Event, d.title.span};
                        },
                        [](const auto&) -> std::optional<Heading> { return std::nullopt; },
                    },
                    decl.node);
}

Json symbol(const Snapshot& snapshot, const Heading& heading, Span whole) {
  Json json = {{"name", heading.name}};
  if (!heading.detail.empty()) json["detail"] = heading.detail;
  json["kind"] = static_cast<int>(heading.kind);
  json["range"] = snapshot.range(whole);
  const bool is_inside = heading.span.valid() && whole.begin <= heading.span.begin && heading.span.end <= whole.end;
  json["selectionRange"] = snapshot.range(is_inside ? heading.span : Span{whole.file, whole.begin, whole.begin});
  return json;
}

void add(const Snapshot& snapshot, const ast::Decl& decl, Json& list) {
  const std::optional<Heading> found = heading(decl);
  if (!found || found->name.empty()) return;
  Json json = symbol(snapshot, *found, decl.span);
  Json children = Json::array();
  for (const ast::Decl& inner : found->inside ? *found->inside : std::vector<ast::Decl>{}) add(snapshot, inner, children);
  if (!children.empty()) json["children"] = std::move(children);
  list.push_back(std::move(json));
}

}  // namespace

Json list_symbols(const Asked& asked, const Json&) {
  const Snapshot& snapshot = asked.snapshot;
  Json list = Json::array();
  for (const auto& unit : snapshot.world().units()) {
    if (unit->file != snapshot.file) continue;
    Json inside = Json::array();
    for (const ast::Decl* decl : unit->decls) add(snapshot, *decl, inside);
    if (unit->kind == sema::Unit::Kind::File) {
      for (Json& one : inside) list.push_back(std::move(one));
    } else if (!unit->name.empty()) {
      const bool is_policy = unit->kind == sema::Unit::Kind::Policy;
      const Heading heading{unit->name, is_policy ? "policy" : "module", is_policy ? SymbolKind::Module : SymbolKind::Namespace,
                            unit->span};
      Json json = symbol(snapshot, heading, snapshot.whole_of(*unit));
      if (!inside.empty()) json["children"] = std::move(inside);
      list.push_back(std::move(json));
    }
  }
  return list;
}

}  // namespace sbx::lsp
