// SPDX-License-Identifier: Apache-2.0
// The meaning of every node, written down once (docs/design/semantics.md). An interval only shrinks and (must, may) only becomes more
// decided as readings arrive; that is what makes lazy and eager deciding agree.
#include "runtime/program/evaluate.h"

#include <algorithm>

#include "runtime/base/variant.h"

namespace sbx {

namespace {

int64_t floor_divide(int64_t numerator, int64_t denominator) {
  int64_t quotient = numerator / denominator;
  if (numerator % denominator != 0 && (numerator < 0) != (denominator < 0)) --quotient;
  return quotient;
}

ValueState hull(ValueState a, ValueState b) { return {std::min(a.lo, b.lo), std::max(a.hi, b.hi), a.pending || b.pending}; }

class Evaluator {
 public:
  Evaluator(const Graph& graph, const sbx_frame& frame, std::span<ValueState> values, std::span<GuardState> guards)
      : graph_(graph), frame_(frame), values_(values), guards_(guards) {}

  ValueState value(const Value& value) const {
    return std::visit([&](const auto& op) { return evaluate(op, value.range); }, value.op);
  }
  GuardState guard(const Guard& guard) const {
    return std::visit([&](const auto& test) { return evaluate(test); }, guard);
  }

 private:
  const ValueState& at(ValueId id) const { return values_[id.index]; }
  const GuardState& at(GuardId id) const { return guards_[id.index]; }

  ValueState evaluate(const LeafValue& op, Range) const {
    const uint32_t leaf = op.leaf.index;
    if (frame_.settled != 0 || frame_.state[leaf] == SBX_KNOWN) return {frame_.lo[leaf], frame_.lo[leaf], false};
    return {frame_.lo[leaf], frame_.hi[leaf], frame_.state[leaf] == SBX_PENDING};
  }

  ValueState evaluate(const ConstantValue& op, Range) const { return {op.value, op.value, false}; }

  ValueState evaluate(const Sum& op, Range) const {
    ValueState sum{op.constant, op.constant, false};
    for (const Term& term : op.terms) {
      const ValueState& x = at(term.value);
      sum.lo += term.weight * (term.weight >= 0 ? x.lo : x.hi);
      sum.hi += term.weight * (term.weight >= 0 ? x.hi : x.lo);
      sum.pending |= x.pending;
    }
    return sum;
  }

  ValueState evaluate(const Above& op, Range) const {
    const ValueState& x = at(op.value);
    if (x.lo >= op.threshold) return x;
    if (x.hi < op.threshold) return {0, 0, x.pending};
    return {std::min<int64_t>(0, op.threshold), std::max<int64_t>(0, x.hi), x.pending};
  }

  ValueState evaluate(const Min& op, Range) const {
    ValueState result = at(op.values.front());
    for (const ValueId id : op.values) {
      result = {std::min(result.lo, at(id).lo), std::min(result.hi, at(id).hi), result.pending || at(id).pending};
    }
    return result;
  }

  ValueState evaluate(const Max& op, Range) const {
    ValueState result = at(op.values.front());
    for (const ValueId id : op.values) {
      result = {std::max(result.lo, at(id).lo), std::max(result.hi, at(id).hi), result.pending || at(id).pending};
    }
    return result;
  }

  ValueState evaluate(const Lerp& op, Range) const {
    const ValueState& x = at(op.value);
    const int64_t first = lerp_at(op, x.lo);
    const int64_t last = lerp_at(op, x.hi);
    ValueState result{std::min(first, last), std::max(first, last), x.pending};
    for (const LerpPoint& point : op.points) {
      if (point.x > x.lo && point.x < x.hi) result = {std::min(result.lo, point.y), std::max(result.hi, point.y), x.pending};
    }
    return result;
  }

  ValueState evaluate(const Bands& op, Range) const {
    const ValueState& x = at(op.value);
    const auto band = [&](int64_t raw) { return std::lower_bound(op.upper.begin(), op.upper.end(), raw) - op.upper.begin(); };
    return {band(x.lo), band(x.hi), x.pending};
  }

  ValueState evaluate(const ArgMax& op, Range range) const {
    bool pending = false;
    bool known = true;
    for (const ValueId id : op.values) {
      pending |= at(id).pending;
      known &= at(id).lo == at(id).hi;
    }
    for (size_t i = 0; i < op.values.size(); ++i) {
      if (wins(op, i)) return {op.labels[i], op.labels[i], pending};
    }
    if (known) return {op.none, op.none, pending};
    return {range.low, range.high, pending};
  }

  bool wins(const ArgMax& op, size_t i) const {
    for (size_t j = 0; j < op.values.size(); ++j) {
      if (j == i) continue;
      const int64_t lead = at(op.values[i]).lo - at(op.values[j]).hi;
      const bool tie_is_mine = op.ordered_ties && op.margin == 0 && i < j && lead == 0;
      if (lead <= op.margin && !tie_is_mine) return false;
    }
    return true;
  }

  // Open as long as one of the two guards may still become certain.
  ValueState evaluate(const Truth& op, Range) const {
    const int64_t lo = at(op.holds).must ? 1 : 0;
    const int64_t hi = at(op.fails).must ? 0 : 1;
    return {lo, hi, lo != hi && (at(op.holds).may || at(op.fails).may)};
  }

  ValueState evaluate(const OrElse& op, Range) const {
    const ValueState& x = at(op.value);
    const ValueState fallback{op.fallback, op.fallback, x.pending};
    if (x.lo == x.hi) return x;
    return x.pending ? hull(x, fallback) : fallback;
  }

  ValueState evaluate(const Select& op, Range) const {
    const ValueState& condition = at(op.condition);
    if (condition.lo == condition.hi) return condition.lo != 0 ? at(op.then) : at(op.otherwise);
    ValueState result = hull(at(op.then), at(op.otherwise));
    result.pending |= condition.pending;
    return result;
  }

  GuardState evaluate(const Fixed& test) const { return {test.value, test.value}; }

  GuardState evaluate(const Within& test) const {
    const ValueState& x = at(test.value);
    const bool must = test.lo <= x.lo && x.hi <= test.hi;
    return {must, x.pending ? x.lo <= test.hi && test.lo <= x.hi : must};
  }

  // A leaf is known by its state: one whose range is a single number may still fail.
  GuardState evaluate(const IsKnown& test) const {
    if (const auto* leaf = std::get_if<LeafValue>(&graph_.values[test.value].op)) {
      const uint8_t state = frame_.settled != 0 ? uint8_t{SBX_KNOWN} : frame_.state[leaf->leaf.index];
      return {state == SBX_KNOWN, state != SBX_FAILED};
    }
    const ValueState& x = at(test.value);
    return {x.lo == x.hi, x.pending || x.lo == x.hi};
  }

  GuardState evaluate(const IsUnknown& test) const {
    if (const auto* leaf = std::get_if<LeafValue>(&graph_.values[test.value].op)) {
      const uint8_t state = frame_.settled != 0 ? uint8_t{SBX_KNOWN} : frame_.state[leaf->leaf.index];
      return {state == SBX_FAILED, state != SBX_KNOWN};
    }
    const ValueState& x = at(test.value);
    return {!x.pending && x.lo != x.hi, x.lo != x.hi};
  }

  GuardState evaluate(const All& all) const {
    GuardState result{true, true};
    for (const GuardId id : all.of) result = {result.must && at(id).must, result.may && at(id).may};
    return result;
  }

  GuardState evaluate(const Any& any) const {
    GuardState result{false, false};
    for (const GuardId id : any.of) result = {result.must || at(id).must, result.may || at(id).may};
    return result;
  }

  // The best that a pending score may become, the worst for those that it is compared with.
  GuardState evaluate(const Wins& wins) const {
    const BestMember& mine = wins.members[wins.index];
    const ValueState& score = at(mine.score);
    GuardState result = at(mine.guard);
    for (size_t i = 0; i < wins.members.size(); ++i) {
      if (i == wins.index) continue;
      const GuardState& fires = at(wins.members[i].guard);
      const ValueState& other = at(wins.members[i].score);
      result.must &= !fires.may || score.lo - other.hi > wins.margin;
      const int64_t best = score.pending ? score.hi : score.lo;
      const int64_t worst = other.pending ? other.lo : other.hi;
      result.may &= !fires.must || best - worst > wins.margin;
    }
    return result;
  }

  const Graph& graph_;
  const sbx_frame& frame_;
  std::span<ValueState> values_;
  std::span<GuardState> guards_;
};

// What has to be evaluated before a node: how many values, how many guards.
struct Needs {
  uint32_t values = 0, guards = 0;
  void on(ValueId id) { values = std::max(values, id.index + 1); }
  void on(GuardId id) { guards = std::max(guards, id.index + 1); }
  void on(const std::vector<ValueId>& ids) {
    for (const ValueId id : ids) on(id);
  }
  void on(const std::vector<GuardId>& ids) {
    for (const GuardId id : ids) on(id);
  }
};

Needs needs(const Value& value) {
  Needs result;
  std::visit(overloaded{
                 [](const LeafValue&) {},
                 [](const ConstantValue&) {},
                 [&](const Sum& op) {
                   for (const Term& term : op.terms) result.on(term.value);
                 },
                 [&](const Above& op) { result.on(op.value); },
                 [&](const Min& op) { result.on(op.values); },
                 [&](const Max& op) { result.on(op.values); },
                 [&](const Lerp& op) { result.on(op.value); },
                 [&](const Bands& op) { result.on(op.value); },
                 [&](const ArgMax& op) { result.on(op.values); },
                 [&](const Truth& op) {
                   result.on(std::vector{op.holds, op.fails});
                 },
                 [&](const OrElse& op) { result.on(op.value); },
                 [&](const Select& op) {
                   result.on({op.condition, op.then, op.otherwise});
                 },
             },
             value.op);
  return result;
}

Needs needs(const Guard& guard) {
  Needs result;
  std::visit(overloaded{
                 [](const Fixed&) {},
                 [&](const Within& test) { result.on(test.value); },
                 [&](const IsKnown& test) { result.on(test.value); },
                 [&](const IsUnknown& test) { result.on(test.value); },
                 [&](const All& all) { result.on(all.of); },
                 [&](const Any& any) { result.on(any.of); },
                 [&](const Wins& wins) {
                   for (const BestMember& member : wins.members) {
                     result.on(member.guard);
                     result.on(member.score);
                   }
                 },
             },
             guard);
  return result;
}

}  // namespace

int64_t lerp_at(const Lerp& lerp, int64_t x) {
  const auto& points = lerp.points;
  if (x <= points.front().x) return points.front().y;
  if (x >= points.back().x) return points.back().y;
  const auto above = std::upper_bound(points.begin(), points.end(), x, [](int64_t raw, const LerpPoint& point) { return raw < point.x; });
  const LerpPoint& b = *above;
  const LerpPoint& a = *(above - 1);
  return a.y + floor_divide((b.y - a.y) * (x - a.x), b.x - a.x);
}

std::vector<Step> schedule(const Graph& graph) {
  std::vector<Step> steps;
  steps.reserve(graph.values.size() + graph.guards.size());
  uint32_t value = 0;
  uint32_t guard = 0;
  const auto ready = [&](const Needs& needs) { return needs.values <= value && needs.guards <= guard; };
  for (;;) {
    if (value < graph.values.size() && ready(needs(graph.values[ValueId{value}]))) {
      steps.push_back({false, value++});
    } else if (guard < graph.guards.size() && ready(needs(graph.guards[GuardId{guard}]))) {
      steps.push_back({true, guard++});
    } else {
      break;
    }
  }
  if (steps.size() != graph.values.size() + graph.guards.size()) return {};
  return steps;
}

void evaluate_into(const Graph& graph, std::span<const Step> steps, const sbx_frame& frame, std::span<ValueState> values,
                   std::span<GuardState> guards) {
  const Evaluator evaluator(graph, frame, values, guards);
  for (const Step step : steps) {
    if (step.guard) {
      guards[step.index] = evaluator.guard(graph.guards[GuardId{step.index}]);
    } else {
      values[step.index] = evaluator.value(graph.values[ValueId{step.index}]);
    }
  }
}

GraphState evaluate(const Graph& graph, const Manifest& manifest, const sbx_frame& frame) {
  SBX_CHECK(frame.leaves == manifest.leaves.size(), "a frame of another policy");
  const std::vector<Step> steps = schedule(graph);
  SBX_CHECK(steps.size() == graph.values.size() + graph.guards.size(), "a graph whose nodes cannot be ordered");
  GraphState state{std::vector<ValueState>(graph.values.size()), std::vector<GuardState>(graph.guards.size())};
  evaluate_into(graph, steps, frame, state.values, state.guards);
  return state;
}

}  // namespace sbx
