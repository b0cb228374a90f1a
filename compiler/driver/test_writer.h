// SPDX-License-Identifier: Apache-2.0
// Finds requests that show what no test of a policy shows yet, and writes them as tests.
#pragma once

#include <string>
#include <vector>

#include "compiler/driver/served.h"

namespace sbx::driver {

struct WrittenTest {
  std::string title;
  std::string text;  // a formatted block
};

struct WrittenTests {
  std::vector<WrittenTest> tests;
  std::vector<std::string> left_out;  // a sentence each
};

/// `served` is the policy, none of its derived signals given. Each test has been run, and expects what was decided.
[[nodiscard]] WrittenTests write_tests(const sema::Policy& policy, ServedPolicy& served);

}  // namespace sbx::driver
