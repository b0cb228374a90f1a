// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/test_probe.h"

#include <algorithm>

#include "compiler/driver/test_block.h"
#include "compiler/witness/fields.h"
#include "runtime/request/decode.h"
#include "runtime/request/readings.h"

namespace sbx::driver {

bool answers(const Seen& seen, const analysis::Question& question) {
  const auto holds = [&](GuardId guard) { return seen.holds[guard.index]; };
  const auto answered = [&](const analysis::AnyOf& clause) {
    return std::ranges::any_of(clause, [&](const analysis::Literal& literal) { return holds(literal.guard) == literal.holds; });
  };
  return std::ranges::all_of(question.some, answered) && std::ranges::none_of(question.none, holds);
}

TestRun TestProbe::run(const TestStep& step) {
  return run_test(
      served_.engine(), [&] { return served_.reader(); }, served_.workspace(), {step}, false);
}

bool TestProbe::is_same(SignalId signal, const Readings& a, const Readings& b) const {
  return std::ranges::all_of(served_.engine().layout().signals[signal.index].leaves,
                             [&](uint32_t leaf) { return a[leaf].known == b[leaf].known && (!a[leaf].known || a[leaf].lo == b[leaf].lo); });
}

TestReading TestProbe::reading_of(SignalId signal, const Readings& readings) const {
  const SignalInfo& info = module_.manifest.signals[signal];
  TestReading reading{.name = info.name, .unknown = true, .value = {}, .confidence = {}};
  ConstantList members;
  for (const uint32_t index : served_.engine().layout().signals[signal.index].leaves) {
    const Leaf& leaf = module_.manifest.leaves[LeafId{index}];
    if (!readings[index].known) continue;
    reading.unknown = false;
    const int64_t raw = readings[index].lo;
    if (leaf.facet == Facet::Confidence) {
      reading.confidence = shortest(to_decimal(raw, TypeKind::Probability));
      if (std::holds_alternative<std::monostate>(reading.value.value)) reading.value = Constant{info.type.members.front()};
    } else if (info.type.kind == TypeKind::Set) {
      if (leaf.facet == Facet::Has && raw != 0) members.push_back(Constant{leaf.member});
    } else if (info.type.kind == TypeKind::Bool) {
      reading.value = Constant{raw != 0};
    } else if (info.type.kind == TypeKind::Text || info.type.kind == TypeKind::Label) {
      reading.value = Constant{witness::written(leaf, info.type, raw)};
    } else {
      reading.value = Constant{shortest({raw, decimal_places(info.type.kind)})};
    }
  }
  if (info.type.kind == TypeKind::Set && !reading.unknown) reading.value = Constant{std::move(members)};
  return reading;
}

std::optional<Seen> TestProbe::look(const TestStep& step) {
  const Decoded decoded = decode_request(step.request_json);
  if (!decoded.request) return std::nullopt;
  DecideOptions options{.explain = ExplainLevel::None, .eager = true, .no_models = true};
  for (const TestReading& given : step.given) {
    const auto signal = served_.engine().find_signal(given.name);
    if (!signal) continue;
    auto reading = given.unknown ? Result<Reading>(unknown_reading())
                                 : to_reading(given.value, given.confidence, module_.manifest.signals[*signal].type);
    if (!reading) return std::nullopt;
    options.given.push_back({*signal, std::move(*reading)});
  }
  const std::unique_ptr<Reader> reader = served_.reader();
  const Result<Decision> decision = served_.engine().decide(*decoded.request, *reader, served_.workspace(), options);
  if (!decision) return std::nullopt;
  frame_.reset();
  for (size_t i = 0; i < decision->readings.size(); ++i) frame_.settle(module_.manifest.signals.id_at(i), decision->readings[i]);
  const sbx_frame view = frame_.view();
  Seen seen{.leaves = {}, .holds = {}, .may = {}, .rules = decision->rules};
  for (uint32_t i = 0; i < view.leaves; ++i) {
    const auto value = frame_.leaves().value(i);
    seen.leaves.push_back({value.value_or(0), value.value_or(0), value.has_value()});
  }
  for (const GuardState& guard : evaluate(module_.graph, module_.manifest, view).guards) {
    seen.holds.push_back(guard.must);
    seen.may.push_back(guard.may);
  }
  return seen;
}

}  // namespace sbx::driver
