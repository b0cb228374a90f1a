// SPDX-License-Identifier: Apache-2.0
// Tiers, blocks and routes, and who is over whom.
#include <algorithm>

#include "compiler/sema/resolver.h"
#include "runtime/diag/render.h"

namespace sbx::sema {
namespace {

void collect_route(const ast::Decl& decl, std::vector<std::string>& names) {
  auto each = [&](const std::vector<ast::Decl>& list) {
    for (const ast::Decl& one : list) collect_route(one, names);
  };
  if (const auto* route = std::get_if<ast::RouteDecl>(&decl.node)) names.push_back(route->name.text);
  if (const auto* block = std::get_if<ast::BlockDecl>(&decl.node)) each(block->entries);
  if (const auto* tier = std::get_if<ast::TierDecl>(&decl.node)) each(tier->entries);
}

bool is_entry(const ast::Decl& decl) {
  return std::holds_alternative<ast::RouteDecl>(decl.node) || std::holds_alternative<ast::BlockDecl>(decl.node) ||
         std::holds_alternative<ast::Over>(decl.node);
}

}  // namespace

void Resolver::each_unit(const std::function<void(const Unit&)>& visit) const {
  if (unit_.base) {
    if (unit_.base->parent && unit_.base->parent != unit_.parent) visit(*unit_.base->parent);
    visit(*unit_.base);
  }
  if (unit_.parent) visit(*unit_.parent);
  visit(unit_);
}

void Resolver::resolve_tiers() {
  // Strict tiers come first, the base's before the policy's; entries outside a tier are the last one.
  std::vector<const ast::Decl*> loose;
  std::vector<std::pair<const ast::Decl*, const Unit*>> strict, others;
  std::vector<const Unit*> units;
  if (unit_.base) units.push_back(unit_.base);
  units.push_back(&unit_);
  std::unordered_map<std::string, Span> routes;
  for (const Unit* unit : units) {
    for (const auto& [name, declared] : unit->names[static_cast<size_t>(Space::Entry)]) {
      auto [entry, is_new] = routes.emplace(name, declared.span);
      if (!is_new)
        report(Kind::DuplicateName, declared.span, "`" + name + "` is the name of a route of the base")
            .label(entry->second, "declared here");
    }
    for (const ast::Decl* decl : unit->decls) {
      collect_route(*decl, route_list_);
      if (const auto* tier = std::get_if<ast::TierDecl>(&decl->node)) {
        (tier->strict ? strict : others).emplace_back(decl, unit);
        if (!tier->strict && unit == unit_.base)
          report(Kind::BadBase, tier->name.span, "a base has strict tiers only, and `" + tier->name.text + "` is not strict")
              .label(unit_.policy->under->span, "it is a base because of this");
      } else if (is_entry(*decl)) {
        if (unit == unit_.base)
          report(Kind::BadBase, decl->span, "a base has no routes but those of strict tiers")
              .label(unit_.policy->under->span, "it is a base because of this");
        else
          loose.push_back(decl);
      }
    }
  }
  for (const auto* list : {&strict, &others}) {
    for (const auto& [decl, unit] : *list) {
      const auto& from = std::get<ast::TierDecl>(decl->node);
      std::vector<const ast::Decl*> entries;
      for (const ast::Decl& entry : from.entries) entries.push_back(&entry);
      tier(from.name.text, from.strict, entries, from.name.span, *unit);
    }
  }
  if (!loose.empty()) tier("", false, loose, unit_.span, unit_);
}

void Resolver::tier(const std::string& name, bool strict, const std::vector<const ast::Decl*>& decls, Span span, const Unit& unit) {
  Tier result{.name = name, .strict = strict, .entries = {}, .span = span};
  size_t place = policy_.tiers.size();
  for (const ast::Decl* decl : decls) {
    std::optional<Entry> made = entry(*decl, {&unit, Reads::Signals}, strict, nullptr);
    if (!made) continue;
    auto position = static_cast<uint32_t>(result.entries.size());
    if (!made->name.empty()) entry_places_[made->name] = {place, position};
    result.entries.push_back(std::move(*made));
  }
  policy_.tiers.push_back(std::move(result));
  for (const ast::Decl* decl : decls) {
    if (const auto* over = std::get_if<ast::Over>(&decl->node)) relate(*over, policy_.tiers[place], unit);
  }
}

std::optional<Entry> Resolver::entry(const ast::Decl& decl, const Env& env, bool strict, const ast::BlockKind* inside) {
  if (const auto* from = std::get_if<ast::RouteDecl>(&decl.node)) {
    std::optional<RouteId> id = route(*from, decl.span, env, strict);
    if (!id) return std::nullopt;
    return Entry{.kind = sbx::Entry::Kind::Route, .name = from->name.text, .routes = {*id}, .span = from->name.span};
  }
  const auto* from = std::get_if<ast::BlockDecl>(&decl.node);
  if (!from) return std::nullopt;
  bool best = from->kind == ast::BlockKind::Best;
  Entry result{.kind = best ? sbx::Entry::Kind::Best : sbx::Entry::Kind::First,
               .name = from->name ? from->name->text : "",
               .span = from->name ? from->name->span : decl.span};
  if (inside && (*inside == ast::BlockKind::Best || !best)) {
    report(Kind::BestScore, decl.span, "nothing nests deeper than `best` in `first`")
        .help("write the routes of the inner block in the outer one, or in a tier of their own");
    return std::nullopt;
  }
  for (const ast::Decl& inner : from->entries) {
    if (const auto* over = std::get_if<ast::Over>(&inner.node)) {
      report(Kind::OtherTier, over->winner.span,
             best ? "in `best` the highest score wins, nothing else" : "in `first` the order of the text decides")
          .help("drop the line");
      continue;
    }
    std::optional<Entry> made = entry(inner, env, strict, &from->kind);
    if (!made) continue;
    if (best) {
      for (RouteId id : made->routes) result.routes.push_back(id);
    } else {
      result.entries.push_back(std::move(*made));
    }
  }
  if (from->entries.empty()) {
    report(Kind::BestScore, decl.span, "this block is empty").help("write its routes, or drop it");
    return std::nullopt;
  }
  if (best) check_scores(*from, result, env);
  return result;
}

std::optional<RouteId> Resolver::route(const ast::RouteDecl& from, Span whole, const Env& env, bool strict) {
  Route result{.name = from.name.text, .strict = strict, .span = from.name.span, .whole = whole};
  if (from.guard) {
    result.guard = boolean(*from.guard, env);
  }
  result.outcome = outcome(from.actions, {env.unit, Reads::Signals}, Place::Route, result.name, from.name.span);
  RouteId id = policy_.routes.add(std::move(result));
  route_names_.emplace(from.name.text, id);
  return id;
}

void Resolver::relate(const ast::Over& from, Tier& tier, const Unit& unit) {
  size_t place = static_cast<size_t>(&tier - policy_.tiers.data());
  auto position = [&](const ast::Path& path) -> std::optional<uint32_t> {
    std::string name = path.text();
    auto found = entry_places_.find(name);
    if (found != entry_places_.end() && found->second.first == place) return found->second.second;
    if (found != entry_places_.end()) {
      report(Kind::OtherTier, path.span, "`" + name + "` is in another tier")
          .label(policy_.tiers[found->second.first].entries[found->second.second].span, "declared here")
          .help("tiers are ordered already: `over` relates entries of one tier");
      return std::nullopt;
    }
    if (const Declared* inner = unit.own(Space::Entry, name)) {
      if (std::ranges::find(route_list_, name) != route_list_.end() && route_names_.contains(name))
        report(Kind::OtherTier, path.span, "`" + name + "` is inside a block or in another tier")
            .label(inner->span, "declared here")
            .help("name the block instead");
      else
        report(Kind::OtherTier, path.span, "`" + name + "` is in another tier")
            .label(inner->span, "declared here")
            .help("tiers are ordered already: `over` relates entries of one tier");
      return std::nullopt;
    }
    std::vector<std::string> names;
    for (const Entry& entry : tier.entries) names.push_back(entry.name);
    if (may_suggest() || names.size() < 100)
      unknown("route", name, path.span, names);
    else
      report(Kind::UnknownName, path.span, "unknown route `" + name + "`");
    return std::nullopt;
  };
  std::optional<uint32_t> winner = position(from.winner);
  for (const ast::Path& path : from.losers) {
    std::optional<uint32_t> loser = position(path);
    if (!winner || !loser) continue;
    if (*winner == *loser) {
      report(Kind::CircularOver, path.span, "`" + path.text() + "` cannot be over itself");
      continue;
    }
    tier.entries[*winner].over.push_back(*loser);
  }
}

}  // namespace sbx::sema
