// SPDX-License-Identifier: Apache-2.0
// Values: their ranges, and the proof that they fit.
#include <algorithm>
#include <map>

#include "compiler/ir/builder.h"
#include "compiler/ir/keys.h"
#include "runtime/program/evaluate.h"

namespace sbx::ir {

namespace {

__extension__ using Wide = __int128;

Wide magnitude(Range range) {
  return std::max(range.high < 0 ? -Wide{range.high} : Wide{range.high}, range.low < 0 ? -Wide{range.low} : Wide{range.low});
}

Range hull(Range a, Range b) { return {std::min(a.low, b.low), std::max(a.high, b.high)}; }

}  // namespace

GraphBuilder::GraphBuilder(Module& module) : module_(module) {
  SBX_CHECK(module.graph.values.empty() && module.graph.guards.empty() && module.graph.outputs.empty(),
            "a builder starts from an empty graph");
}

Range GraphBuilder::range(ValueId value) const { return at(value).range; }

ValueId GraphBuilder::intern(Value value, std::string key) {
  const auto [it, is_new] = values_.try_emplace(std::move(key));
  if (is_new) it->second = module_.graph.values.add(std::move(value));
  return it->second;
}

void GraphBuilder::name(ValueId value, std::string name) {
  std::string& current = module_.graph.values[value].name;
  if (current.empty()) current = std::move(name);
}

bool GraphBuilder::never_fails(ValueId value) const {
  const auto& op = at(value).op;
  if (std::holds_alternative<ConstantValue>(op) || std::holds_alternative<OrElse>(op)) return true;
  const auto* read = std::get_if<LeafValue>(&op);
  if (!read) return false;
  const Leaf& leaf = module_.manifest.leaves[read->leaf];
  return leaf.facet != Facet::Confidence && leaf.signal.valid() && module_.manifest.signals[leaf.signal].or_else.has_value();
}

ValueId GraphBuilder::leaf(LeafId leaf) {
  const Leaf& info = module_.manifest.leaves[leaf];
  SBX_CHECK(info.range.low <= info.range.high && magnitude(info.range) < kValueLimit, "the range of a leaf");
  std::string name = module_.manifest.signals[info.signal].name;
  if (info.facet == Facet::Confidence) name += ".confidence";
  if (info.facet == Facet::Has) name += " has " + info.member;
  return intern({LeafValue{leaf}, info.range, std::move(name)}, Key('l').add(leaf).text());
}

ValueId GraphBuilder::constant(int64_t value) { return intern({ConstantValue{value}, {value, value}, {}}, Key('c').add(value).text()); }

std::optional<ValueId> GraphBuilder::sum(std::vector<Term> terms, int64_t constant) {
  std::map<ValueId, Wide> weights;
  std::vector<ValueId> order;
  Wide total = constant;
  for (const Term& term : terms) {
    const auto [it, is_new] = weights.try_emplace(term.value, 0);
    it->second += term.weight;
    if (is_new) order.push_back(term.value);
  }
  terms.clear();
  Wide size = 0;
  Wide low = 0;
  Wide high = 0;
  for (const ValueId id : order) {
    const Wide weight = weights[id];
    const Range range = at(id).range;
    if (weight == 0 || range == Range{0, 0}) continue;
    if (weight > kValueLimit || weight < -kValueLimit) return std::nullopt;
    if (range.low == range.high) {
      total += weight * range.low;
      continue;
    }
    size += (weight < 0 ? -weight : weight) * magnitude(range);
    low += weight * (weight > 0 ? range.low : range.high);
    high += weight * (weight > 0 ? range.high : range.low);
    if (size >= kValueLimit) return std::nullopt;
    terms.push_back({static_cast<int64_t>(weight), id});
  }
  if (size + (total < 0 ? -total : total) >= kValueLimit) return std::nullopt;
  const auto offset = static_cast<int64_t>(total);
  if (terms.empty()) return this->constant(offset);
  if (terms.size() == 1 && terms.front().weight == 1 && offset == 0) return terms.front().value;
  Key key('+');
  key.add(offset);
  for (const Term& term : terms) key.add(term.weight).add(term.value);
  const Range range{static_cast<int64_t>(low + total), static_cast<int64_t>(high + total)};
  return intern({Sum{std::move(terms), offset}, range, {}}, key.text());
}

ValueId GraphBuilder::above(ValueId value, int64_t threshold) {
  const Range range = at(value).range;
  if (range.low >= threshold) return value;
  if (range.high < threshold) return constant(0);
  const Range result{std::min<int64_t>(0, threshold), std::max<int64_t>(0, range.high)};
  return intern({Above{value, threshold}, result, {}}, Key('a').add(value).add(threshold).text());
}

ValueId GraphBuilder::min(std::vector<ValueId> values) { return extreme(std::move(values), false); }
ValueId GraphBuilder::max(std::vector<ValueId> values) { return extreme(std::move(values), true); }

ValueId GraphBuilder::extreme(std::vector<ValueId> values, bool largest) {
  SBX_CHECK(!values.empty(), "min or max of nothing");
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  if (values.size() == 1) return values.front();
  Range range = at(values.front()).range;
  for (const ValueId id : values) {
    const Range other = at(id).range;
    range = largest ? Range{std::max(range.low, other.low), std::max(range.high, other.high)}
                    : Range{std::min(range.low, other.low), std::min(range.high, other.high)};
  }
  if (range.low == range.high) return constant(range.low);
  std::string key = Key(largest ? 'M' : 'm').add(values).text();
  if (largest) return intern({Max{std::move(values)}, range, {}}, std::move(key));
  return intern({Min{std::move(values)}, range, {}}, std::move(key));
}

std::optional<ValueId> GraphBuilder::lerp(ValueId value, std::vector<LerpPoint> points) {
  SBX_CHECK(!points.empty(), "lerp without points");
  for (size_t i = 0; i < points.size(); ++i) {
    if (magnitude({points[i].x, points[i].y}) >= kValueLimit) return std::nullopt;
    if (i == 0) continue;
    const Wide dx = Wide{points[i].x} - points[i - 1].x;
    const Wide dy = Wide{points[i].y} - points[i - 1].y;
    SBX_CHECK(dx > 0, "points of lerp ascend");
    if (dx * (dy < 0 ? -dy : dy) >= kValueLimit) return std::nullopt;
  }
  const Range in = at(value).range;
  Lerp op{value, std::move(points)};
  const int64_t first = lerp_at(op, in.low);
  const int64_t last = lerp_at(op, in.high);
  Range range = hull({first, first}, {last, last});
  Key key('p');
  key.add(value);
  for (const LerpPoint& point : op.points) {
    if (point.x > in.low && point.x < in.high) range = hull(range, {point.y, point.y});
    key.add(point.x).add(point.y);
  }
  if (range.low == range.high) return constant(range.low);
  return intern({std::move(op), range, {}}, key.text());
}

ValueId GraphBuilder::bands(ValueId value, std::vector<int64_t> upper) {
  SBX_CHECK(std::is_sorted(upper.begin(), upper.end()), "bands ascend");
  const auto band = [&](int64_t raw) { return static_cast<int64_t>(std::lower_bound(upper.begin(), upper.end(), raw) - upper.begin()); };
  const Range range{band(at(value).range.low), band(at(value).range.high)};
  if (range.low == range.high) return constant(range.low);
  std::string key = Key('b').add(value).add(upper).text();
  return intern({Bands{value, std::move(upper)}, range, {}}, std::move(key));
}

ValueId GraphBuilder::argmax(ArgMax op) {
  SBX_CHECK(!op.values.empty() && op.values.size() == op.labels.size(), "argmax has a label for each value");
  SBX_CHECK(op.margin >= 0, "the margin of argmax");
  if (op.values.size() == 1) return constant(op.labels.front());
  Range range{op.none, op.none};
  Key key('x');
  key.add(op.margin).add(int64_t{op.ordered_ties}).add(int64_t{op.none}).add(op.values);
  for (const uint32_t label : op.labels) {
    range = hull(range, {label, label});
    key.add(int64_t{label});
  }
  return intern({std::move(op), range, {}}, key.text());
}

ValueId GraphBuilder::truth(GuardId holds, GuardId fails) {
  if (const Fixed* known = fixed_at(holds); known && known->value) return constant(1);
  if (const Fixed* known = fixed_at(fails); known && known->value) return constant(0);
  const auto* one = std::get_if<Within>(&at(holds));
  const auto* zero = std::get_if<Within>(&at(fails));
  if (one && zero && one->value == zero->value && at(one->value).range == Range{0, 1} && one->lo == 1 && zero->hi == 0) return one->value;
  return intern({Truth{holds, fails}, {0, 1}, {}}, Key('t').add(holds).add(fails).text());
}

ValueId GraphBuilder::or_else(ValueId value, int64_t fallback) {
  if (never_fails(value)) return value;
  const Range range = hull(at(value).range, {fallback, fallback});
  if (range.low == range.high) return constant(range.low);
  return intern({OrElse{value, fallback}, range, {}}, Key('o').add(value).add(fallback).text());
}

ValueId GraphBuilder::select(ValueId condition, ValueId then, ValueId otherwise) {
  const Range range = at(condition).range;
  SBX_CHECK(range.low >= 0 && range.high <= 1, "the condition of a selection is 0 or 1");
  if (range.low == 1 || then == otherwise) return then;
  if (range.high == 0) return otherwise;
  return intern({Select{condition, then, otherwise}, hull(at(then).range, at(otherwise).range), {}},
                Key('s').add(condition).add(then).add(otherwise).text());
}

}  // namespace sbx::ir
