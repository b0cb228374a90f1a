// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/folds.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "runtime/learn/random.h"

namespace sbx::learn {

size_t fold_count(const Folds& folds) {
  size_t count = 0;
  for (const uint32_t fold : folds) {
    if (fold != kNeverHeldOut) count = std::max(count, fold + size_t{1});
  }
  return count;
}

Folds stratified_folds(std::span<const uint32_t> strata, uint32_t folds, uint64_t seed) {
  std::vector<uint32_t> order(strata.size());
  std::iota(order.begin(), order.end(), 0);
  Random random(seed);
  shuffle(std::span(order), random);
  std::ranges::stable_sort(order, {}, [&](uint32_t row) { return strata[row]; });
  Folds result(strata.size());
  for (size_t place = 0; place < order.size(); ++place) result[order[place]] = static_cast<uint32_t>(place % folds);
  return result;
}

Folds group_folds(std::span<const std::string> groups, uint32_t folds) {
  std::map<std::string, std::vector<size_t>> rows;  // by name; a row alone has a name that no other can have
  for (size_t row = 0; row < groups.size(); ++row)
    rows[groups[row].empty() ? std::string(1, '\0') + std::to_string(row) : groups[row]].push_back(row);
  std::vector<const std::vector<size_t>*> by_size;
  for (const auto& [name, members] : rows) by_size.push_back(&members);
  std::ranges::stable_sort(by_size, std::greater<>{}, [](const auto* members) { return members->size(); });
  std::vector<size_t> sizes(folds);
  Folds result(groups.size());
  for (const auto* members : by_size) {
    const auto smallest = static_cast<size_t>(std::ranges::min_element(sizes) - sizes.begin());
    sizes[smallest] += members->size();
    for (const size_t row : *members) result[row] = static_cast<uint32_t>(smallest);
  }
  return result;
}

}  // namespace sbx::learn
