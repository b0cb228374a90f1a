// SPDX-License-Identifier: Apache-2.0
#include "compiler/codegen/plan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <memory>
#include <span>

#include "compiler/codegen/axis.h"
#include "runtime/base/variant.h"

namespace sbx::codegen {

namespace {

// All that a value or guard leads to, so that only what is read is computed.
class Reach {
 public:
  explicit Reach(const Graph& graph) : graph_(graph), values_(graph.values.size()), guards_(graph.guards.size()) {}

  void value(ValueId id) {
    if (values_[id.index]) return;
    values_[id.index] = true;
    work_.push_back({false, id.index});
    follow();
  }
  void guard(GuardId id) {
    if (guards_[id.index]) return;
    guards_[id.index] = true;
    work_.push_back({true, id.index});
    follow();
  }

  // Ids ascend from operands to users.
  [[nodiscard]] std::vector<ValueId> derived() const {
    std::vector<ValueId> result;
    for (uint32_t i = 0; i < values_.size(); ++i) {
      const auto& op = graph_.values[ValueId{i}].op;
      if (values_[i] && !std::holds_alternative<LeafValue>(op) && !std::holds_alternative<ConstantValue>(op)) result.push_back({i});
    }
    return result;
  }

 private:
  void push(ValueId id) {
    if (!values_[id.index]) work_.push_back({false, id.index});
    values_[id.index] = true;
  }
  void push(GuardId id) {
    if (!guards_[id.index]) work_.push_back({true, id.index});
    guards_[id.index] = true;
  }
  void push_all(const auto& ids) {
    for (const auto id : ids) push(id);
  }

  void follow() {
    while (!work_.empty()) {
      const auto [is_guard, index] = work_.back();
      work_.pop_back();
      if (is_guard) {
        operands(graph_.guards[GuardId{index}]);
      } else {
        operands(graph_.values[ValueId{index}]);
      }
    }
  }

  void operands(const Guard& guard) {
    std::visit(overloaded{
                   [](const Fixed&) {},
                   [&](const Within& test) { push(test.value); },
                   [&](const IsKnown& test) { push(test.value); },
                   [&](const IsUnknown& test) { push(test.value); },
                   [&](const All& all) { push_all(all.of); },
                   [&](const Any& any) { push_all(any.of); },
                   [&](const Wins& wins) {
                     for (const BestMember& member : wins.members) {
                       push(member.guard);
                       push(member.score);
                     }
                   },
               },
               guard);
  }

  void operands(const Value& value) {
    std::visit(overloaded{
                   [](const LeafValue&) {},
                   [](const ConstantValue&) {},
                   [&](const Sum& op) {
                     for (const Term& term : op.terms) push(term.value);
                   },
                   [&](const Above& op) { push(op.value); },
                   [&](const Min& op) { push_all(op.values); },
                   [&](const Max& op) { push_all(op.values); },
                   [&](const Lerp& op) { push(op.value); },
                   [&](const Bands& op) { push(op.value); },
                   [&](const ArgMax& op) { push_all(op.values); },
                   [&](const Truth& op) {
                     push_all(std::array{op.holds, op.fails});
                   },
                   [&](const OrElse& op) { push(op.value); },
                   [&](const Select& op) {
                     push_all(std::array{op.condition, op.then, op.otherwise});
                   },
               },
               value.op);
  }

  struct Node {
    bool guard = false;
    uint32_t index = 0;
  };
  const Graph& graph_;
  std::vector<bool> values_;
  std::vector<bool> guards_;
  std::vector<Node> work_;
};

// A term of an output, in the order of bits.
struct Row {
  bool possible = true;  // a rule without terms keeps its bit
  Conjunction term;
};

class Planner {
 public:
  explicit Planner(const Module& module) : module_(module), terms_(module.graph), reach_(module.graph) {}

  Plan run() {
    const Manifest& manifest = module_.manifest;
    plan_.rule_word = manifest.rule_bits() / 64;
    plan_.words = manifest.words();
    std::vector<Row> routes;
    for (uint32_t bit = 0; bit < manifest.order.size(); ++bit) {
      for (Conjunction& term : terms_.of(module_.graph.outputs[bit], kRouteTerms)) {
        plan_.direct &= bit == routes.size();
        plan_.term_bits.push_back(bit);
        routes.push_back({true, std::move(term)});
      }
    }
    if (!plan_.direct) plan_.term_bits_at = plan_.tables.add(plan_.term_bits, 64);
    plan_.routes = chunks(routes, 0);

    std::vector<Row> rules;
    for (uint32_t bit = manifest.rule_bits(); bit < manifest.bits; ++bit) {
      std::vector<Conjunction> term = terms_.of(module_.graph.outputs[bit], 1);
      rules.push_back(term.empty() ? Row{false, {}} : Row{true, std::move(term.front())});
    }
    plan_.rules = chunks(rules, manifest.rule_bits());
    plan_.derived = reach_.derived();
    return std::move(plan_);
  }

 private:
  std::vector<Chunk> chunks(const std::vector<Row>& rows, uint32_t first) {
    std::vector<Chunk> result;
    for (size_t at = 0; at < rows.size(); at += kChunkTerms) {
      const size_t size = std::min<size_t>(kChunkTerms, rows.size() - at);
      result.push_back(chunk(std::span(rows).subspan(at, size), first + static_cast<uint32_t>(at)));
    }
    return result;
  }

  Chunk chunk(std::span<const Row> rows, uint32_t first) {
    Chunk chunk{.first = first, .terms = static_cast<uint32_t>(rows.size())};
    chunk.words = std::bit_ceil((chunk.terms + 63) / 64);
    chunk.known_base.assign(chunk.words, 0);
    chunk.partial_base.assign(chunk.words, 0);
    std::map<ValueId, std::vector<LeafTerm>> leaves;
    std::map<ValueId, std::vector<BoundTerm>> bounds;
    std::map<ValueId, std::vector<std::pair<uint32_t, bool>>> states;
    joint_.clear();
    joint_.reserve(rows.size() * 2);
    for (uint32_t bit = 0; bit < rows.size(); ++bit) {
      if (!rows[bit].possible) continue;
      const Conjunction& term = rows[bit].term;
      chunk.partial_base[bit / 64] |= uint64_t{1} << (bit % 64);
      const bool settled = std::all_of(term.states.begin(), term.states.end(), [](const StateTest& test) { return test.known; });
      if (settled) chunk.known_base[bit / 64] |= uint64_t{1} << (bit % 64);
      for (const uint32_t test : term.leaf_tests) add(leaves, bit, terms_.leaf_tests()[test]);
      for (const Bound& bound : term.bounds) bounds[bound.value].push_back({bit, bound.within});
      for (const StateTest& test : term.states) states[test.value].push_back({bit, test.known});
      for (const GuardId gate : term.gates) {
        chunk.gates.push_back({bit, gate});
        reach_.guard(gate);
      }
    }
    for (const auto& [value, terms] : leaves) chunk.axes.push_back(leaf_axis(value, range(value), terms, chunk.words, plan_.tables));
    for (const auto& [value, terms] : bounds) chunk.axes.push_back(derived_axis(value, range(value), terms, chunk.words, plan_.tables));
    for (const auto& [value, terms] : states) chunk.states.push_back(state_axis(value, terms, chunk.words));
    for (const auto& [value, terms] : bounds) reach_.value(value);
    for (const auto& [value, terms] : states) reach_.value(value);
    chunk.known_base_at = base_row(chunk, chunk.known_base);
    chunk.partial_base_at = base_row(chunk, chunk.partial_base);
    return chunk;
  }

  uint32_t base_row(const Chunk& chunk, std::vector<uint64_t> row) {
    for (const GateBit& gate : chunk.gates) row[gate.bit / 64] &= ~(uint64_t{1} << (gate.bit % 64));
    return plan_.tables.add(row, chunk.words * 8);
  }

  // Tests of one leaf in one term are one test.
  void add(std::map<ValueId, std::vector<LeafTerm>>& leaves, uint32_t bit, const LeafTest& test) {
    std::vector<LeafTerm>& terms = leaves[test.value];
    if (terms.empty() || terms.back().bit != bit) {
      terms.push_back({bit, &test});
    } else {
      joint_.push_back(std::make_unique<LeafTest>(both(*terms.back().test, test)));
      terms.back().test = joint_.back().get();
    }
  }

  StateAxis state_axis(ValueId value, const std::vector<std::pair<uint32_t, bool>>& terms, uint32_t words) {
    std::vector<uint64_t> rows(size_t{6} * words, ~uint64_t{0});
    const auto exclude = [&](uint32_t row, uint32_t bit) { rows[row * words + bit / 64] &= ~(uint64_t{1} << (bit % 64)); };
    for (const auto& [bit, known] : terms) {
      exclude(0, bit);              // must, pending
      exclude(known ? 2 : 1, bit);  // must, the other settled state
      exclude(known ? 5 : 4, bit);  // may, the same
    }
    return {value, plan_.tables.add(rows, words * 8)};
  }

  [[nodiscard]] Range range(ValueId value) const { return module_.graph.values[value].range; }

  const Module& module_;
  Terms terms_;
  Reach reach_;
  Plan plan_;
  std::vector<std::unique_ptr<LeafTest>> joint_;
};

}  // namespace

Plan plan(const Module& module) { return Planner(module).run(); }

}  // namespace sbx::codegen
