// SPDX-License-Identifier: Apache-2.0
// A graph by hand and its readings, for the tests of the oracle and of the builder.
#pragma once

#include <string>
#include <vector>

#include "runtime/program/program.h"

namespace sbx::test {

struct Rig {
  Module module;
  std::vector<int64_t> lo, hi;
  std::vector<uint8_t> state;

  /// A leaf of this range, pending at first.
  LeafId read(int64_t low, int64_t high) {
    const SignalId signal = module.manifest.signals.add({.name = "s" + std::to_string(lo.size())});
    const LeafId leaf = module.manifest.leaves.add({.signal = signal, .range = {low, high}});
    lo.push_back(low);
    hi.push_back(high);
    state.push_back(SBX_PENDING);
    return leaf;
  }
  ValueId add(decltype(Value::op) op, Range range = {}) { return module.graph.values.add({std::move(op), range, {}}); }
  ValueId leaf(int64_t low, int64_t high) { return add(LeafValue{read(low, high)}, {low, high}); }
  GuardId guard(Guard guard) { return module.graph.guards.add(std::move(guard)); }

  void know(uint32_t leaf, int64_t value) { lo[leaf] = hi[leaf] = value, state[leaf] = SBX_KNOWN; }
  void fail(uint32_t leaf) { reset(leaf, SBX_FAILED); }
  void wait(uint32_t leaf) { reset(leaf, SBX_PENDING); }
  void reset(uint32_t leaf, uint8_t to) {
    const Range range = module.manifest.leaves[LeafId{leaf}].range;
    lo[leaf] = range.low, hi[leaf] = range.high, state[leaf] = to;
  }

  [[nodiscard]] sbx_frame frame() const {
    bool settled = true;
    for (const uint8_t one : state) settled = settled && one == SBX_KNOWN;
    return {SBX_ABI_VERSION, sizeof(sbx_frame), lo.data(), hi.data(), state.data(), static_cast<uint32_t>(lo.size()), settled ? 1u : 0u};
  }
  [[nodiscard]] GraphState state_now() const { return evaluate(module.graph, module.manifest, frame()); }
  /// `lo..hi`, with `?` while pending.
  [[nodiscard]] std::string at(ValueId id) const {
    const ValueState value = state_now().values[id.index];
    return std::to_string(value.lo) + ".." + std::to_string(value.hi) + (value.pending ? "?" : "");
  }
  /// `yes`, `no`, or `open` (may, not must).
  [[nodiscard]] std::string at(GuardId id) const {
    const GuardState guard = state_now().guards[id.index];
    return guard.must ? "yes" : guard.may ? "open" : "no";
  }
};

}  // namespace sbx::test
