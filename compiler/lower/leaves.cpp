// SPDX-License-Identifier: Apache-2.0
#include "compiler/lower/leaves.h"

#include <algorithm>

namespace sbx::lower {

Place place_of(const SourceSet& sources, Span span) {
  if (!span.valid()) return {};
  return {sources[span.file].path, sources.position(span.file, span.begin), sources.position(span.file, span.end)};
}

Constant the_constant(const sema::Expr& expr) {
  std::optional<Constant> constant = sema::constant_of(expr);
  SBX_CHECK(constant, "a constant was expected");
  return std::move(*constant);
}

Leaves::Leaves(const sema::Policy& policy, const SourceSet& sources, const std::set<std::string>& given,
               const std::vector<std::string>& literals, Manifest& manifest)
    : policy_(policy), sources_(sources), given_(given), first_literals_(literals), manifest_(manifest) {
  for (size_t i = 0; i < policy.symbols.size(); ++i)
    by_name_.emplace(policy.symbols[policy.symbols.id_at(i)].name, policy.symbols.id_at(i));
}

bool Leaves::is_read(sema::SymbolId symbol) const {
  const sema::Symbol& info = policy_.symbols[symbol];
  return !info.value || given_.contains(info.name);
}

SignalId Leaves::signal(sema::SymbolId symbol) {
  if (auto found = signals_.find(symbol); found != signals_.end()) return found->second;
  const sema::Symbol& from = policy_.symbols[symbol];
  SignalId id = manifest_.signals.add(info_of(from));
  signals_.emplace(symbol, id);
  if (from.kind == "budget") add_sources(from.arguments);
  return id;
}

std::optional<SignalId> Leaves::find(const std::string& name) {
  const auto found = by_name_.find(name);
  return found == by_name_.end() || !is_read(found->second) ? std::nullopt : std::optional(signal(found->second));
}

SignalInfo Leaves::info_of(const sema::Symbol& from) const {
  SignalInfo info{.name = from.name,
                  .kind = from.value ? "given" : from.kind,
                  .arguments = from.arguments,
                  .type = from.type,
                  .cost = from.value ? CostClass::Free : from.cost,
                  .verified = from.verified,
                  .claim = from.claim,
                  .fallible = from.value ? true : from.fallible,
                  .place = place_of(sources_, from.span)};
  if (from.or_else) info.or_else = the_constant(*from.or_else);
  return info;
}

void Leaves::add(const sema::Symbol& input) {
  for (size_t i = 0; i < policy_.symbols.size(); ++i) {
    const sema::SymbolId symbol = policy_.symbols.id_at(i);
    if (!policy_.symbols[symbol].value && policy_.symbols[symbol].kind == input.kind) return static_cast<void>(value(symbol));
  }
  const SignalId signal = manifest_.signals.add(info_of(input));
  manifest_.leaves.add(Leaf{.signal = signal, .range = input.range.value_or(full_range(input.type))});
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
  const sema::Symbol& from = policy_.symbols[symbol];
  Range range = from.range.value_or(full_range(from.type));
  if (facet == Facet::Confidence) range = full_range(Type{.kind = TypeKind::Probability});
  if (facet == Facet::Has) range = {0, 1};
  LeafId id = manifest_.leaves.add(Leaf{.signal = signal(symbol), .facet = facet, .member = member, .range = range});
  leaves_.emplace(std::move(key), id);
  if (facet == Facet::Value && from.type.kind == TypeKind::Text) {
    for (const std::string& text : first_literals_) literal(id, text);
  }
  return id;
}

int64_t Leaves::literal(LeafId leaf, const std::string& text) {
  auto& known = literals_[leaf];
  auto [entry, is_new] = known.emplace(text, static_cast<int64_t>(known.size()));
  if (is_new) manifest_.leaves[leaf].literals.push_back(text);
  return entry->second;
}

}  // namespace sbx::lower
