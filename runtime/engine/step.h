// SPDX-License-Identifier: Apache-2.0
// One step of a decision: from the readings so far to the winner, or to the signals that could still change it
// (docs/design/semantics.md, "Lazy steps").
#pragma once

#include <optional>
#include <vector>

#include "runtime/engine/frame.h"
#include "runtime/program/evaluate.h"

namespace sbx {

/// What a step found. `route` is nothing for `otherwise`; valid when `decided`.
struct StepResult {
  bool decided = false;
  std::optional<RouteId> route;
};

/// The first bit that is set among those of `routes` routes.
[[nodiscard]] std::optional<uint32_t> first_route(const std::vector<uint64_t>& words, uint32_t routes);

/// Steps one policy. It holds the buffers of a match: one for each thread, like the frame.
class Stepper {
 public:
  explicit Stepper(const Program& program);  // which must outlive it

  /// Matches the frame. Decided: the winner, and `holds` is final for all bits that the winner's attempts can ask for. Else `needs` is not
  /// empty.
  /// `one_at_a_time`: of signals that go by models only the first that could decide is needed, for a reader that gains nothing by several.
  StepResult step(const Frame& frame, bool one_at_a_time = false);
  /// The pending signals of the lowest cost class that can still change the decision.
  [[nodiscard]] const std::vector<SignalId>& needs() const { return needs_; }
  /// Whether a guard's bit is set for certain.
  [[nodiscard]] bool holds(uint32_t bit) const { return (must_[bit / 64] >> (bit % 64) & 1) != 0; }
  /// Whether a guard's bit is set or may still be; only after a match of readings that are not all known.
  [[nodiscard]] bool may(uint32_t bit) const { return (may_[bit / 64] >> (bit % 64) & 1) != 0; }
  /// All guards as far as they are decided now; nothing is decided by it.
  void match_all(const Frame& frame);
  /// Time spent in matches since the last call, in nanoseconds.
  int64_t take_nanos();

 private:
  void match(const sbx_frame& view, bool known);
  void ask_undecided(const Frame& frame);
  void visit(GuardId id);
  void visit(ValueId id);
  void need(GuardId id);
  void need(ValueId id);
  void need_signal(SignalId signal);
  void keep_cheapest();

  const Program& program_;
  std::vector<uint64_t> must_, may_;
  sbx_match match_{};
  const Frame* frame_ = nullptr;
  std::vector<uint32_t> undecided_;  // bits
  std::vector<SignalId> needs_;
  std::vector<Step> steps_;
  std::vector<ValueState> values_;
  std::vector<GuardState> guards_;
  std::vector<uint32_t> value_seen_, guard_seen_, signal_seen_;
  uint32_t mark_ = 0;
  bool one_at_a_time_ = false;
  int64_t nanos_ = 0;
};

}  // namespace sbx
