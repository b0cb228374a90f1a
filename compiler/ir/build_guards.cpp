// SPDX-License-Identifier: Apache-2.0
// Guards: tests move down to what is read, and what is certain disappears. Every rewriting keeps `must` as it is on every frame, and `may`
// at least as tight.
#include <algorithm>
#include <map>

#include "compiler/ir/builder.h"
#include "compiler/ir/keys.h"
#include "runtime/base/variant.h"

namespace sbx::ir {

namespace {

int64_t floor_divide(int64_t a, int64_t b) {
  const int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

int64_t ceil_divide(int64_t a, int64_t b) { return -floor_divide(-a, b); }

}  // namespace

GuardId GraphBuilder::intern(Guard guard, std::string key) {
  const auto [it, is_new] = guards_.try_emplace(std::move(key));
  if (is_new) it->second = module_.graph.guards.add(std::move(guard));
  return it->second;
}

GuardId GraphBuilder::fixed(bool value) { return intern(Fixed{value}, Key('F').add(int64_t{value}).text()); }

GuardId GraphBuilder::within(ValueId value, int64_t lo, int64_t hi) {
  const Range range = at(value).range;
  lo = std::max(lo, range.low);
  hi = std::min(hi, range.high);
  if (lo > hi) return fixed(false);
  if (lo == range.low && hi == range.high) return fixed(true);
  if (const auto rewritten = within_operands(value, lo, hi)) return *rewritten;
  return intern(Within{value, lo, hi}, Key('W').add(value).add(lo).add(hi).text());
}

// The same test on what the value is made of, where that is a test again. [lo, hi] lies within the range.
std::optional<GuardId> GraphBuilder::within_operands(ValueId value, int64_t lo, int64_t hi) {
  const Range range = at(value).range;
  const auto op = at(value).op;  // a copy: new nodes move the table
  if (const auto* sum = std::get_if<Sum>(&op); sum && sum->terms.size() == 1) {
    const Term& term = sum->terms.front();
    const int64_t from = lo - sum->constant;
    const int64_t to = hi - sum->constant;
    if (term.weight > 0) return within(term.value, ceil_divide(from, term.weight), floor_divide(to, term.weight));
    return within(term.value, ceil_divide(to, term.weight), floor_divide(from, term.weight));
  }
  if (const auto* above = std::get_if<Above>(&op)) {
    const bool has_zero = lo <= 0 && hi >= 0;
    const int64_t from = std::max(lo, above->threshold);
    if (!has_zero) return within(above->value, from, hi);
    if (hi < above->threshold) return at_most(above->value, above->threshold - 1);
    if (lo <= above->threshold) return at_most(above->value, hi);
    return std::nullopt;
  }
  if (const auto* bands = std::get_if<Bands>(&op)) {
    const int64_t from = lo == 0 ? INT64_MIN : bands->upper[static_cast<size_t>(lo) - 1] + 1;
    const int64_t to = hi == static_cast<int64_t>(bands->upper.size()) ? INT64_MAX : bands->upper[static_cast<size_t>(hi)];
    return within(bands->value, from, to);
  }
  if (const auto* truth = std::get_if<Truth>(&op)) return lo == 1 ? truth->holds : truth->fails;
  const auto* smallest = std::get_if<Min>(&op);
  const auto* largest = std::get_if<Max>(&op);
  if (smallest || largest) {
    std::vector<GuardId> at_least_lo;
    std::vector<GuardId> at_most_hi;
    for (const ValueId id : smallest ? smallest->values : largest->values) {
      at_least_lo.push_back(at_least(id, lo));
      at_most_hi.push_back(at_most(id, hi));
    }
    const GuardId low = lo == range.low ? fixed(true) : smallest ? all(at_least_lo) : any(at_least_lo);
    const GuardId high = hi == range.high ? fixed(true) : smallest ? any(at_most_hi) : all(at_most_hi);
    return all({low, high});
  }
  if (const auto* or_else = std::get_if<OrElse>(&op)) {
    const GuardId inside = within(or_else->value, lo, hi);
    if (lo <= or_else->fallback && or_else->fallback <= hi) return any({inside, unknown(or_else->value)});
    return all({inside, known(or_else->value)});
  }
  return std::nullopt;
}

GuardId GraphBuilder::one_of(ValueId value, std::vector<int64_t> members) {
  std::sort(members.begin(), members.end());
  std::vector<GuardId> runs;
  for (size_t i = 0; i < members.size();) {
    size_t last = i;
    while (last + 1 < members.size() && members[last + 1] - members[last] <= 1) ++last;
    runs.push_back(within(value, members[i], members[last]));
    i = last + 1;
  }
  return any(std::move(runs));
}

GuardId GraphBuilder::known(ValueId value) {
  if (never_fails(value)) return fixed(true);
  return intern(IsKnown{value}, Key('K').add(value).text());
}

GuardId GraphBuilder::unknown(ValueId value) {
  if (never_fails(value)) return fixed(false);
  return intern(IsUnknown{value}, Key('U').add(value).text());
}

// Conjunctions are flat; tests of one value are one test.
GuardId GraphBuilder::all(std::vector<GuardId> of) {
  std::vector<GuardId> result;
  std::vector<GuardId> open(of.rbegin(), of.rend());
  std::map<ValueId, GuardId> tests;
  while (!open.empty()) {
    const GuardId id = open.back();
    open.pop_back();
    const Guard guard = at(id);
    if (const auto* fixed = std::get_if<Fixed>(&guard)) {
      if (!fixed->value) return id;
      continue;
    }
    if (const auto* inner = std::get_if<All>(&guard)) {
      open.insert(open.end(), inner->of.rbegin(), inner->of.rend());
      continue;
    }
    if (std::find(result.begin(), result.end(), id) != result.end()) continue;
    if (const auto* test = std::get_if<Within>(&guard)) {
      const auto [it, is_new] = tests.try_emplace(test->value, id);
      if (!is_new) {
        const auto other = std::get<Within>(at(it->second));
        result.erase(std::find(result.begin(), result.end(), it->second));
        tests.erase(it);
        open.push_back(within(test->value, std::max(test->lo, other.lo), std::min(test->hi, other.hi)));
        continue;
      }
    }
    result.push_back(id);
  }
  if (result.empty()) return fixed(true);
  if (result.size() == 1) return result.front();
  std::vector<GuardId> sorted = result;
  std::sort(sorted.begin(), sorted.end());
  return intern(All{std::move(result)}, Key('&').add(sorted).text());
}

// Alternatives are flat; a test inside another of the same value goes. Neighbours stay apart: an unknown that spans both passes neither.
GuardId GraphBuilder::any(std::vector<GuardId> of) {
  std::vector<GuardId> result;
  std::vector<GuardId> open(of.rbegin(), of.rend());
  const auto covers = [&](GuardId a, GuardId b) {
    const auto* outer = std::get_if<Within>(&at(a));
    const auto* inner = std::get_if<Within>(&at(b));
    return a == b || (outer && inner && outer->value == inner->value && outer->lo <= inner->lo && inner->hi <= outer->hi);
  };
  while (!open.empty()) {
    const GuardId id = open.back();
    open.pop_back();
    if (const auto* fixed = std::get_if<Fixed>(&at(id))) {
      if (fixed->value) return id;
      continue;
    }
    if (const auto* inner = std::get_if<Any>(&at(id))) {
      open.insert(open.end(), inner->of.rbegin(), inner->of.rend());
      continue;
    }
    if (std::any_of(result.begin(), result.end(), [&](GuardId other) { return covers(other, id); })) continue;
    std::erase_if(result, [&](GuardId other) { return covers(id, other); });
    result.push_back(id);
  }
  if (result.empty()) return fixed(false);
  if (result.size() == 1) return result.front();
  std::vector<GuardId> sorted = result;
  std::sort(sorted.begin(), sorted.end());
  return intern(Any{std::move(result)}, Key('|').add(sorted).text());
}

GuardId GraphBuilder::wins(uint32_t index, std::vector<BestMember> members, int64_t margin) {
  SBX_CHECK(index < members.size(), "the member of a best block");
  const GuardId mine = members[index].guard;
  std::vector<BestMember> others;
  uint32_t position = 0;
  for (uint32_t i = 0; i < members.size(); ++i) {
    const Fixed* known = fixed_at(members[i].guard);
    if (i == index) {
      if (known && !known->value) return fixed(false);
      position = static_cast<uint32_t>(others.size());
    } else if (known && !known->value) {
      continue;
    }
    others.push_back(members[i]);
  }
  if (others.size() == 1) return mine;
  Key key('B');
  key.add(int64_t{position}).add(margin);
  for (const BestMember& member : others) key.add(member.guard).add(member.score);
  return intern(Wins{position, std::move(others), margin}, key.text());
}

GuardId GraphBuilder::negate(GuardId guard) {
  const Guard copy = at(guard);
  const auto negated = [&](const std::vector<GuardId>& of) {
    std::vector<GuardId> result;
    for (const GuardId id : of) result.push_back(negate(id));
    return result;
  };
  return std::visit(overloaded{
                        [&](const Fixed& test) { return fixed(!test.value); },
                        [&](const Within& test) {
                          return any({at_most(test.value, test.lo - 1), at_least(test.value, test.hi + 1)});
                        },
                        [&](const IsKnown& test) { return unknown(test.value); },
                        [&](const IsUnknown& test) { return known(test.value); },
                        [&](const All& all) { return any(negated(all.of)); },
                        [&](const Any& any) { return all(negated(any.of)); },
                        [&](const Wins&) {
                          SBX_CHECK(false, "a win has no negation");
                          return guard;
                        },
                    },
                    copy);
}

void GraphBuilder::set_routes(const std::vector<GuardId>& guards) {
  Graph& graph = module_.graph;
  SBX_CHECK(graph.outputs.empty() && guards.size() == module_.manifest.order.size(), "one output for each route in order");
  graph.outputs = guards;
  graph.outputs.resize(module_.manifest.rule_bits(), fixed(false));
  module_.manifest.bits = static_cast<uint32_t>(graph.outputs.size());
}

uint32_t GraphBuilder::add_bit(GuardId guard) {
  const auto [it, is_new] = bits_.try_emplace(guard.index, module_.manifest.bits);
  if (is_new) {
    module_.graph.outputs.push_back(guard);
    module_.manifest.bits = static_cast<uint32_t>(module_.graph.outputs.size());
  }
  return it->second;
}

}  // namespace sbx::ir
