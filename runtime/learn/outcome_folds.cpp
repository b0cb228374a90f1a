// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/outcome_folds.h"

#include <numeric>
#include <unordered_map>

#include "runtime/learn/random.h"

namespace sbx::learn {

OutcomeFolds make_outcome_folds(const OutcomeTable& table, size_t count, bool by_group, uint64_t seed) {
  OutcomeFolds folds{.count = count, .of_row = {}};
  if (count == 0) return folds;
  std::vector<size_t> unit(table.rows.size());  // what is dealt: a row, or a group of them
  std::unordered_map<std::string, size_t> groups;
  size_t units = 0;
  for (size_t i = 0; i < unit.size(); ++i) {
    const std::string& group = table.rows[i].group;
    unit[i] = by_group && !group.empty() ? groups.try_emplace(group, units).first->second : units;
    if (unit[i] == units) ++units;
  }
  std::vector<size_t> order(units);
  std::iota(order.begin(), order.end(), size_t{0});
  Random random(seed);
  shuffle(std::span(order), random);
  for (const size_t dealt : unit) folds.of_row.push_back(order[dealt] % count);
  return folds;
}

}  // namespace sbx::learn
