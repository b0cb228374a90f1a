// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/copy_graph.h"

#include "runtime/base/variant.h"
#include "runtime/program/evaluate.h"

namespace sbx::diff {
namespace {

class Copy {
 public:
  Copy(const Graph& from, const std::vector<LeafId>& leaves, ir::GraphBuilder& to) : from_(from), leaves_(leaves), to_(to) {
    copied_.values.resize(from.values.size());
    copied_.guards.resize(from.guards.size());
  }

  Copied run() {
    for (const Step step : schedule(from_)) {
      if (step.guard) {
        copied_.guards[step.index] = guard(from_.guards[GuardId{step.index}]);
      } else {
        copied_.values[step.index] = value(from_.values[ValueId{step.index}]);
      }
    }
    return std::move(copied_);
  }

 private:
  [[nodiscard]] ValueId at(ValueId id) const { return copied_.values[id.index]; }
  [[nodiscard]] GuardId at(GuardId id) const { return copied_.guards[id.index]; }
  template <class Id>
  std::vector<Id> all(const std::vector<Id>& ids) const {
    std::vector<Id> result;
    for (const Id id : ids) result.push_back(at(id));
    return result;
  }

  // What was proved to fit once fits again: ranges are the same.
  static ValueId proved(std::optional<ValueId> value) {
    SBX_CHECK(value, "a sum that fits no more");
    return *value;
  }

  ValueId value(const Value& value) {
    return std::visit(overloaded{
                          [&](const LeafValue& op) { return to_.leaf(leaves_[op.leaf.index]); },
                          [&](const ConstantValue& op) { return to_.constant(op.value); },
                          [&](const Sum& op) {
                            std::vector<Term> terms;
                            for (const Term& term : op.terms) terms.push_back({term.weight, at(term.value)});
                            return proved(to_.sum(std::move(terms), op.constant));
                          },
                          [&](const Above& op) { return to_.above(at(op.value), op.threshold); },
                          [&](const Min& op) { return to_.min(all(op.values)); },
                          [&](const Max& op) { return to_.max(all(op.values)); },
                          [&](const Lerp& op) { return proved(to_.lerp(at(op.value), op.points)); },
                          [&](const Bands& op) { return to_.bands(at(op.value), op.upper); },
                          [&](ArgMax op) {
                            op.values = all(op.values);
                            return to_.argmax(std::move(op));
                          },
                          [&](const Truth& op) { return to_.truth(at(op.holds), at(op.fails)); },
                          [&](const OrElse& op) { return to_.or_else(at(op.value), op.fallback); },
                          [&](const Select& op) { return to_.select(at(op.condition), at(op.then), at(op.otherwise)); },
                      },
                      value.op);
  }

  GuardId guard(const Guard& guard) {
    return std::visit(overloaded{
                          [&](const Fixed& test) { return to_.fixed(test.value); },
                          [&](const Within& test) { return to_.within(at(test.value), test.lo, test.hi); },
                          [&](const IsKnown& test) { return to_.known(at(test.value)); },
                          [&](const IsUnknown& test) { return to_.unknown(at(test.value)); },
                          [&](const All& test) { return to_.all(all(test.of)); },
                          [&](const Any& test) { return to_.any(all(test.of)); },
                          [&](const Wins& test) {
                            std::vector<BestMember> members;
                            for (const BestMember& member : test.members) members.push_back({at(member.guard), at(member.score)});
                            return to_.wins(test.index, std::move(members), test.margin);
                          },
                      },
                      guard);
  }

  const Graph& from_;
  const std::vector<LeafId>& leaves_;
  ir::GraphBuilder& to_;
  Copied copied_;
};

}  // namespace

Copied copy_graph(const Graph& from, const std::vector<LeafId>& leaves, ir::GraphBuilder& to) { return Copy(from, leaves, to).run(); }

}  // namespace sbx::diff
