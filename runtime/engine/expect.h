// SPDX-License-Identifier: Apache-2.0
// The tests of a policy: requests and readings that are given, decided as they would be served, held against what is expected.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/engine/engine.h"

namespace sbx {

struct TestReading {
  std::string name;
  bool unknown = false;
  Constant value;
  std::optional<Decimal> confidence;
};

/// `route`, `outcome`, `model`, `candidates`, `rules`, `asks`, `status`, `message`, a slot (`reasoning`, `header("x")`) or a signal; values
/// as text.
struct ExpectedValue {
  std::string name;
  std::vector<std::string> values;
  bool is_list = false;
};

struct TestStep {
  std::string request_json;  // an envelope
  std::vector<TestReading> given;
  std::vector<ExpectedValue> expect;
};

enum class TestStatus : uint8_t { Passed, Failed, Error };
[[nodiscard]] std::string_view to_string(TestStatus status);

struct Mismatch {
  size_t step = 0;
  std::string name;
  std::string expected;
  std::string actual;
};

struct TestRun {
  TestStatus status = TestStatus::Passed;
  std::string message;               // Error: why
  std::vector<Mismatch> mismatches;  // Failed
  std::vector<std::string> leaned;   // Error: signals that the decision asked for and the test does not name
  std::vector<Decision> decisions;   // one a step, as far as it came
};

/// A reader for one request.
using MakeReader = std::function<std::unique_ptr<Reader>()>;

/// Runs the steps of a test or scenario, the session carried along. Free and fast signals are computed, model and remote ones are unknown
/// unless given; a decision that asks for one of those that is not named is an error. `live` computes them too.
[[nodiscard]] TestRun run_test(const Engine& engine, const MakeReader& make_reader, Workspace& workspace,
                               const std::vector<TestStep>& steps, bool live = false);

/// What a decision has to show for an expectation's name; nothing for a name that means nothing. `asks` needs what run_test knows.
[[nodiscard]] std::optional<std::vector<std::string>> actual_of(const Manifest& manifest, const Decision& decision, std::string_view name);

}  // namespace sbx
