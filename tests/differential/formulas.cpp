// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/formulas.h"

namespace sbx::differential {
namespace {

constexpr unsigned kMostMilliseconds = 3'000;  // for one question

z3::expr smaller(const z3::expr& a, const z3::expr& b) { return z3::ite(b < a, b, a); }
z3::expr larger(const z3::expr& a, const z3::expr& b) { return z3::ite(b > a, b, a); }

// A label may come without a confidence; else a signal says whether it can fail, and `or else` stands in where it does.
bool can_fail(const Manifest& manifest, const Leaf& leaf) {
  if (leaf.facet == Facet::Confidence) return true;
  const SignalInfo& signal = manifest.signals[leaf.signal];
  return signal.fallible && !signal.or_else.has_value();
}

}  // namespace

Formulas::Formulas(const Module& module)
    : module_(module), solver_(context_), ends_(module.graph.values.size()), holds_(module.graph.guards.size()) {
  z3::params limits(context_);
  limits.set("timeout", kMostMilliseconds);
  solver_.set(limits);
  for (uint32_t i = 0; i < module_.manifest.leaves.size(); ++i) restrict_leaf(LeafId{i});
  tie_leaves();
}

void Formulas::restrict_leaf(LeafId id) {
  const Leaf& leaf = module_.manifest.leaves[id];
  solver_.add(number(leaf.range.low) <= reading(id) && reading(id) <= number(leaf.range.high));
  if (!can_fail(module_.manifest, leaf)) solver_.add(is_known(id));
}

// The members of a set are read together; a confidence comes with its label.
void Formulas::tie_leaves() {
  const auto& leaves = module_.manifest.leaves;
  for (uint32_t a = 0; a < leaves.size(); ++a) {
    for (uint32_t b = 0; b < leaves.size(); ++b) {
      const LeafId one{a}, other{b};
      if (a == b || leaves[one].signal != leaves[other].signal) continue;
      if (leaves[one].facet == Facet::Has && leaves[other].facet == Facet::Has) solver_.add(is_known(one) == is_known(other));
      if (leaves[one].facet == Facet::Confidence) solver_.add(z3::implies(is_known(one), is_known(other)));
    }
  }
}

z3::check_result Formulas::can_be(const z3::expr& formula, Readings& readings) {
  solver_.push();
  solver_.add(formula);
  const z3::check_result result = solver_.check();
  if (result == z3::sat) {
    const z3::model model = solver_.get_model();
    const size_t count = module_.manifest.leaves.size();
    readings = {std::vector<int64_t>(count), std::vector<int64_t>(count), std::vector<uint8_t>(count)};
    for (uint32_t i = 0; i < count; ++i) {
      const Range range = module_.manifest.leaves[LeafId{i}].range;
      if (model.eval(is_known(LeafId{i}), true).is_true()) {
        readings.know(i, model.eval(reading(LeafId{i}), true).get_numeral_int64());
      } else {
        readings.fail(i, range);
      }
    }
  }
  solver_.pop();
  return result;
}

z3::expr Formulas::holds(GuardId guard) const {
  std::optional<z3::expr>& made = holds_[guard.index];
  if (!made) {
    made = std::visit([&](const auto& of) { return test(of); }, module_.graph.guards[guard]);
  }
  return *made;
}

z3::expr Formulas::leads(const Entry& entry, size_t i, size_t j) const {
  return at(ValueId{entry.scores[i]}).lo - at(ValueId{entry.scores[j]}).hi > number(entry.margin);
}

Formulas::Ends Formulas::at(ValueId id) const {
  std::optional<Ends>& made = ends_[id.index];
  if (!made) {
    const Value& value = module_.graph.values[id];
    made = std::visit([&](const auto& op) { return ends(op, value.range); }, value.op);
  }
  return *made;
}

// ---- values

Formulas::Ends Formulas::ends(const LeafValue& op, Range) const {
  const Range range = module_.manifest.leaves[op.leaf].range;
  const z3::expr known = is_known(op.leaf);
  return {z3::ite(known, reading(op.leaf), number(range.low)), z3::ite(known, reading(op.leaf), number(range.high))};
}

Formulas::Ends Formulas::ends(const ConstantValue& op, Range) const { return {number(op.value), number(op.value)}; }

Formulas::Ends Formulas::ends(const Sum& op, Range) const {
  Ends sum{number(op.constant), number(op.constant)};
  for (const Term& term : op.terms) {
    const Ends x = at(term.value);
    const bool falls = term.weight < 0;
    sum = {sum.lo + number(term.weight) * (falls ? x.hi : x.lo), sum.hi + number(term.weight) * (falls ? x.lo : x.hi)};
  }
  return sum;
}

// Zero where some value is below the threshold; the value itself where some value reaches it; the hull where both.
Formulas::Ends Formulas::ends(const Above& op, Range) const {
  const Ends x = at(op.value);
  const z3::expr threshold = number(op.threshold), zero = number(0);
  const z3::expr some_below = x.lo < threshold, some_reach = x.hi >= threshold;
  const z3::expr reached_lo = larger(x.lo, threshold);
  return {z3::ite(!some_below, reached_lo, z3::ite(some_reach, smaller(zero, reached_lo), zero)),
          z3::ite(!some_below, x.hi, z3::ite(some_reach, larger(zero, x.hi), zero))};
}

Formulas::Ends Formulas::ends(const Min& op, Range) const {
  Ends least = at(op.values.front());
  for (const ValueId id : op.values) least = {smaller(least.lo, at(id).lo), smaller(least.hi, at(id).hi)};
  return least;
}

Formulas::Ends Formulas::ends(const Max& op, Range) const {
  Ends most = at(op.values.front());
  for (const ValueId id : op.values) most = {larger(most.lo, at(id).lo), larger(most.hi, at(id).hi)};
  return most;
}

// Division of integers by a positive number rounds down in SMT-LIB, as `lerp` does.
z3::expr Formulas::point(const Lerp& op, const z3::expr& x) const {
  z3::expr y = number(op.points.back().y);
  for (size_t i = op.points.size() - 1; i > 0; --i) {
    const LerpPoint &a = op.points[i - 1], &b = op.points[i];
    const z3::expr between = number(a.y) + (x - number(a.x)) * number(b.y - a.y) / number(b.x - a.x);
    y = z3::ite(x < number(b.x), between, y);
  }
  return z3::ite(x <= number(op.points.front().x), number(op.points.front().y), y);
}

Formulas::Ends Formulas::ends(const Lerp& op, Range) const {
  const Ends x = at(op.value);
  const z3::expr first = point(op, x.lo), last = point(op, x.hi);
  Ends hull{smaller(first, last), larger(first, last)};
  for (const LerpPoint& corner : op.points) {
    const z3::expr inside = x.lo < number(corner.x) && number(corner.x) < x.hi;
    hull = {z3::ite(inside, smaller(hull.lo, number(corner.y)), hull.lo), z3::ite(inside, larger(hull.hi, number(corner.y)), hull.hi)};
  }
  return hull;
}

z3::expr Formulas::band(const Bands& op, const z3::expr& x) const {
  z3::expr label = number(static_cast<int64_t>(op.upper.size()));
  for (size_t i = op.upper.size(); i-- > 0;) label = z3::ite(x <= number(op.upper[i]), number(static_cast<int64_t>(i)), label);
  return label;
}

Formulas::Ends Formulas::ends(const Bands& op, Range) const { return {band(op, at(op.value).lo), band(op, at(op.value).hi)}; }

Formulas::Ends Formulas::ends(const ArgMax& op, Range range) const {
  z3::expr all_known = truth(true);
  for (const ValueId id : op.values) all_known = all_known && is_point(at(id));
  Ends label{z3::ite(all_known, number(op.none), number(range.low)), z3::ite(all_known, number(op.none), number(range.high))};
  for (size_t i = op.values.size(); i-- > 0;) {
    z3::expr wins = truth(true);
    for (size_t j = 0; j < op.values.size(); ++j) {
      if (j == i) continue;
      const z3::expr lead = at(op.values[i]).lo - at(op.values[j]).hi;
      const bool a_tie_will_do = op.ordered_ties && op.margin == 0 && j > i;
      wins = wins && (a_tie_will_do ? lead >= 0 : lead > number(op.margin));
    }
    label = {z3::ite(wins, number(op.labels[i]), label.lo), z3::ite(wins, number(op.labels[i]), label.hi)};
  }
  return label;
}

Formulas::Ends Formulas::ends(const Truth& op, Range) const {
  return {z3::ite(holds(op.holds), number(1), number(0)), z3::ite(holds(op.fails), number(0), number(1))};
}

Formulas::Ends Formulas::ends(const OrElse& op, Range) const {
  const Ends x = at(op.value);
  const z3::expr settled = is_point(x);
  return {z3::ite(settled, x.lo, number(op.fallback)), z3::ite(settled, x.hi, number(op.fallback))};
}

Formulas::Ends Formulas::ends(const Select& op, Range) const {
  const Ends condition = at(op.condition), yes = at(op.then), no = at(op.otherwise);
  const z3::expr open = !is_point(condition), is_true = condition.lo != 0;
  return {z3::ite(open, smaller(yes.lo, no.lo), z3::ite(is_true, yes.lo, no.lo)),
          z3::ite(open, larger(yes.hi, no.hi), z3::ite(is_true, yes.hi, no.hi))};
}

// ---- guards

z3::expr Formulas::test(const Fixed& guard) const { return truth(guard.value); }

z3::expr Formulas::test(const Within& guard) const {
  const Ends x = at(guard.value);
  return x.lo >= number(guard.lo) && x.hi <= number(guard.hi);
}

// A leaf by its state, anything else by its interval.
z3::expr Formulas::known(ValueId id) const {
  const auto* leaf = std::get_if<LeafValue>(&module_.graph.values[id].op);
  return leaf != nullptr ? is_known(leaf->leaf) : is_point(at(id));
}

z3::expr Formulas::test(const IsKnown& guard) const { return known(guard.value); }
z3::expr Formulas::test(const IsUnknown& guard) const { return !known(guard.value); }

z3::expr Formulas::test(const All& guard) const {
  z3::expr all = truth(true);
  for (const GuardId id : guard.of) all = all && holds(id);
  return all;
}

z3::expr Formulas::test(const Any& guard) const {
  z3::expr any = truth(false);
  for (const GuardId id : guard.of) any = any || holds(id);
  return any;
}

z3::expr Formulas::test(const Wins& guard) const {
  const BestMember& mine = guard.members[guard.index];
  z3::expr wins = holds(mine.guard);
  for (size_t i = 0; i < guard.members.size(); ++i) {
    if (i == guard.index) continue;
    const BestMember& other = guard.members[i];
    wins = wins && (!holds(other.guard) || at(mine.score).lo - at(other.score).hi > number(guard.margin));
  }
  return wins;
}

}  // namespace sbx::differential
