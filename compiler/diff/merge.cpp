// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/merge.h"

#include <algorithm>

#include "compiler/diff/copy_graph.h"

namespace sbx::diff {
namespace {

constexpr size_t kMostTools = 4;

bool is_computed(const SignalInfo& info) { return info.cost < CostClass::Model && info.kind != "budget"; }

std::string source_of(const SignalInfo& info) { return info.kind + " " + to_string(Constant{info.arguments}); }

std::string type_of(const SignalInfo& info) {
  return to_string(info.type) + " in " + info.type.space + (info.or_else ? " or else " + to_string(*info.or_else) : "") +
         (info.fallible ? " ?" : "");
}

const KeyedTable* table_of(const Manifest& manifest, const SignalInfo& info) {
  if (info.kind != "table") return nullptr;
  for (const auto& [key, value] : info.arguments) {
    const auto* name = std::get_if<std::string>(&value.value);
    if (key != "table" || name == nullptr) continue;
    const auto found = std::ranges::find(manifest.tables, *name, &KeyedTable::name);
    if (found != manifest.tables.end()) return &*found;
  }
  return nullptr;
}

std::string rows_of(const KeyedTable& table) {
  std::string text = table.name;
  for (const std::string& column : table.columns) text += " " + column;
  for (const auto& [key, row] : table.rows) {
    text += "\n" + key;
    for (const Constant& cell : row) text += " " + to_string(cell);
  }
  return text;
}

/// All that decides what a signal reads on a request, its name apart.
std::string meaning_of(const Manifest& manifest, const SignalInfo& info) {
  std::string meaning = source_of(info) + " " + type_of(info);
  if (const KeyedTable* table = table_of(manifest, info)) {
    meaning += rows_of(*table) + "\nby " + meaning_of(manifest, manifest.signals[table->key]);
  }
  return meaning;
}

}  // namespace

Merged::Merged(const Lowered& old, const Lowered& now, const Lowered* allowed) : old_(old), now_(now), graph_(module_) {
  module_.manifest.serves = now.module.manifest.serves;
  add_signals(old, old_, false);
  add_signals(now, now_, true);
  add_vectors(old, old_);
  add_vectors(now, now_);
  add_graph(old, old_);
  add_graph(now, now_);
  add_fits(old_);
  add_fits(now_);
  add_tools();
  if (allowed == nullptr) return;
  Side side(*allowed);
  add_signals(*allowed, side, true);
  add_graph(*allowed, side);
  std::vector<GuardId> any;
  for (const Condition& condition : side.manifest().requirements.back().holds) {
    any.push_back(condition.bit == kAlways ? graph_.fixed(true) : side.guard(condition.bit));
  }
  allowed_ = graph_.any(std::move(any));
}

void Merged::add_signals(const Lowered& from, Side& side, bool is_new) {
  const Manifest& manifest = from.module.manifest;
  for (const SignalInfo& info : manifest.signals) side.signals.push_back(merged_signal(manifest, info, is_new));
  for (const KeyedTable& table : manifest.tables) {
    if (std::ranges::find(module_.manifest.tables, table.name, &KeyedTable::name) != module_.manifest.tables.end()) continue;
    module_.manifest.tables.add(table);
    module_.manifest.tables[module_.manifest.tables.id_at(module_.manifest.tables.size() - 1)].key = side.signals[table.key.index];
  }
}

SignalId Merged::merged_signal(const Manifest& manifest, const SignalInfo& info, bool is_new) {
  const std::string meaning = meaning_of(manifest, info);
  Table<SignalId, SignalInfo>& signals = module_.manifest.signals;
  std::optional<SignalId> same, named, linked;
  for (size_t i = 0; is_new && i < signals.size(); ++i) {
    const SignalId id = signals.id_at(i);
    const bool same_name = signals[id].name == info.name;
    if (meanings_[i] == meaning && (!same || same_name)) same = id;
    if (!in_old_[i] || is_computed(info) != is_computed(signals[id])) continue;
    if (same_name && !is_computed(info)) named = id;
    if (is_computed(info) && source_of(info) == source_of(signals[id])) linked = id;
  }
  if (!same && named && type_of(signals[*named]) == type_of(info)) {
    if (std::ranges::find(redefined_, *named) == redefined_.end() && !in_new_[named->index]) redefined_.push_back(*named);
    same = named;
  }
  if (same) {
    in_new_[same->index] = true;
    return *same;
  }
  const SignalId added = add_signal(manifest, info, is_new);
  if (named) linked = named;
  if (linked) linked_.emplace_back(*linked, added);
  return added;
}

SignalId Merged::add_signal(const Manifest& manifest, const SignalInfo& info, bool is_new) {
  Table<SignalId, SignalInfo>& signals = module_.manifest.signals;
  bool is_ambiguous = false;
  for (size_t i = 0; i < signals.size(); ++i) {
    if (signals[signals.id_at(i)].name == info.name) ambiguous_[i] = is_ambiguous = true;
  }
  SignalInfo copy = info;
  // A table of the same name with other rows is another table.
  if (const KeyedTable* table = table_of(manifest, info); table != nullptr && is_ambiguous) {
    for (auto& [key, value] : copy.arguments) {
      if (key == "table") value = Constant{table->name + "'"};
    }
    KeyedTable other = *table;
    other.name += "'";
    if (std::ranges::find(module_.manifest.tables, other.name, &KeyedTable::name) == module_.manifest.tables.end()) {
      other.key = merged_signal(manifest, manifest.signals[table->key], is_new);
      module_.manifest.tables.add(std::move(other));
    }
  }
  meanings_.push_back(meaning_of(manifest, info));
  in_old_.push_back(!is_new);
  in_new_.push_back(is_new);
  ambiguous_.push_back(is_ambiguous);
  return signals.add(std::move(copy));
}

// A reading that two definitions share is held to neither's vectors.
void Merged::add_vectors(const Lowered& from, const Side& side) {
  for (size_t i = 0; i < side.signals.size(); ++i) {
    const auto own = std::ranges::find(from.vectors, from.module.manifest.signals[SignalId{static_cast<uint32_t>(i)}].name,
                                       &analysis::VectorSignal::name);
    const analysis::VectorSignal* vectors = own == from.vectors.end() ? nullptr : &*own;
    const auto [entry, is_new] = vectors_.try_emplace(side.signals[i], vectors);
    if (is_new || entry->second == nullptr) continue;
    const bool same = vectors != nullptr && vectors->encoder == entry->second->encoder && vectors->measure == entry->second->measure;
    if (!same) entry->second = nullptr;
  }
}

analysis::VectorSignals Merged::vectors() const {
  analysis::VectorSignals known;
  for (const auto& [signal, vectors] : vectors_) {
    if (vectors != nullptr) known.emplace_back(signal, vectors);
  }
  return known;
}

void Merged::add_graph(const Lowered& from, Side& side) {
  std::vector<LeafId> leaves;
  for (const Leaf& leaf : from.module.manifest.leaves) {
    const SignalId signal = side.signals[leaf.signal.index];
    const auto [entry, is_new] = leaves_.try_emplace({signal.index, leaf.facet, leaf.member});
    if (is_new) {
      Leaf copy = leaf;
      copy.signal = signal;
      entry->second = module_.manifest.leaves.add(std::move(copy));
    }
    Leaf& merged = module_.manifest.leaves[entry->second];
    if (leaf.literals.size() > merged.literals.size()) merged.literals = leaf.literals;
    leaves.push_back(entry->second);
  }
  const Copied copied = copy_graph(from.module.graph, leaves, graph_);
  for (const GuardId output : from.module.graph.outputs) side.module.graph.outputs.push_back(copied.guards[output.index]);
  for (const lower::DerivedValue& derived : from.derived) {
    const ValueId value = copied.values[derived.quantity.value.index];
    const auto [entry, is_new] = by_name_.try_emplace(derived.name, value);
    if (entry->second == value) {
      derived_.try_emplace(value, derived);
    } else {
      derived_.erase(entry->second);
    }
  }
}

const lower::DerivedValue* Merged::derived(ValueId value) const {
  const auto found = derived_.find(value);
  return found == derived_.end() ? nullptr : &found->second;
}

void Merged::add_fits(Side& side) {
  for (const Model& model : side.manifest().models) side.fits.push_back(fit(model));
}

// What runtime/engine/fit.h asks of a request, as a guard.
GuardId Merged::fit(const Model& model) {
  const Type count{.kind = TypeKind::Int, .members = {}, .space = {}};
  const Type tokens{.kind = TypeKind::Tokens, .members = {}, .space = {}};
  const auto none_of = [&](const char* kind) { return graph_.at_most(request_value(kind, count, false), 0); };
  std::vector<GuardId> all;
  if (!model.vision) all.push_back(none_of("images.count"));
  if (!model.audio) all.push_back(none_of("audio.count"));
  if (!model.tools) all.push_back(none_of("tools.count"));
  if (!model.json) {
    const Type format{.kind = TypeKind::Label, .members = {"text", "json", "json_schema"}, .space = {}};
    all.push_back(graph_.equals(request_value("format", format, false), 0));
  }
  if (!model.dialects.empty()) {
    const Type dialect{.kind = TypeKind::Label, .members = {"chat", "responses", "messages", "embeddings"}, .space = {}};
    std::vector<int64_t> served;
    for (size_t i = 0; i < dialect.members.size(); ++i) {
      if (std::ranges::find(model.dialects, dialect.members[i]) != model.dialects.end()) served.push_back(static_cast<int64_t>(i));
    }
    all.push_back(graph_.one_of(request_value("dialect", dialect, false), std::move(served)));
  }
  if (model.context_tokens) {
    const ValueId prompt = request_value("tokens", tokens, false);
    const ValueId asked = request_value("max_tokens", tokens, true);
    const std::optional<ValueId> both = graph_.sum({{1, prompt}, {1, asked}});
    SBX_CHECK(both, "tokens that do not add up");
    // What is asked for counts up to the model's own output.
    std::vector<GuardId> room{graph_.unknown(asked), graph_.at_most(*both, *model.context_tokens)};
    if (model.output_tokens) room.push_back(graph_.at_most(prompt, *model.context_tokens - *model.output_tokens));
    all.push_back(graph_.at_most(prompt, *model.context_tokens));
    all.push_back(graph_.any(std::move(room)));
  }
  return graph_.all(std::move(all));
}

void Merged::collect_tools(const std::vector<Action>& actions, const Manifest& manifest) {
  for (const Action& action : actions) {
    const auto* change = std::get_if<ChangeSlot>(&action);
    if (change == nullptr || manifest.slots[change->slot].name != "tools") continue;
    for (const Constant& member : change->members) {
      const auto* tool = std::get_if<std::string>(&member.value);
      if (tool == nullptr || tools_.size() == kMostTools || std::ranges::find(tools_, *tool) != tools_.end()) continue;
      tools_.push_back(*tool);
    }
  }
}

void Merged::add_tools() {
  for (const Side* side : {&old_, &now_}) {
    for (const Route& route : side->manifest().routes) collect_tools(route.outcome.actions, side->manifest());
    for (const Rule& rule : side->manifest().rules) collect_tools(rule.actions, side->manifest());
    if (side->manifest().otherwise) collect_tools(side->manifest().otherwise->actions, side->manifest());
  }
  if (tools_.empty()) return;
  for (const std::string& tool : tools_) {
    offers_.push_back(
        graph_.equals(request_value("tools.names", {.kind = TypeKind::Set, .members = {}, .space = {}}, false, Facet::Has, tool), 1));
  }
  for (size_t count = 0; count <= tools_.size(); ++count) {
    const ValueId tools = request_value("tools.count", {.kind = TypeKind::Int, .members = {}, .space = {}}, false);
    offers_more_than_.push_back(graph_.at_least(tools, static_cast<int64_t>(count) + 1));
  }
}

ValueId Merged::request_value(const std::string& kind, const Type& type, bool can_be_absent, Facet facet, const std::string& member) {
  Table<SignalId, SignalInfo>& signals = module_.manifest.signals;
  const auto found =
      std::ranges::find_if(signals, [&](const SignalInfo& info) { return info.kind == kind && info.type == type && !info.or_else; });
  SignalId signal{static_cast<uint32_t>(found - signals.begin())};
  if (found == signals.end()) {
    signal = add_signal({}, {.name = kind, .kind = kind, .type = type, .cost = CostClass::Free, .fallible = can_be_absent}, true);
  }
  const auto [entry, is_new] = leaves_.try_emplace({signal.index, facet, member});
  if (is_new) {
    Range range = full_range(type);
    range.low = std::max<int64_t>(range.low, 0);
    entry->second = module_.manifest.leaves.add({.signal = signal, .facet = facet, .member = member, .range = range});
  }
  return graph_.leaf(entry->second);
}

}  // namespace sbx::diff
