// SPDX-License-Identifier: Apache-2.0
// What code lenses run.
#include <set>

#include "compiler/lsp/answers.h"
#include "runtime/engine/expect.h"
#include "runtime/text/database.h"

namespace sbx::lsp {
namespace {

std::vector<TestStep> steps_of(const sema::Test& test, std::set<std::string>& given) {
  std::vector<TestStep> steps;
  for (const sema::TestStep& from : test.steps) {
    TestStep step{.request_json = from.request_json, .given = {}, .expect = {}};
    for (const sema::GivenReading& reading : from.given) {
      given.insert(reading.name);
      step.given.push_back({reading.name, reading.unknown, reading.value, reading.confidence});
    }
    for (const sema::Expectation& expected : from.expect) step.expect.push_back({expected.name, expected.values, expected.is_list});
    steps.push_back(std::move(step));
  }
  return steps;
}

/// The derived signals among `given`: they are read, not computed.
std::set<std::string> derived(const sema::Policy& policy, const std::set<std::string>& given) {
  std::set<std::string> result;
  for (const sema::Symbol& symbol : policy.symbols) {
    if (symbol.value && given.contains(symbol.name)) result.insert(symbol.name);
  }
  return result;
}

Result<TestRun> run(const Checked& checked, size_t policy, const sema::Test& test) {
  std::set<std::string> given;
  const std::vector<TestStep> steps = steps_of(test, given);
  Result<std::unique_ptr<Program>> program = compile(lower_policy(checked, policy, derived(checked.policies[policy], given)),
                                                     {.stdlib = {}, .engine = CompileOptions::Engine::Interpreter});
  if (!program) return program.error();
  Result<signals::SignalSet> signals = signals::SignalSet::bind((*program)->module.manifest, text::default_cache_folder());
  if (!signals) return signals.error();
  signals::TextsPool pool;
  const Engine engine(**program);
  sbx::Workspace workspace(engine);
  return run_test(
      engine, [&] { return std::make_unique<SignalReader>(*signals, pool); }, workspace, steps);
}

std::string told(const sema::Test& test, const TestRun& run) {
  std::string text = std::string(to_string(run.status)) + ": " + test.title;
  if (!run.message.empty()) text += "\n" + run.message;
  for (const Mismatch& one : run.mismatches) {
    text += "\n" + (test.steps.size() > 1 ? "step " + std::to_string(one.step + 1) + ": " : "") + one.name + ": expected " + one.expected +
            ", got " + one.actual;
  }
  for (const std::string& name : run.leaned) text += "\nthe decision leans on `" + name + "`, which is not given";
  return text;
}

}  // namespace

Json run_test_command(const Snapshot& snapshot, const Json& arguments) {
  const std::string title = arguments.at(1).get<std::string>();
  const std::string name = arguments.size() > 2 ? arguments.at(2).get<std::string>() : "";
  if (snapshot.checked.diags.has_errors()) return "error: " + title + "\nthe policy has errors";
  const std::vector<sema::Policy>& policies = snapshot.checked.policies;
  for (size_t i = 0; i < policies.size(); ++i) {
    if (!name.empty() && policies[i].name != name) continue;
    for (const sema::Test& test : policies[i].tests) {
      if (test.title != title) continue;
      Result<TestRun> result = run(snapshot.checked, i, test);
      return result ? told(test, *result) : "error: " + title + "\n" + result.error().message;
    }
  }
  throw Refusal(ErrorCode::InvalidParams, "no test \"" + title + "\"");
}

Json show_witness_command(const Snapshot& snapshot, const Json& arguments) {
  for (const Diagnostic* finding : snapshot.findings_at(snapshot.lines.byte(position_in(arguments.at(1))))) {
    if (finding->witness) return Json::parse(finding->witness->request).dump(2, ' ', false, Json::error_handler_t::replace);
  }
  throw Refusal(ErrorCode::RequestFailed, "no finding here has a request that shows it");
}

}  // namespace sbx::lsp
