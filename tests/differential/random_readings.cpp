// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/differential/random_module.h"

namespace sbx::differential {

namespace {

bool may_fail(const Module& module, const Leaf& leaf) {
  return leaf.facet == Facet::Confidence || !module.manifest.signals[leaf.signal].or_else;
}

int64_t random_value(Range range, const std::vector<int64_t>& thresholds, Random& random) {
  if (!thresholds.empty() && random.chance(70)) return random.pick(thresholds);
  if (random.chance(10)) return random.chance(50) ? range.low : range.high;
  return random.between(range.low, range.high);
}

void settle(const Module& module, uint32_t index, const std::vector<int64_t>& thresholds, uint32_t failures, Readings& readings,
            Random& random) {
  const Leaf& leaf = module.manifest.leaves[LeafId{index}];
  if (may_fail(module, leaf) && random.chance(failures)) {
    readings.fail(index, leaf.range);
  } else {
    readings.know(index, random_value(leaf.range, thresholds, random));
  }
}

}  // namespace

sbx_frame Readings::frame() const {
  const bool settled = std::all_of(state.begin(), state.end(), [](uint8_t one) { return one == SBX_KNOWN; });
  return {SBX_ABI_VERSION, sizeof(sbx_frame), lo.data(), hi.data(), state.data(), static_cast<uint32_t>(lo.size()), settled ? 1u : 0u};
}

void Readings::know(uint32_t leaf, int64_t value) {
  lo[leaf] = hi[leaf] = value;
  state[leaf] = SBX_KNOWN;
}

void Readings::fail(uint32_t leaf, Range range) {
  lo[leaf] = range.low;
  hi[leaf] = range.high;
  state[leaf] = SBX_FAILED;
}

void Readings::wait(uint32_t leaf, Range range) {
  lo[leaf] = range.low;
  hi[leaf] = range.high;
  state[leaf] = SBX_PENDING;
}

std::vector<std::vector<int64_t>> thresholds(const Module& module) {
  std::vector<std::vector<int64_t>> result(module.manifest.leaves.size());
  const auto add = [&](ValueId value, int64_t at) {
    const auto* leaf = std::get_if<LeafValue>(&module.graph.values[value].op);
    if (!leaf) return;
    const Range range = module.manifest.leaves[leaf->leaf].range;
    for (const int64_t one : {at - 1, at, at + 1}) {
      if (one >= range.low && one <= range.high) result[leaf->leaf.index].push_back(one);
    }
  };
  for (const Guard& guard : module.graph.guards) {
    if (const auto* test = std::get_if<Within>(&guard)) {
      add(test->value, test->lo);
      add(test->value, test->hi);
    }
  }
  for (const Value& value : module.graph.values) {
    if (const auto* above = std::get_if<Above>(&value.op)) add(above->value, above->threshold);
    if (const auto* bands = std::get_if<Bands>(&value.op)) {
      for (const int64_t upper : bands->upper) add(bands->value, upper);
    }
    if (const auto* lerp = std::get_if<Lerp>(&value.op)) {
      for (const LerpPoint& point : lerp->points) add(lerp->value, point.x);
    }
  }
  for (auto& list : result) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  return result;
}

Readings random_readings(const Module& module, const std::vector<std::vector<int64_t>>& thresholds, Mix mix, Random& random) {
  const uint32_t count = static_cast<uint32_t>(module.manifest.leaves.size());
  Readings readings{std::vector<int64_t>(count), std::vector<int64_t>(count), std::vector<uint8_t>(count)};
  const uint32_t failures = mix == Mix::Known ? 0 : random.pick(std::vector<uint32_t>{5, 25, 60});
  const uint32_t waiting = mix == Mix::Pending ? random.pick(std::vector<uint32_t>{10, 50, 95}) : 0;
  for (uint32_t i = 0; i < count; ++i) {
    if (random.chance(waiting)) {
      readings.wait(i, module.manifest.leaves[LeafId{i}].range);
    } else {
      settle(module, i, thresholds[i], failures, readings, random);
    }
  }
  return readings;
}

bool settle_one(const Module& module, const std::vector<std::vector<int64_t>>& thresholds, Readings& readings, Random& random) {
  std::vector<uint32_t> pending;
  for (uint32_t i = 0; i < readings.state.size(); ++i) {
    if (readings.state[i] == SBX_PENDING) pending.push_back(i);
  }
  if (pending.empty()) return false;
  const uint32_t leaf = random.pick(pending);
  settle(module, leaf, thresholds[leaf], 40, readings, random);
  return true;
}

}  // namespace sbx::differential
