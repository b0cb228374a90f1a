// SPDX-License-Identifier: Apache-2.0
#include "compiler/lower/order.h"

#include <functional>
#include <queue>

#include "runtime/base/check.h"

namespace sbx::lower {

std::vector<uint32_t> linear_extension(const std::vector<std::vector<uint32_t>>& over) {
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
  SBX_CHECK(order.size() == over.size(), "a cycle in `over` reached lowering");
  return order;
}

std::vector<std::vector<uint32_t>> transitive_closure(const std::vector<std::vector<uint32_t>>& over) {
  std::vector<uint32_t> order = linear_extension(over);
  std::vector<std::vector<bool>> beats(over.size());
  for (auto winner = order.rbegin(); winner != order.rend(); ++winner) {
    if (over[*winner].empty()) continue;  // beats nobody: an empty row
    std::vector<bool>& row = beats[*winner];
    row.assign(over.size(), false);
    for (uint32_t loser : over[*winner]) {
      row[loser] = true;
      for (uint32_t i = 0; i < beats[loser].size(); ++i) {
        if (beats[loser][i]) row[i] = true;
      }
    }
  }
  std::vector<std::vector<uint32_t>> closed(over.size());
  for (uint32_t winner = 0; winner < over.size(); ++winner) {
    for (uint32_t loser = 0; loser < beats[winner].size(); ++loser) {
      if (beats[winner][loser]) closed[winner].push_back(loser);
    }
  }
  return closed;
}

}  // namespace sbx::lower
