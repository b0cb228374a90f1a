// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/test_steps.h"

namespace sbx::driver {

std::vector<TestStep> steps_of(const sema::Test& test, std::set<std::string>& given) {
  std::vector<TestStep> steps;
  for (const sema::TestStep& from : test.steps) {
    TestStep step{.request_json = from.request_json, .given = {}, .expect = {}};
    for (const sema::GivenReading& reading : from.given) {
      given.insert(reading.name);
      step.given.push_back({.name = reading.name, .unknown = reading.unknown, .value = reading.value, .confidence = reading.confidence});
    }
    for (const sema::Expectation& expected : from.expect) step.expect.push_back({expected.name, expected.values, expected.is_list});
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace sbx::driver
