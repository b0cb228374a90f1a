// SPDX-License-Identifier: Apache-2.0
// Types and constants as text and as ranges; modules as JSON.
#include <doctest/doctest.h>

#include "runtime/program/module_json.h"
#include "runtime/program/verify.h"
#include "tests/unit/graph_rig.h"

using namespace sbx;
using sbx::test::Rig;

TEST_CASE("types and constants read as they are written") {
  CHECK(to_string(Type{TypeKind::Probability}) == "probability");
  CHECK(to_string(Type{TypeKind::Label, {"free", "pro"}}) == "{free, pro}");
  CHECK(to_string(Type{TypeKind::Set, {"a", "b"}}) == "set of {a, b}");
  CHECK(to_string(Type{TypeKind::Set}) == "set");
  CHECK(to_string(CostClass::Remote) == "remote");
  CHECK(to_string(Constant{}) == "none");
  CHECK(to_string(Constant{Decimal{8, 1}}) == "0.8");
  CHECK(to_string(Constant{ConstantList{{true}, {std::string("a \"b\"")}}}) == "[true, \"a \\\"b\\\"\"]");
  CHECK(to_string(Constant{ConstantRecord{{"any", {Decimal{3, 0}}}}}) == "{ any: 3 }");
}

TEST_CASE("the range of a type is what an unknown may be") {
  CHECK(full_range({TypeKind::Bool}) == Range{0, 1});
  CHECK(full_range({TypeKind::Label, {"a", "b", "none"}}) == Range{0, 2});
  CHECK(full_range({TypeKind::Probability}) == Range{0, 1'000'000});
  CHECK(full_range({TypeKind::Contrast}) == Range{-2'000'000, 2'000'000});
  CHECK(full_range({TypeKind::Tokens}).low == 0);
  CHECK(decimal_places(TypeKind::Money) == 6);
  CHECK(decimal_places(TypeKind::Tokens) == 0);
}

namespace {

Rig small_module() {
  Rig rig;
  Manifest& manifest = rig.module.manifest;
  manifest.name = "caf\xc3\xa9";
  const ValueId x = rig.leaf(INT64_MIN / 4, INT64_MAX / 4);
  manifest.signals[SignalId{0}].arguments = {{"any", {ConstantList{{std::string("urgent")}, {Decimal{123456789012345678, 18}}}}}};
  manifest.signals[SignalId{0}].or_else = Constant{false};
  const ModelId model = manifest.models.add({.name = "small", .context_tokens = 32000, .price_in = Decimal{5, 2}});
  const SlotId slot = manifest.slots.add({.name = "reasoning", .type = {TypeKind::Label, {"off", "high"}}});
  const GuardId test = rig.guard(Within{x, 1, INT64_MAX / 8});
  const GuardId never = rig.guard(Fixed{false});
  Route route{.name = "r", .bit = 0, .guard = test};
  route.clause = Clause{.text = "x > 0", .holds = test, .fails = never};
  route.outcome.candidates.push_back({.target = Ask{model, {{.slot = slot, .cases = {{{}, {std::string("high")}}}}}}, .on = {"timeout"}});
  route.outcome.candidates.push_back({.target = Denial{503, "later"}});
  route.outcome.actions.push_back(LimitSlot{slot, 9, {}});
  manifest.order = {manifest.routes.add(std::move(route))};
  manifest.tiers = {{.name = "t", .entries = {{.kind = Entry::Kind::Route, .routes = {RouteId{0}}}}}};
  Rule rule{.name = "always"};
  rule.when = {{.bit = kAlways, .routes = {0, kOtherwise}, .models = {model}}};
  manifest.rules.add(std::move(rule));
  manifest.otherwise = Outcome{};
  rig.module.graph.outputs.assign(64, never);
  rig.module.graph.outputs[0] = test;
  manifest.bits = 64;
  return rig;
}

}  // namespace

TEST_CASE("a module survives JSON to the last digit") {
  const Rig rig = small_module();
  CHECK(verify(rig.module) == std::vector<std::string>{});
  const std::string json = to_json(rig.module);
  const Result<Module> read = module_from_json(json);
  REQUIRE(read.ok());
  CHECK(to_json(*read) == json);
  CHECK(read->manifest.name == rig.module.manifest.name);
  CHECK(read->graph.values[ValueId{0}].range == Range{INT64_MIN / 4, INT64_MAX / 4});
  CHECK(read->manifest.signals[SignalId{0}].arguments == rig.module.manifest.signals[SignalId{0}].arguments);
  CHECK(read->manifest.rules[RuleId{0}].when.front().routes == std::vector<uint32_t>{0, kOtherwise});
}

TEST_CASE("what is not a module is refused") {
  const std::string json = to_json(small_module().module);
  CHECK_FALSE(module_from_json("").ok());
  CHECK_FALSE(module_from_json("[]").ok());
  CHECK_FALSE(module_from_json("{\"manifest\":{},\"graph\":{}}").ok());
  for (size_t cut = 0; cut < json.size(); cut += 7) CHECK_FALSE(module_from_json(json.substr(0, cut)).ok());
  // Every number replaced by one that is too large: refused or harmless, never a crash.
  for (size_t i = 0; i + 1 < json.size(); ++i) {
    if (json[i] != ':' || json[i + 1] < '0' || json[i + 1] > '9') continue;
    std::string changed = json;
    changed.insert(i + 1, "99");
    static_cast<void>(module_from_json(changed));
  }
}

TEST_CASE("what is nested without measure is refused") {
  Rig rig = small_module();
  Constant deep;
  for (int i = 0; i < 250; ++i) deep = {ConstantList{deep}};
  rig.module.manifest.signals[SignalId{0}].arguments.push_back({"deep", deep});
  CHECK(module_from_json(to_json(rig.module)).ok());
  rig = small_module();
  rig.module.manifest.signals[SignalId{0}].arguments.push_back({"deep", {std::string("here")}});
  const std::string json = to_json(rig.module);
  const size_t at = json.find(R"("here")");
  REQUIRE(at != std::string::npos);
  const size_t begin = json.rfind('{', at), end = json.find('}', at) + 1;
  std::string open, close;
  for (int i = 0; i < 100'000; ++i) {
    open += R"({"value":[)" + std::to_string(Constant{ConstantList{}}.value.index()) + ",[";
    close += "]]}";
  }
  const Result<Module> read = module_from_json(json.substr(0, begin) + open + json.substr(begin, end - begin) + close + json.substr(end));
  REQUIRE_FALSE(read.ok());
  CHECK(read.error().message.find("nested too deeply") != std::string::npos);
}

TEST_CASE("keys that lead to themselves, or nowhere soon, are found") {
  const auto with_signals = [](const std::vector<SignalInfo>& signals, const std::vector<KeyedTable>& tables) {
    Rig rig = small_module();
    for (const KeyedTable& table : tables) rig.module.manifest.tables.add(table);
    for (const SignalInfo& signal : signals) rig.module.manifest.signals.add(signal);
    return verify(rig.module);
  };
  const auto table = [](const std::string& name) {
    return SignalInfo{.name = name, .kind = "table", .arguments = {{"table", {std::string("t")}}}};
  };
  const auto budget = [](const std::string& name, const std::string& key, size_t times = 1) {
    return SignalInfo{.name = name, .kind = "budget", .arguments = {{"for_each", {ConstantList(times, Constant{key})}}}};
  };
  const auto first = static_cast<uint32_t>(small_module().module.manifest.signals.size());
  CHECK_FALSE(with_signals({table("s")}, {{.name = "t", .key = SignalId{first}}}).empty());
  CHECK(with_signals({table("s")}, {{.name = "t", .key = SignalId{0}}}).empty());
  CHECK_FALSE(with_signals({budget("a", "b"), budget("b", "a")}, {}).empty());
  CHECK_FALSE(with_signals({SignalInfo{.name = "a", .kind = "budget", .arguments = {{"limit", {std::string("a")}}}}}, {}).empty());
  std::vector<SignalInfo> chain, twice;
  for (int i = 0; i < 400; ++i) chain.push_back(budget("c" + std::to_string(i), "c" + std::to_string(i + 1)));
  for (int i = 0; i < 60; ++i) twice.push_back(budget("c" + std::to_string(i), "c" + std::to_string(i + 1), 2));
  CHECK(with_signals(chain, {}).empty());
  CHECK_FALSE(with_signals(twice, {}).empty());
  for (int i = 400; i < 100'000; ++i) chain.push_back(budget("c" + std::to_string(i), "c" + std::to_string(i + 1)));
  CHECK_FALSE(with_signals(chain, {}).empty());
}

TEST_CASE("violations are found, whatever the module") {
  Rig rig = small_module();
  rig.module.graph.outputs[0] = GuardId{77};
  CHECK_FALSE(verify(rig.module).empty());
  rig = small_module();
  rig.module.graph.guards[GuardId{0}] = Within{ValueId{9}, 0, 1};
  CHECK_FALSE(verify(rig.module).empty());
  rig = small_module();
  rig.module.graph.values[ValueId{0}].range = {5, 4};
  CHECK_FALSE(verify(rig.module).empty());
  rig = small_module();
  rig.module.manifest.rules[RuleId{0}].when = {{.bit = 3}};  // a route's bit
  CHECK_FALSE(verify(rig.module).empty());
  rig = small_module();
  rig.module.manifest.tiers.clear();
  CHECK_FALSE(verify(rig.module).empty());
}
