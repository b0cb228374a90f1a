// SPDX-License-Identifier: Apache-2.0
// A stable topological order of each tier's entries.
#include "compiler/ir/order.h"

#include <algorithm>

namespace sbx::ir {

namespace {

bool beats(const Entry& a, uint32_t b) { return std::find(a.beats.begin(), a.beats.end(), b) != a.beats.end(); }

void append(const Entry& entry, std::vector<RouteId>& order) {
  if (entry.kind != Entry::Kind::First) order.insert(order.end(), entry.routes.begin(), entry.routes.end());
  for (const Entry& inner : entry.entries) append(inner, order);
}

}  // namespace

bool close_beats(Tier& tier) {
  auto& entries = tier.entries;
  for (uint32_t through = 0; through < entries.size(); ++through) {
    for (Entry& entry : entries) {
      if (!beats(entry, through)) continue;
      for (const uint32_t beaten : std::vector<uint32_t>(entries[through].beats)) {
        if (!beats(entry, beaten)) entry.beats.push_back(beaten);
      }
    }
  }
  for (uint32_t i = 0; i < entries.size(); ++i) {
    std::sort(entries[i].beats.begin(), entries[i].beats.end());
    if (beats(entries[i], i)) return false;
  }
  return true;
}

std::vector<RouteId> linear_order(const std::vector<Tier>& tiers) {
  std::vector<RouteId> order;
  for (const Tier& tier : tiers) {
    std::vector<uint32_t> above(tier.entries.size(), 0);
    for (const Entry& entry : tier.entries) {
      for (const uint32_t beaten : entry.beats) ++above[beaten];
    }
    std::vector<bool> done(tier.entries.size(), false);
    for (size_t placed = 0; placed < tier.entries.size(); ++placed) {
      size_t next = 0;
      while (next < tier.entries.size() && (done[next] || above[next] != 0)) ++next;
      SBX_CHECK(next < tier.entries.size(), "entries that beat each other in a circle");
      done[next] = true;
      append(tier.entries[next], order);
      for (const uint32_t beaten : tier.entries[next].beats) --above[beaten];
    }
  }
  return order;
}

}  // namespace sbx::ir
