// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/random_module.h"

#include <algorithm>
#include <optional>
#include <string>

#include "compiler/ir/builder.h"
#include "compiler/ir/order.h"

namespace sbx::differential {

namespace {

// Beyond this, as many routes as native code takes at a time and more, but each as simple as people write them.
constexpr uint32_t kLarge = 100;
constexpr uint32_t kMostDerived = 25;

class Generator {
 public:
  Generator(uint64_t seed, uint32_t size) : random_(seed), size_(size), builder_(module_) {}

  Module make() {
    module_.manifest.name = "random";
    signals();
    derived();
    tiers();
    rules();
    return std::move(module_);
  }

 private:
  Manifest& manifest() { return module_.manifest; }

  // ---- readings
  void signals() {
    const uint32_t count = 2 + random_.below(size_ / 3 + 4);
    for (uint32_t i = 0; i < count; ++i) {
      SignalInfo info;
      info.name = "s" + std::to_string(i);
      info.kind = "random";
      info.type.kind = static_cast<TypeKind>(random_.below(static_cast<size_t>(TypeKind::Set) + 1));
      info.cost = static_cast<CostClass>(random_.below(4));
      if (info.type.kind == TypeKind::Label || info.type.kind == TypeKind::Set) {
        const uint32_t members = 1 + random_.below(6);
        for (uint32_t m = 0; m < members; ++m) info.type.members.push_back("m" + std::to_string(m));
      }
      if (random_.chance(25)) info.or_else = Constant{};
      const Type type = info.type;
      const SignalId signal = manifest().signals.add(std::move(info));
      leaves(signal, type);
    }
  }

  void leaves(SignalId signal, const Type& type) {
    Leaf leaf;
    leaf.signal = signal;
    leaf.range = full_range(type);
    if (type.kind == TypeKind::Set) {
      for (const std::string& member : type.members) {
        leaf.facet = Facet::Has;
        leaf.member = member;
        numbers_.push_back(add(leaf));
      }
      return;
    }
    if (type.kind == TypeKind::Text) {
      const uint32_t count = 1 + random_.below(4);
      for (uint32_t i = 0; i < count; ++i) leaf.literals.push_back("t" + std::to_string(i));
      leaf.range = {-1, count - 1};
    } else if (type.kind != TypeKind::Label && random_.chance(30)) {
      leaf.range.low = random_.between(leaf.range.low, std::max<int64_t>(leaf.range.low, 0));
      leaf.range.high = random_.between(leaf.range.low, std::min(leaf.range.high, leaf.range.low + random_.between(0, 20)));
    }
    numbers_.push_back(add(leaf));
    if (type.kind == TypeKind::Label && random_.chance(50)) {
      leaf.facet = Facet::Confidence;
      leaf.range = {0, 1'000'000};
      numbers_.push_back(add(leaf));
    }
  }

  ValueId add(const Leaf& leaf) { return builder_.leaf(manifest().leaves.add(leaf)); }

  // ---- values
  void derived() {
    const uint32_t count = random_.below(std::min(size_ / 4 + 5, kMostDerived));
    for (uint32_t i = 0; i < count; ++i) {
      if (const auto value = random_value()) {
        builder_.name(*value, "d" + std::to_string(i));
        numbers_.push_back(*value);
      }
    }
  }

  ValueId number() { return random_.pick(numbers_); }

  int64_t threshold(ValueId value) {
    const Range range = builder_.range(value);
    if (random_.chance(5)) return range.low;
    if (random_.chance(5)) return range.high;
    if (random_.chance(60) && range.high - range.low > 40) return range.low + (range.high - range.low) / 20 * random_.between(0, 20);
    return random_.between(range.low, range.high);
  }

  std::vector<ValueId> some(uint32_t least, uint32_t most) {
    std::vector<ValueId> result;
    const uint32_t count = least + random_.below(most - least + 1);
    for (uint32_t i = 0; i < count; ++i) result.push_back(number());
    return result;
  }

  std::optional<ValueId> random_value() {
    switch (random_.below(11)) {
      case 0:
      case 1: {
        std::vector<Term> terms;
        for (const ValueId id : some(1, 5)) terms.push_back({random_.between(-100, 100), id});
        return builder_.sum(std::move(terms), random_.between(-1000, 1000));
      }
      case 2: {
        const ValueId id = number();
        return builder_.above(id, threshold(id));
      }
      case 3:
        return builder_.min(some(1, 4));
      case 4:
        return builder_.max(some(1, 4));
      case 5:
        return lerp();
      case 6: {
        const ValueId id = number();
        return builder_.bands(id, ascending(id));
      }
      case 7:
        return argmax();
      case 8:
        return builder_.truth(guard(2));
      case 9: {
        const ValueId id = number();
        return builder_.or_else(id, threshold(id));
      }
      default: {
        const ValueId condition = builder_.truth(guard(1));
        return builder_.select(condition, number(), number());
      }
    }
  }

  std::vector<int64_t> ascending(ValueId id) {
    std::vector<int64_t> result;
    const uint32_t count = 1 + random_.below(4);
    for (uint32_t i = 0; i < count; ++i) result.push_back(threshold(id));
    std::sort(result.begin(), result.end());
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
  }

  std::optional<ValueId> lerp() {
    const ValueId id = number();
    std::vector<LerpPoint> points;
    for (const int64_t x : ascending(id)) points.push_back({x, random_.between(-1000, 1000)});
    return builder_.lerp(id, std::move(points));
  }

  ValueId argmax() {
    ArgMax op;
    op.values = some(1, 4);
    for (uint32_t i = 0; i < op.values.size(); ++i) op.labels.push_back(i);
    op.none = static_cast<uint32_t>(op.values.size());
    op.margin = random_.chance(50) ? 0 : random_.between(0, 100'000);
    op.ordered_ties = random_.chance(30);
    return builder_.argmax(std::move(op));
  }

  // ---- guards
  GuardId guard(uint32_t depth) {
    if (depth == 0 || random_.chance(40)) return test();
    std::vector<GuardId> parts;
    const uint32_t count = 2 + random_.below(3);
    for (uint32_t i = 0; i < count; ++i) parts.push_back(guard(depth - 1));
    const GuardId result = random_.chance(60) ? builder_.all(std::move(parts)) : builder_.any(std::move(parts));
    return random_.chance(20) ? builder_.negate(result) : result;
  }

  GuardId test() {
    const ValueId id = number();
    switch (random_.below(12)) {
      case 0:
        return builder_.known(id);
      case 1:
        return builder_.unknown(id);
      case 2:
      case 3:
      case 4:
        return builder_.at_least(id, threshold(id));
      case 5:
      case 6:
        return builder_.at_most(id, threshold(id));
      case 7:
      case 8:
        return builder_.equals(id, threshold(id));
      case 9: {
        const int64_t at = threshold(id);
        return builder_.one_of(id, {at, at + 1, threshold(id), threshold(id)});
      }
      case 10:
        return random_.chance(30) ? builder_.fixed(random_.chance(50)) : builder_.negate(builder_.equals(id, threshold(id)));
      default: {
        const int64_t a = threshold(id);
        const int64_t b = threshold(id);
        return builder_.within(id, std::min(a, b), std::max(a, b));
      }
    }
  }

  // ---- who wins
  RouteId route() {
    Route route;
    route.name = "r" + std::to_string(manifest().routes.size());
    route.guard = guard(1 + random_.below(size_ < kLarge ? 3 : 2));
    if (random_.chance(50)) {
      Clause clause;
      clause.holds = route.guard;
      clause.fails = builder_.negate(route.guard);
      route.clause = std::move(clause);
    }
    route.outcome.candidates.push_back({Denial{403, "no"}, {}, {}});
    gates_.push_back(route.guard);
    return manifest().routes.add(std::move(route));
  }

  Entry plain() { return {.kind = Entry::Kind::Route, .routes = {route()}}; }

  Entry best() {
    Entry entry{.kind = Entry::Kind::Best, .name = "best" + std::to_string(manifest().routes.size())};
    entry.margin = random_.chance(50) ? 0 : random_.between(0, 50'000);
    std::vector<BestMember> members;
    const uint32_t count = 1 + random_.below(4);
    for (uint32_t i = 0; i < count; ++i) {
      const RouteId id = route();
      const ValueId score = number();
      entry.routes.push_back(id);
      entry.scores.push_back(score.index);
      members.push_back({manifest().routes[id].guard, score});
    }
    for (uint32_t i = 0; i < count; ++i) gates_[entry.routes[i].index] = builder_.wins(i, members, entry.margin);
    return entry;
  }

  Entry first() {
    Entry entry{.kind = Entry::Kind::First, .name = "first" + std::to_string(manifest().routes.size())};
    const uint32_t count = 1 + random_.below(5);
    for (uint32_t i = 0; i < count; ++i) entry.entries.push_back(random_.chance(25) ? best() : plain());
    return entry;
  }

  void tiers() {
    const uint32_t tiers = 1 + random_.below(3);
    for (uint32_t t = 0; t < tiers; ++t) {
      Tier tier;
      tier.name = "t" + std::to_string(t);
      const size_t goal = size_t{size_} * (t + 1) / tiers;
      while (manifest().routes.size() < goal) {
        const uint32_t kind = random_.below(10);
        tier.entries.push_back(kind < 7 ? plain() : kind < 9 ? first() : best());
      }
      over(tier);
      manifest().tiers.push_back(std::move(tier));
    }
    manifest().order = ir::linear_order(manifest().tiers);
    std::vector<GuardId> outputs;
    for (uint32_t bit = 0; bit < manifest().order.size(); ++bit) {
      manifest().routes[manifest().order[bit]].bit = bit;
      outputs.push_back(gates_[manifest().order[bit].index]);
    }
    builder_.set_routes(outputs);
  }

  // Some entries beat others, without a circle and not always the earlier the later.
  void over(Tier& tier) {
    const uint32_t count = static_cast<uint32_t>(tier.entries.size());
    std::vector<uint64_t> rank;
    for (uint32_t i = 0; i < count; ++i) rank.push_back(random_.next());
    for (uint32_t pairs = 0; count > 1 && pairs < count; ++pairs) {
      const uint32_t a = random_.below(count);
      const uint32_t b = random_.below(count);
      if (rank[a] < rank[b]) tier.entries[a].beats.push_back(b);
    }
    for (Entry& entry : tier.entries) {
      std::sort(entry.beats.begin(), entry.beats.end());
      entry.beats.erase(std::unique(entry.beats.begin(), entry.beats.end()), entry.beats.end());
    }
    SBX_CHECK(ir::close_beats(tier), "random ranks have no circle");
  }

  void rules() {
    const uint32_t count = random_.below(size_ / 2 + 3);
    for (uint32_t i = 0; i < count; ++i) {
      Rule rule;
      rule.name = "rule" + std::to_string(i);
      const uint32_t conditions = 1 + random_.below(2);
      for (uint32_t c = 0; c < conditions; ++c) rule.when.push_back({.bit = builder_.add_bit(guard(random_.below(3)))});
      manifest().rules.add(std::move(rule));
    }
  }

  Random random_;
  uint32_t size_;
  Module module_;
  ir::GraphBuilder builder_;
  std::vector<ValueId> numbers_;
  std::vector<GuardId> gates_;  // by route: its output
};

}  // namespace

Module random_module(uint64_t seed, uint32_t size) { return Generator(seed, size).make(); }

}  // namespace sbx::differential
