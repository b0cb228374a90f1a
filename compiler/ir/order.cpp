// SPDX-License-Identifier: Apache-2.0
// A stable topological order of each tier's entries, and the closure of who is over whom along it.
#include "compiler/ir/order.h"

#include <algorithm>
#include <functional>
#include <queue>

namespace sbx::ir {

namespace {

using Relation = std::vector<std::vector<uint32_t>>;

/// 0..n-1 such that whoever is over another comes first, else ascending; shorter than n when there is a cycle.
std::vector<uint32_t> linear_extension(const Relation& over) {
  std::vector<uint32_t> beaten_by(over.size(), 0);
  for (const auto& losers : over) {
    for (uint32_t loser : losers) ++beaten_by[loser];
  }
  std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> ready;
  for (uint32_t i = 0; i < over.size(); ++i) {
    if (beaten_by[i] == 0) ready.push(i);
  }
  std::vector<uint32_t> order;
  while (!ready.empty()) {
    uint32_t next = ready.top();
    ready.pop();
    order.push_back(next);
    for (uint32_t loser : over[next]) {
      if (--beaten_by[loser] == 0) ready.push(loser);
    }
  }
  return order;
}

Relation beats_of(const Tier& tier) {
  Relation beats;
  for (const Entry& entry : tier.entries) beats.push_back(entry.beats);
  return beats;
}

void append(const Entry& entry, std::vector<RouteId>& order) {
  if (entry.kind != Entry::Kind::First) order.insert(order.end(), entry.routes.begin(), entry.routes.end());
  for (const Entry& inner : entry.entries) append(inner, order);
}

}  // namespace

std::optional<Relation> close_over(const Relation& over) {
  std::vector<uint32_t> order = linear_extension(over);
  if (order.size() != over.size()) return std::nullopt;
  std::vector<std::vector<bool>> beats(over.size());  // a row stays empty for whoever beats nobody
  for (auto winner = order.rbegin(); winner != order.rend(); ++winner) {
    if (over[*winner].empty()) continue;
    std::vector<bool>& row = beats[*winner];
    row.assign(over.size(), false);
    for (uint32_t loser : over[*winner]) {
      row[loser] = true;
      for (uint32_t i = 0; i < beats[loser].size(); ++i) {
        if (beats[loser][i]) row[i] = true;
      }
    }
  }
  Relation closed(over.size());
  for (uint32_t winner = 0; winner < over.size(); ++winner) {
    for (uint32_t loser = 0; loser < beats[winner].size(); ++loser) {
      if (beats[winner][loser]) closed[winner].push_back(loser);
    }
  }
  return closed;
}

bool close_beats(Tier& tier) {
  std::optional<Relation> closed = close_over(beats_of(tier));
  if (!closed) return false;
  for (size_t i = 0; i < tier.entries.size(); ++i) tier.entries[i].beats = std::move((*closed)[i]);
  return true;
}

std::vector<RouteId> linear_order(const std::vector<Tier>& tiers) {
  std::vector<RouteId> order;
  for (const Tier& tier : tiers) {
    std::vector<uint32_t> extension = linear_extension(beats_of(tier));
    SBX_CHECK(extension.size() == tier.entries.size(), "entries that beat each other in a circle");
    for (uint32_t index : extension) append(tier.entries[index], order);
  }
  return order;
}

}  // namespace sbx::ir
