// SPDX-License-Identifier: Apache-2.0
// tests: E0501. Requests that show findings: for every kind of reading one is made, and native code and the real signals agree with what
// the finding says of it.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "compiler/pipeline.h"
#include "compiler/witness/request_world.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/reader.h"
#include "runtime/request/decode.h"
#include "runtime/signals/signal_set.h"

using namespace sbx;

namespace {

const CompileOptions kOptions{.stdlib = SBX_SOURCE_DIR "/stdlib"};

/// A policy in which the route `held` and the route `other` clash if a request can fire `condition`.
std::string clash(const std::string& declarations, const std::string& condition) {
  return "policy p\nmodel small { provider: local  name: \"s\" }\nmodel large { provider: cloud  name: \"l\" }\n" + declarations +
         "\ntier main {\n  route other when messages.count >= 0 or stream or not stream { model = small }\n  route held when " + condition +
         " { model = large }\n}\notherwise { model = small }\n";
}

Checked checked(const std::string& text) {
  Result<Checked> result = check_text("p.sbx", text, kOptions);
  REQUIRE(result.ok());
  return std::move(*result);
}

/// What native code says holds on a request.
std::vector<std::string> fires(const Checked& policy, const std::string& request) {
  Result<std::unique_ptr<Program>> program = compile(lower_policy(policy, 0), kOptions);
  REQUIRE(program.ok());
  Result<signals::SignalSet> signals = signals::SignalSet::bind((*program)->module.manifest, "");
  REQUIRE(signals.ok());
  const Engine engine(**program);
  Workspace workspace(engine);
  signals::TextsPool pool;
  SignalReader reader(*signals, pool);
  const Decoded decoded = decode_request(request);
  REQUIRE(decoded.request.ok());
  Result<Decision> decision = engine.decide(*decoded.request, reader, workspace, {.guards = true});
  REQUIRE(decision.ok());
  return *decision->fires;
}

const Diagnostic* finding(const Checked& policy, Kind kind) {
  const auto found = std::ranges::find(policy.diags.all(), kind, &Diagnostic::kind);
  return found == policy.diags.all().end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("for every kind of reading there is a request, and it fires what it shall") {
  struct Row {
    const char* declarations;
    const char* condition;
  };
  const Row rows[] = {
      {"", "text == \"hello\""},
      {"", "text.system == \"be brief\""},
      {"", "request.model == \"gpt\""},
      {"", "tokens > 5k and tokens < 6k"},
      {"", "turns == 4"},
      {"", "messages.count > 6"},
      {"", "replies.count >= 2"},
      {"", "tool_calls.count >= 3 and tool_results.count == 2 and not session.open_tool_loop"},
      {"", "tools.count >= 2"},
      {"", "tools.names has search"},
      {"", "tool_choice is required"},
      {"", "images.count > 1"},
      {"", "audio.count > 0"},
      {"", "format is json_schema"},
      {"", "stream and max_tokens > 100"},
      {"", "temperature >= 0.7"},
      {"", "dialect is messages"},
      {"", "dialect is responses"},
      {"", "header(\"x-a\") == \"b\""},
      {"", "metadata(\"team\") == \"red\""},
      {"input user.tier: {free, pro}", "user.tier == pro"},
      {"", "user.roles has admin"},
      {"", "user.groups has staff and not user.roles?"},
      {"", "time.hour(\"Europe/Berlin\") == 23 and time.weekday(\"Europe/Berlin\") is sunday"},
      {"", "session.previous_model == \"small\""},
      {"", "session.idle > 5min"},
      {"", "session.open_tool_loop"},
      {"", "event.types has outage"},
      {"input risk: probability from header(\"x-risk\")", "risk >= 0.25"},
      {"input wait: duration from header(\"x-wait\")", "wait > 3s"},
      {"input sum: money from metadata(\"sum\")", "sum >= $12.50"},
      {"signal s = keywords(any: [\"C++\", \".NET\", \"привет\", \"紧急\"])", "s"},
      {"signal s = keywords(any: [\"a1\", \"b1\", \"c1\"], at_least: 2)", "s"},
      {"signal s = keywords(all: [\"a1\", \"b1\"])", "s"},
      {"signal s = keywords(none: [\"a1\", \"b1\"])", "not s"},
      {"signal s = keywords(any: [\"kubernetes\"], edits: 1)\nsignal t = keywords(any: [\"urgent\"])", "s and not t"},
      {"signal s = pattern(\"(?i)(ignore|forget) (all )?previous\")", "s"},
      {"signal s = count(\"todo\")", "s >= 3"},
      {"signal s = sequence([\"first\", \"then\"])", "s"},
      {"signal s = density(of: [\"alpha\", \"beta\"])", "s > 0.06"},
      {"signal s = language()", "s is ru"},
      {"signal s = keywords(any: [\"secret\"], of: text.system)", "s"},
      {"signal s = classifier(\"guard\", label: \"injection\")", "s >= 0.8"},
      {"signal s = nearest({ law: [\"a\"], code: [\"b\"] })", "s is law and s.confidence >= 0.9"},
      {"signal s = contrast(hard: [\"a\"], easy: [\"b\"])", "s >= 0.1"},
      {"signal a = keywords(any: [\"a1\"])\nsignal b = keywords(any: [\"b1\"])\nsignal s = 0.5 * a + 0.3 * b + 0.2 * (tokens > 100)",
       "s >= 1"},
      {"signal s = classifier(\"guard\", label: \"injection\")\nsignal t = 0.5 * s + 0.5 * (tokens > 10)", "t >= 0.7 and t <= 0.75"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.condition));
    const Checked policy = checked(clash(row.declarations, row.condition));
    const Diagnostic* conflict = finding(policy, Kind::Conflict);
    CHECK(conflict != nullptr);
    if (conflict == nullptr) continue;
    REQUIRE(conflict->witness.has_value());
    CAPTURE(conflict->witness->request);
    const std::vector<std::string> held = fires(policy, conflict->witness->request);
    CHECK(held == conflict->witness->fires);
    CHECK(std::ranges::find(held, "held") != held.end());
    CHECK(std::ranges::find(held, "other") != held.end());
  }
}

TEST_CASE("a row of a table is found by what its columns shall be") {
  const std::string file = (std::filesystem::temp_directory_path() / "signalbox-witness-tenants.csv").string();
  std::ofstream(file) << "tenant,grade,monthly\nacme,basic,$5\nbeta,pro,$50\ngamma,pro,$500\n";
  const std::string table =
      "input tenant_id: text from header(\"x-tenant\")\ntable tenant by tenant_id { grade: {basic, pro}  monthly: money } from \"" + file +
      "\"\n";
  const Checked policy = checked(clash(table, "tenant.grade == pro and tenant.monthly > $60"));
  const Diagnostic* conflict = finding(policy, Kind::Conflict);
  REQUIRE(conflict != nullptr);
  CHECK(conflict->witness->request.find("gamma") != std::string::npos);
  CHECK(fires(policy, conflict->witness->request) == conflict->witness->fires);
  std::filesystem::remove(file);
}

TEST_CASE("what no row of a table has is given, and the rest is some row's") {
  const std::string file = (std::filesystem::temp_directory_path() / "signalbox-witness-rows.csv").string();
  std::ofstream(file) << "tenant,grade,monthly\nacme,basic,$5\nbeta,pro,$50\n";
  const std::string table =
      "input tenant_id: text from header(\"x-tenant\")\ntable tenant by tenant_id { grade: {basic, pro}  monthly: money } from \"" + file +
      "\"\n";
  const Checked policy = checked(clash(table, "tenant_id == \"beta\" and tenant? and tenant.grade == basic and tenant.monthly == $50"));
  const Diagnostic* conflict = finding(policy, Kind::Conflict);
  REQUIRE(conflict != nullptr);
  CHECK(conflict->witness->request.find("\"readings\":{\"tenant.grade\":{\"value\":\"basic\"}}") != std::string::npos);
  CHECK(fires(policy, conflict->witness->request) == conflict->witness->fires);
  // A listed key has all its columns.
  const Checked torn = checked(clash(table, "tenant? and not tenant.grade?"));
  CHECK(finding(torn, Kind::Conflict) == nullptr);
  std::filesystem::remove(file);
}

TEST_CASE("the same question gets the same request") {
  const std::string text = clash("signal s = language()\nsignal t = pattern(\"[0-9]+ (eur|usd)\")", "s is de and t and tokens > 200");
  const Checked one = checked(text), other = checked(text);
  CHECK(finding(one, Kind::Conflict)->witness->request == finding(other, Kind::Conflict)->witness->request);
}

TEST_CASE("lists that contain each other exclude what they must") {
  // Whoever says `very urgent` says `urgent`.
  const Checked policy =
      checked(clash("signal s = keywords(any: [\"urgent\"])\nsignal t = keywords(any: [\"very urgent\", \"URGENT now\"])", "t and not s"));
  CHECK(finding(policy, Kind::Conflict) == nullptr);
  CHECK(finding(policy, Kind::Unsettled) == nullptr);
}

TEST_CASE("a text that is one literal reads what it reads") {
  const Checked policy = checked(clash("signal s = keywords(any: [\"urgent\"])", "text == \"hello\" and s"));
  CHECK(finding(policy, Kind::Conflict) == nullptr);
  CHECK(finding(policy, Kind::Unsettled) == nullptr);
}
