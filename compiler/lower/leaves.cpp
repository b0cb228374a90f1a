// SPDX-License-Identifier: Apache-2.0
#include "compiler/lower/leaves.h"

#include <algorithm>

namespace sbx::lower {

Place place_of(const SourceSet& sources, Span span) {
  if (!span.valid()) return {};
  return {sources[span.file].path, sources.position(span.file, span.begin), sources.position(span.file, span.end)};
}

Constant constant_of(const sema::Expr& expr) {
  return std::visit(overloaded{
                        [](const sema::BoolValue& v) { return Constant{v.value}; },
                        [](const sema::NumberValue& v) { return Constant{v.value}; },
                        [](const sema::TextValue& v) { return Constant{v.text}; },
                        [&](const sema::LabelValue& v) { return Constant{expr.type.members.at(v.index)}; },
                        [](const sema::ListValue& v) {
                          ConstantList list;
                          for (const sema::Expr& item : v.items) list.push_back(constant_of(item));
                          return Constant{std::move(list)};
                        },
                        [](const auto&) -> Constant {
                          SBX_CHECK(false, "a constant was expected");
                          return {};
                        },
                    },
                    expr.node);
}

Leaves::Leaves(const sema::Policy& policy, const SourceSet& sources, const std::set<std::string>& given, Manifest& manifest)
    : policy_(policy), sources_(sources), given_(given), manifest_(manifest) {
  for (size_t i = 0; i < policy.symbols.size(); ++i) by_name_.emplace(policy.symbols[policy.symbols.id_at(i)].name, policy.symbols.id_at(i));
}

bool Leaves::is_read(sema::SymbolId symbol) const {
  const sema::Symbol& info = policy_.symbols[symbol];
  return !info.value || given_.contains(info.name);
}

SignalId Leaves::signal(sema::SymbolId symbol) {
  if (auto found = signals_.find(symbol); found != signals_.end()) return found->second;
  const sema::Symbol& from = policy_.symbols[symbol];
  SignalInfo info{.name = from.name,
                  .kind = from.value ? "given" : from.kind,
                  .arguments = from.arguments,
                  .type = from.type,
                  .cost = from.value ? CostClass::Free : from.cost,
                  .verified = from.verified,
                  .claim = from.claim,
                  .fallible = from.value ? true : from.fallible,
                  .place = place_of(sources_, from.span)};
  if (from.or_else) info.or_else = constant_of(*from.or_else);
  SignalId id = manifest_.signals.add(std::move(info));
  signals_.emplace(symbol, id);
  if (from.kind == "budget") add_sources(from.arguments);
  return id;
}

void Leaves::add_sources(const ConstantRecord& arguments) {
  std::set<std::string> names;
  for (const auto& [key, value] : arguments) {
    if (const auto* name = std::get_if<std::string>(&value.value); name && key == "limit") names.insert(*name);
    const auto* list = std::get_if<ConstantList>(&value.value);
    if (!list || key != "for_each") continue;
    for (const Constant& item : *list) {
      if (const auto* name = std::get_if<std::string>(&item.value)) names.insert(*name);
    }
  }
  for (size_t i = 0; i < policy_.symbols.size() && !names.empty(); ++i) {
    sema::SymbolId symbol = policy_.symbols.id_at(i);
    if (names.contains(policy_.symbols[symbol].name)) signal(symbol);
  }
}

LeafId Leaves::value(sema::SymbolId symbol) { return leaf(symbol, Facet::Value, ""); }
LeafId Leaves::confidence(sema::SymbolId symbol) { return leaf(symbol, Facet::Confidence, ""); }
LeafId Leaves::has(sema::SymbolId symbol, const std::string& member) { return leaf(symbol, Facet::Has, member); }

LeafId Leaves::leaf(sema::SymbolId symbol, Facet facet, const std::string& member) {
  auto key = std::make_tuple(symbol, facet, member);
  if (auto found = leaves_.find(key); found != leaves_.end()) return found->second;
  Range range = full_range(policy_.symbols[symbol].type);
  if (facet == Facet::Confidence) range = full_range(Type{.kind = TypeKind::Probability});
  if (facet == Facet::Has) range = {0, 1};
  LeafId id = manifest_.leaves.add(Leaf{.signal = signal(symbol), .facet = facet, .member = member, .range = range});
  leaves_.emplace(std::move(key), id);
  return id;
}

int64_t Leaves::literal(LeafId leaf, const std::string& text) {
  auto& known = literals_[leaf];
  auto [entry, is_new] = known.emplace(text, static_cast<int64_t>(known.size()));
  if (is_new) manifest_.leaves[leaf].literals.push_back(text);
  return entry->second;
}

}  // namespace sbx::lower
