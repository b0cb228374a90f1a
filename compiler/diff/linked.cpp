// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/linked.h"

#include <algorithm>

#include "runtime/request/readings.h"

namespace sbx::diff {
namespace {

using analysis::Interval;
using analysis::Need;

/// One text that the source may say; none: it says nothing.
using Said = std::optional<std::string>;

bool is_texts(const SignalInfo& info) { return info.type.kind == TypeKind::Label || info.type.kind == TypeKind::Text; }

std::optional<int64_t> index_of(const Leaf& leaf, const SignalInfo& info, const std::string& text) {
  const std::vector<std::string>& known = info.type.kind == TypeKind::Label ? info.type.members : leaf.literals;
  const auto found = std::ranges::find(known, text);
  if (found != known.end()) return found - known.begin();
  return info.type.kind == TypeKind::Label ? std::nullopt : std::optional<int64_t>(-1);
}

/// What a leaf reads; none: unknown.
std::optional<int64_t> reading(const Manifest& manifest, LeafId id, const Said& said) {
  const Leaf& leaf = manifest.leaves[id];
  const SignalInfo& info = manifest.signals[leaf.signal];
  const std::optional<int64_t> read = said ? index_of(leaf, info, *said) : std::nullopt;
  if (read || !info.or_else) return read;
  const auto* text = std::get_if<std::string>(&info.or_else->value);
  return text == nullptr ? std::nullopt : index_of(leaf, info, *text);
}

bool grants(const Need& need, std::optional<int64_t> read) {
  if (!read) return need.unknown;
  return std::ranges::any_of(need.values, [&](Interval one) { return one.lo <= *read && *read <= one.hi; });
}

/// All that makes a difference to either leaf: what they name, something else, nothing.
std::vector<Said> sayable(const Manifest& manifest, LeafId one, LeafId other) {
  std::vector<Said> all;
  for (const LeafId id : {one, other}) {
    const SignalInfo& info = manifest.signals[manifest.leaves[id].signal];
    const auto& known = info.type.kind == TypeKind::Label ? info.type.members : manifest.leaves[id].literals;
    for (const std::string& text : known) {
      if (std::ranges::find(all, Said(text)) == all.end()) all.emplace_back(text);
    }
  }
  all.emplace_back("something else");
  all.emplace_back(std::nullopt);
  return all;
}

std::optional<LeafId> value_leaf(const Manifest& manifest, SignalId signal) {
  for (size_t i = 0; i < manifest.leaves.size(); ++i) {
    const Leaf& leaf = manifest.leaves[manifest.leaves.id_at(i)];
    if (leaf.signal == signal && leaf.facet == Facet::Value) return manifest.leaves.id_at(i);
  }
  return std::nullopt;
}

/// The leaf of the other policy.
std::optional<LeafId> partner(const Merged& merged, LeafId leaf, bool of_old) {
  const Manifest& manifest = merged.module().manifest;
  if (manifest.leaves[leaf].facet != Facet::Value) return std::nullopt;
  for (const auto& [old, now] : merged.linked()) {
    const SignalId own = of_old ? old : now, other = of_old ? now : old;
    if (manifest.leaves[leaf].signal != own) continue;
    if (is_texts(manifest.signals[old]) && is_texts(manifest.signals[now])) return value_leaf(manifest, other);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Need> translated(const Merged& merged, const Need& need) {
  const Manifest& manifest = merged.module().manifest;
  const std::optional<LeafId> other = partner(merged, need.leaf, true);
  if (!other) return std::nullopt;
  Need result{*other, {}, false};
  std::vector<int64_t> values;
  for (const Said& said : sayable(manifest, need.leaf, *other)) {
    if (!grants(need, reading(manifest, need.leaf, said))) continue;
    const std::optional<int64_t> read = reading(manifest, *other, said);
    if (read) values.push_back(*read);
    result.unknown |= !read;
  }
  std::ranges::sort(values);
  for (const int64_t value : values) {
    if (!result.values.empty() && value <= result.values.back().hi + 1) {
      result.values.back().hi = value;
    } else {
      result.values.push_back({value, value});
    }
  }
  return result;
}

analysis::Realized LinkedWorld::realize(std::span<const Need> needs) {
  const Manifest& manifest = merged_.module().manifest;
  std::vector<Need> wanted(needs.begin(), needs.end());
  for (const Need& need : needs) {
    const std::optional<LeafId> other = partner(merged_, need.leaf, true);
    if (!other) continue;
    const auto theirs = std::ranges::find(needs, *other, &Need::leaf);
    const auto agrees = [&](const Said& said) {
      return grants(need, reading(manifest, need.leaf, said)) &&
             (theirs == needs.end() || grants(*theirs, reading(manifest, *other, said)));
    };
    const std::vector<Said> all = sayable(manifest, need.leaf, *other);
    const auto said = std::ranges::find_if(all, agrees);
    if (said == all.end()) {
      std::vector<LeafId> because{need.leaf};
      if (theirs != needs.end()) because.push_back(*other);
      return analysis::Impossible{std::move(because)};
    }
    std::erase_if(wanted, [&](const Need& one) { return one.leaf == need.leaf || one.leaf == *other; });
    if (!*said) continue;
    // One of the two has a word for it; a text that has none says it by what it does not name.
    for (const LeafId leaf : {*other, need.leaf}) {
      const std::optional<int64_t> read = index_of(manifest.leaves[leaf], manifest.signals[manifest.leaves[leaf].signal], **said);
      if (!read) continue;
      wanted.push_back({leaf, {{*read, *read}}, false});
      break;
    }
  }
  return world_.realize(wanted);
}

}  // namespace sbx::diff
