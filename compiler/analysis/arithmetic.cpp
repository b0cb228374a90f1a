// SPDX-License-Identifier: Apache-2.0
// The meaning of every node once readings are settled (docs/design/semantics.md), said to Z3: a value is two expressions, the ends of its
// interval; a guard is one, that it holds.
#include "compiler/analysis/arithmetic.h"

#include <z3++.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "runtime/base/variant.h"
#include "runtime/program/operands.h"

namespace sbx::analysis {
namespace {

constexpr unsigned kMostMilliseconds = 500;  // for one question

struct Ends {
  z3::expr lo, hi;
};

z3::expr least(const z3::expr& a, const z3::expr& b) { return z3::ite(a <= b, a, b); }
z3::expr most(const z3::expr& a, const z3::expr& b) { return z3::ite(a >= b, a, b); }

}  // namespace

class Arithmetic::Solver {
 public:
  explicit Solver(const Space& space) : space_(space), graph_(space.module().graph), solver_(context_) {
    z3::params limits(context_);
    limits.set("timeout", kMostMilliseconds);
    solver_.set(limits);
    find_steps();
  }

  /// `fixed` are the atoms that the region fixes.
  Solved solve(const Region& region, const std::vector<AxisId>& fixed) try {
    assumed_.clear();
    below_.clear();
    solver_.push();
    for (const AxisId id : fixed) {
      const z3::expr holds = atom(*space_.axes()[id].atom);
      assume(id, (region[space_.axes()[id].offset] & 1) != 0 ? holds : !holds);
    }
    tie_leaves(region);
    assume_leaves(region);
    Solved solved = ask();
    solver_.pop();
    return solved;
  } catch (const z3::exception&) {
    return TooHard{};  // a theory that Z3 gives up on
  }

 private:
  // Of the leaves below the atoms.
  void assume_leaves(const Region& region) {
    for (const LeafId leaf : below_) {
      const std::optional<AxisId> axis = space_.axis_of(leaf);
      if (!axis || space_.is_whole(region, *axis)) continue;
      const Need need = space_.need(region, *axis);
      z3::expr fits = context_.bool_val(false);
      for (const Interval values : need.values) {
        fits = fits || (number(leaf) >= constant(values.lo) && number(leaf) <= constant(values.hi));
      }
      const z3::expr known = known_leaf(leaf);
      assume(*axis, need.unknown ? !known || fits : known && fits);
    }
  }

  void assume(AxisId axis, const z3::expr& fact) {
    const z3::expr name = context_.bool_const(("a" + std::to_string(axis.index)).c_str());
    solver_.add(z3::implies(name, fact));
    assumed_.emplace_back(axis, name);
  }

  Solved ask() {
    z3::expr_vector names(context_);
    for (const auto& [axis, name] : assumed_) names.push_back(name);
    const z3::check_result result = solver_.check(names);
    if (result == z3::unknown) return TooHard{};
    return result == z3::sat ? Solved(points()) : Solved(contradiction());
  }

  Points points() {
    const z3::model model = solver_.get_model();
    Points points;
    for (const LeafId leaf : below_) {
      const bool is_known = model.eval(known_leaf(leaf), true).is_true();
      int64_t value = 0;
      if (is_known && !model.eval(number(leaf), true).is_numeral_i64(value)) continue;
      points.leaves[leaf] = is_known ? std::optional(step_of(leaf, value)) : std::nullopt;
    }
    return points;
  }

  // A leaf that is only compared with numbers may be any number between two of them; one that is added, or weighed, is a number of its own.
  void find_steps() {
    const auto leaf_of = [&](ValueId id) { return std::get_if<LeafValue>(&graph_.values[id].op); };
    const auto count = [&](auto operand) {
      if constexpr (std::is_same_v<decltype(operand), ValueId>) {
        if (const auto* leaf = leaf_of(operand)) counted_.insert(leaf->leaf);
      }
    };
    for (const Value& value : graph_.values) for_each_operand(value, count);
    for (const Guard& guard : graph_.guards) {
      if (std::holds_alternative<Wins>(guard)) for_each_operand(guard, count);
      const auto* test = std::get_if<Within>(&guard);
      const auto* leaf = test == nullptr ? nullptr : leaf_of(test->value);
      if (leaf == nullptr) continue;
      starts_[leaf->leaf].insert(test->lo);
      if (test->hi < INT64_MAX) starts_[leaf->leaf].insert(test->hi + 1);
    }
  }

  Interval step_of(LeafId leaf, int64_t value) const {
    if (counted_.contains(leaf)) return {value, value};
    const Range range = space_.module().manifest.leaves[leaf].range;
    Interval step{range.low, range.high};
    const auto starts = starts_.find(leaf);
    if (starts == starts_.end()) return step;
    const auto above = starts->second.upper_bound(value);
    if (above != starts->second.end()) step.hi = std::min(step.hi, *above - 1);
    if (above != starts->second.begin()) step.lo = std::max(step.lo, *std::prev(above));
    return step;
  }

  Contradiction contradiction() {
    const z3::expr_vector core = solver_.unsat_core();
    Contradiction contradiction;
    for (unsigned i = 0; i < core.size(); ++i) {
      for (const auto& [axis, name] : assumed_) {
        if (z3::eq(core[i], name)) contradiction.axes.push_back(axis);
      }
    }
    return contradiction;
  }

  z3::expr constant(int64_t value) { return context_.int_val(value); }
  z3::expr number(LeafId leaf) { return context_.int_const(("v" + std::to_string(leaf.index)).c_str()); }
  z3::expr known_leaf(LeafId leaf) { return context_.bool_const(("k" + std::to_string(leaf.index)).c_str()); }

  z3::expr fact(LeafId id) {
    const Manifest& manifest = space_.module().manifest;
    const Leaf& info = manifest.leaves[id];
    const z3::expr in_range = number(id) >= constant(info.range.low) && number(id) <= constant(info.range.high);
    return can_be_unknown(manifest, info) ? in_range : in_range && known_leaf(id);
  }

  // A set is read whole, and what is unknown has no confidence: of the leaves below the atoms, and of those that the region speaks of.
  void tie_leaves(const Region& region) {
    const Table<LeafId, Leaf>& leaves = space_.module().manifest.leaves;
    for (const LeafId one : std::set<LeafId>(below_)) {
      for (size_t i = 0; i < leaves.size(); ++i) {
        const LeafId other = leaves.id_at(i);
        if (other == one || leaves[other].signal != leaves[one].signal) continue;
        const std::optional<AxisId> axis = space_.axis_of(other);
        if (!below_.contains(other) && (!axis || space_.is_whole(region, *axis))) continue;
        if (below_.insert(other).second) solver_.add(fact(other));
        const bool are_members = leaves[one].facet == Facet::Has && leaves[other].facet == Facet::Has;
        if (are_members || leaves[one].facet == Facet::Confidence) solver_.add(z3::implies(known_leaf(one), known_leaf(other)));
        if (are_members || leaves[other].facet == Facet::Confidence) solver_.add(z3::implies(known_leaf(other), known_leaf(one)));
      }
    }
  }

  z3::expr atom(const Atom& atom) {
    z3::expr result = std::visit(overloaded{
                                     [&](const ir::Bound& bound) { return within(bound.value, bound.within.lo, bound.within.hi); },
                                     [&](const ir::StateTest& test) { return test.known ? known(test.value) : !known(test.value); },
                                     [&](GuardId gate) { return holds(gate); },
                                 },
                                 atom);
    const std::set<LeafId>& leaves = below(atom);
    for (const LeafId leaf : leaves) solver_.add(fact(leaf));
    below_.insert(leaves.begin(), leaves.end());
    return result;
  }

  const std::set<LeafId>& below(const Atom& atom) {
    return std::visit(overloaded{
                          [&](const ir::Bound& bound) -> const std::set<LeafId>& { return below(bound.value); },
                          [&](const ir::StateTest& test) -> const std::set<LeafId>& { return below(test.value); },
                          [&](GuardId gate) -> const std::set<LeafId>& { return below(gate); },
                      },
                      atom);
  }

  const std::set<LeafId>& below(ValueId id) {
    const auto [found, is_new] = below_value_.try_emplace(id);
    if (!is_new) return found->second;
    if (const auto* leaf = std::get_if<LeafValue>(&graph_.values[id].op)) found->second.insert(leaf->leaf);
    for_each_operand(graph_.values[id], [&](auto operand) { found->second.merge(std::set<LeafId>(below(operand))); });
    return found->second;
  }

  const std::set<LeafId>& below(GuardId id) {
    const auto [found, is_new] = below_guard_.try_emplace(id);
    if (!is_new) return found->second;
    for_each_operand(graph_.guards[id], [&](auto operand) { found->second.merge(std::set<LeafId>(below(operand))); });
    return found->second;
  }

  z3::expr within(ValueId id, int64_t lo, int64_t hi) {
    const Ends ends = value(id);
    const z3::expr above = lo == INT64_MIN ? context_.bool_val(true) : ends.lo >= constant(lo);
    const z3::expr below = hi == INT64_MAX ? context_.bool_val(true) : ends.hi <= constant(hi);
    return above && below;
  }

  z3::expr known(ValueId id) {
    if (const auto* op = std::get_if<LeafValue>(&graph_.values[id].op)) return known_leaf(op->leaf);
    const Ends ends = value(id);
    return ends.lo == ends.hi;
  }

  z3::expr holds(GuardId id) {
    if (const auto found = guards_.find(id); found != guards_.end()) return found->second;
    const z3::expr result = std::visit([&](const auto& test) { return of(test); }, graph_.guards[id]);
    guards_.emplace(id, result);
    return result;
  }

  z3::expr of(const Fixed& test) { return context_.bool_val(test.value); }
  z3::expr of(const Within& test) { return within(test.value, test.lo, test.hi); }
  z3::expr of(const IsKnown& test) { return known(test.value); }
  z3::expr of(const IsUnknown& test) { return !known(test.value); }
  z3::expr of(const All& all) {
    z3::expr result = context_.bool_val(true);
    for (const GuardId id : all.of) result = result && holds(id);
    return result;
  }
  z3::expr of(const Any& any) {
    z3::expr result = context_.bool_val(false);
    for (const GuardId id : any.of) result = result || holds(id);
    return result;
  }
  z3::expr of(const Wins& wins) {
    const BestMember& mine = wins.members[wins.index];
    z3::expr result = holds(mine.guard);
    const Ends score = value(mine.score);
    for (size_t i = 0; i < wins.members.size(); ++i) {
      if (i == wins.index) continue;
      const Ends other = value(wins.members[i].score);
      result = result && (!holds(wins.members[i].guard) || score.lo - other.hi > constant(wins.margin));
    }
    return result;
  }

  Ends value(ValueId id) {
    if (const auto found = values_.find(id); found != values_.end()) return found->second;
    const Value& node = graph_.values[id];
    const Ends result = std::visit([&](const auto& op) { return of(op, node.range); }, node.op);
    values_.emplace(id, result);
    return result;
  }

  Ends of(const LeafValue& op, Range range) {
    return {z3::ite(known_leaf(op.leaf), number(op.leaf), constant(range.low)),
            z3::ite(known_leaf(op.leaf), number(op.leaf), constant(range.high))};
  }
  Ends of(const ConstantValue& op, Range) { return {constant(op.value), constant(op.value)}; }

  Ends of(const Sum& op, Range) {
    Ends sum{constant(op.constant), constant(op.constant)};
    for (const Term& term : op.terms) {
      const Ends x = value(term.value);
      const z3::expr weight = constant(term.weight);
      sum = {sum.lo + weight * (term.weight >= 0 ? x.lo : x.hi), sum.hi + weight * (term.weight >= 0 ? x.hi : x.lo)};
    }
    return sum;
  }

  Ends of(const Above& op, Range) {
    const Ends x = value(op.value);
    const z3::expr threshold = constant(op.threshold), zero = constant(0);
    const z3::expr all = x.lo >= threshold, none = x.hi < threshold;
    return {z3::ite(all, x.lo, z3::ite(none, zero, constant(std::min<int64_t>(0, op.threshold)))),
            z3::ite(all, x.hi, z3::ite(none, zero, most(zero, x.hi)))};
  }

  Ends of(const Min& op, Range) { return extreme(op.values, least); }
  Ends of(const Max& op, Range) { return extreme(op.values, most); }
  Ends extreme(const std::vector<ValueId>& values, z3::expr (*better)(const z3::expr&, const z3::expr&)) {
    Ends result = value(values.front());
    for (const ValueId id : values) {
      const Ends x = value(id);
      result = {better(result.lo, x.lo), better(result.hi, x.hi)};
    }
    return result;
  }

  // Linear from point to point, rounded down; Z3 divides integers the same way by a positive divisor.
  z3::expr lerp_at(const Lerp& op, const z3::expr& x) {
    z3::expr result = constant(op.points.back().y);
    for (size_t i = op.points.size() - 1; i > 0; --i) {
      const LerpPoint& a = op.points[i - 1];
      const LerpPoint& b = op.points[i];
      const z3::expr between = constant(a.y) + constant(b.y - a.y) * (x - constant(a.x)) / constant(b.x - a.x);
      result = z3::ite(x < constant(b.x), between, result);
    }
    return z3::ite(x <= constant(op.points.front().x), constant(op.points.front().y), result);
  }

  Ends of(const Lerp& op, Range) {
    const Ends x = value(op.value);
    const z3::expr first = lerp_at(op, x.lo), last = lerp_at(op, x.hi);
    Ends result{least(first, last), most(first, last)};
    for (const LerpPoint& point : op.points) {
      const z3::expr inside = constant(point.x) > x.lo && constant(point.x) < x.hi;
      const z3::expr y = constant(point.y);
      result = {z3::ite(inside, least(result.lo, y), result.lo), z3::ite(inside, most(result.hi, y), result.hi)};
    }
    return result;
  }

  Ends of(const Bands& op, Range) {
    const Ends x = value(op.value);
    const auto band = [&](const z3::expr& raw) {
      z3::expr result = constant(static_cast<int64_t>(op.upper.size()));
      for (size_t i = op.upper.size(); i > 0; --i)
        result = z3::ite(raw <= constant(op.upper[i - 1]), constant(static_cast<int64_t>(i) - 1), result);
      return result;
    };
    return {band(x.lo), band(x.hi)};
  }

  Ends of(const ArgMax& op, Range range) {
    z3::expr all_known = context_.bool_val(true);
    for (const ValueId id : op.values) all_known = all_known && value(id).lo == value(id).hi;
    Ends result{z3::ite(all_known, constant(op.none), constant(range.low)), z3::ite(all_known, constant(op.none), constant(range.high))};
    for (size_t i = op.values.size(); i > 0; --i) {
      const z3::expr wins = leads(op, i - 1);
      const z3::expr label = constant(op.labels[i - 1]);
      result = {z3::ite(wins, label, result.lo), z3::ite(wins, label, result.hi)};
    }
    return result;
  }

  z3::expr leads(const ArgMax& op, size_t i) {
    z3::expr result = context_.bool_val(true);
    for (size_t j = 0; j < op.values.size(); ++j) {
      if (j == i) continue;
      const z3::expr lead = value(op.values[i]).lo - value(op.values[j]).hi;
      const bool ties = op.ordered_ties && op.margin == 0 && i < j;
      result = result && (ties ? lead >= constant(0) : lead > constant(op.margin));
    }
    return result;
  }

  Ends of(const Truth& op, Range) {
    return {z3::ite(holds(op.holds), constant(1), constant(0)), z3::ite(holds(op.fails), constant(0), constant(1))};
  }

  Ends of(const OrElse& op, Range) {
    const Ends x = value(op.value);
    const z3::expr is_known = x.lo == x.hi;
    return {z3::ite(is_known, x.lo, constant(op.fallback)), z3::ite(is_known, x.hi, constant(op.fallback))};
  }

  Ends of(const Select& op, Range) {
    const Ends condition = value(op.condition), then = value(op.then), otherwise = value(op.otherwise);
    const z3::expr decided = condition.lo == condition.hi, yes = condition.lo != constant(0);
    return {z3::ite(decided, z3::ite(yes, then.lo, otherwise.lo), least(then.lo, otherwise.lo)),
            z3::ite(decided, z3::ite(yes, then.hi, otherwise.hi), most(then.hi, otherwise.hi))};
  }

  const Space& space_;
  const Graph& graph_;
  z3::context context_;
  z3::solver solver_;
  std::map<ValueId, Ends> values_;
  std::map<GuardId, z3::expr> guards_;
  std::map<ValueId, std::set<LeafId>> below_value_;
  std::map<GuardId, std::set<LeafId>> below_guard_;
  std::set<LeafId> below_;                      // the atoms of this question
  std::map<LeafId, std::set<int64_t>> starts_;  // numbers from which on a test of the leaf changes
  std::set<LeafId> counted_;
  std::vector<std::pair<AxisId, z3::expr>> assumed_;
};

Points without_arithmetic(const Points& points) {
  Points left{.leaves = {}, .similar = points.similar, .vectors = points.vectors};
  for (const LeafId leaf : points.similar) left.leaves.insert(*points.leaves.find(leaf));
  return left;
}

Arithmetic::Arithmetic(const Space& space) : space_(space) {
  for (size_t i = 0; i < space.axes().size(); ++i) {
    if (space.axes()[space.axes().id_at(i)].atom) atoms_.push_back(space.axes().id_at(i));
  }
}
Arithmetic::~Arithmetic() = default;

Solved Arithmetic::solve(const Region& region) {
  std::vector<AxisId> fixed;
  std::ranges::copy_if(atoms_, std::back_inserter(fixed), [&](AxisId atom) { return !space_.is_whole(region, atom); });
  if (fixed.empty()) return Points{};
  if (!solver_) solver_ = std::make_unique<Solver>(space_);
  return solver_->solve(region, fixed);
}

}  // namespace sbx::analysis
