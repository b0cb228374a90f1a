// SPDX-License-Identifier: Apache-2.0
#include "runtime/engine/step.h"

#include <algorithm>
#include <bit>
#include <chrono>

#include "runtime/base/variant.h"
#include "runtime/engine/relevant.h"
#include "runtime/program/operands.h"

namespace sbx {

Stepper::Stepper(const Program& program)
    : program_(program),
      must_(std::max<uint32_t>(1, program.module.manifest.words())),
      may_(must_.size()),
      value_seen_(program.module.graph.values.size()),
      guard_seen_(program.module.graph.guards.size()),
      signal_seen_(program.module.manifest.signals.size()) {
  match_ = {SBX_ABI_VERSION, sizeof(sbx_match), must_.data(), may_.data(), program.module.manifest.words(), SBX_NO_ROUTE};
}

void Stepper::match(const sbx_frame& view, bool known) {
  match_.must = must_.data();
  match_.may = may_.data();
  const auto start = std::chrono::steady_clock::now();
  if (known) {
    program_.matcher->known(view, match_);
  } else {
    program_.matcher->partial(view, match_);
  }
  nanos_ += std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - start).count();
}

int64_t Stepper::take_nanos() { return std::exchange(nanos_, 0); }

void Stepper::match_all(const Frame& frame) { match(frame.view(), false); }

std::optional<uint32_t> first_route(const std::vector<uint64_t>& words, uint32_t routes) {
  for (uint32_t word = 0; word * 64 < routes; ++word) {
    if (words[word] == 0) continue;
    const uint32_t bit = word * 64 + static_cast<uint32_t>(std::countr_zero(words[word]));
    if (bit < routes) return bit;
  }
  return std::nullopt;
}

StepResult Stepper::step(const Frame& frame, bool one_at_a_time) {
  const Manifest& manifest = program_.module.manifest;
  one_at_a_time_ = one_at_a_time;
  needs_.clear();
  undecided_.clear();
  frame_ = &frame;
  ++mark_;
  StepResult result;
  if (frame.is_known()) {
    match(frame.view(), true);
    if (match_.route != SBX_NO_ROUTE) result.route = manifest.order[match_.route];
  } else {
    match(frame.view(), false);
    const auto routes = static_cast<uint32_t>(manifest.order.size());
    const auto first = first_route(may_, routes);
    if (first && !holds(*first)) {
      // Every route from here to the first certain one can still win or be beaten.
      const uint32_t end = first_route(must_, routes).value_or(routes);
      for (uint32_t bit = *first; bit < end; ++bit) {
        if (may(bit)) undecided_.push_back(bit);
      }
      ask_undecided(frame);
      return result;
    }
    if (first) result.route = manifest.order[*first];
    for_each_relevant_bit(
        manifest, result.route, [&](uint32_t bit) { return may(bit); },
        [&](uint32_t bit) {
          if (may(bit) && !holds(bit)) undecided_.push_back(bit);
        });
  }
  if (const Outcome* outcome = outcome_of(manifest, result.route)) for_each_key(*outcome, [&](SignalId key) { need_signal(key); });
  if (undecided_.empty() && needs_.empty()) {
    result.decided = true;
    return result;
  }
  ask_undecided(frame);
  return result;
}

// The graph below the undecided bits is evaluated node by node, to find which pending readings they really wait for.
void Stepper::ask_undecided(const Frame& frame) {
  const Graph& graph = program_.module.graph;
  if (!undecided_.empty()) {
    values_.resize(graph.values.size());
    guards_.resize(graph.guards.size());
    steps_.clear();
    for (const uint32_t bit : undecided_) visit(graph.outputs[bit]);
    evaluate_into(graph, steps_, frame.view(), values_, guards_);
    ++mark_;
    for (const SignalId signal : needs_) signal_seen_[signal.index] = mark_;
    for (const uint32_t bit : undecided_) need(graph.outputs[bit]);
  }
  SBX_CHECK(!needs_.empty(), "an undecided policy that waits for nothing");
  keep_cheapest();
}

void Stepper::visit(GuardId id) {
  if (std::exchange(guard_seen_[id.index], mark_) == mark_) return;
  for_each_operand(program_.module.graph.guards[id], [&](auto operand) { visit(operand); });
  steps_.push_back({true, id.index});
}

void Stepper::visit(ValueId id) {
  if (std::exchange(value_seen_[id.index], mark_) == mark_) return;
  for_each_operand(program_.module.graph.values[id], [&](auto operand) { visit(operand); });
  steps_.push_back({false, id.index});
}

void Stepper::need(GuardId id) {
  const GuardState& state = guards_[id.index];
  if (state.must == state.may || std::exchange(guard_seen_[id.index], mark_) == mark_) return;
  const Guard& guard = program_.module.graph.guards[id];
  const auto* wins = std::get_if<Wins>(&guard);
  if (wins == nullptr) {
    for_each_operand(guard, [&](auto operand) { need(operand); });
    return;
  }
  // Every score that can still win or spoil the margin.
  for (const BestMember& member : wins->members) {
    if (!guards_[member.guard.index].may) continue;
    need(member.guard);
    need(member.score);
  }
}

void Stepper::need(ValueId id) {
  if (!values_[id.index].pending || std::exchange(value_seen_[id.index], mark_) == mark_) return;
  const Value& value = program_.module.graph.values[id];
  if (const auto* leaf = std::get_if<LeafValue>(&value.op)) {
    return need_signal(program_.module.manifest.leaves[leaf->leaf].signal);
  }
  if (const auto* select = std::get_if<Select>(&value.op)) {
    const ValueState& condition = values_[select->condition.index];
    if (condition.lo == condition.hi) return need(condition.lo != 0 ? select->then : select->otherwise);
  }
  for_each_operand(value, [&](auto operand) { need(operand); });
}

void Stepper::need_signal(SignalId signal) {
  if (!frame_->is_pending(signal) || std::exchange(signal_seen_[signal.index], mark_) == mark_) return;
  needs_.push_back(signal);
}

void Stepper::keep_cheapest() {
  const auto& signals = program_.module.manifest.signals;
  CostClass lowest = CostClass::Remote;
  for (const SignalId signal : needs_) lowest = std::min(lowest, signals[signal].cost);
  std::erase_if(needs_, [&](SignalId signal) { return signals[signal].cost != lowest; });
  // In the order of the guards: the first is of the route that may win, the others may never matter.
  if (one_at_a_time_ && lowest >= CostClass::Model) needs_.resize(1);
  std::ranges::sort(needs_);
}

}  // namespace sbx
