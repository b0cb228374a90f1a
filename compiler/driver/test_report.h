// SPDX-License-Identifier: Apache-2.0
// What a run of a policy's tests came to, as text, JSON and JUnit.
#pragma once

#include <string>
#include <vector>

#include "compiler/driver/findings_json.h"
#include "runtime/engine/expect.h"

namespace sbx::driver {

class TestReport {
 public:
  explicit TestReport(const Checked& checked) : checked_(checked) {}  // which must outlive it

  /// One test of the policy at `index`.
  void add(size_t index, const sema::Test& test, const Manifest& manifest, const TestRun& run);

  [[nodiscard]] bool all_passed() const { return failed_ == 0; }
  /// Ends with `N passed, N failed`; `coverage`, text of its own, comes before that.
  [[nodiscard]] std::string text(const std::string& coverage, bool color) const;
  [[nodiscard]] Json json(const Json& coverage) const;
  [[nodiscard]] std::string junit() const;

 private:
  struct Entry {
    std::string policy, title;
    TestStatus status;
    std::string reason;  // why it did not pass, a line each
    Json json;
  };

  const Checked& checked_;
  std::vector<Entry> entries_;
  size_t passed_ = 0, failed_ = 0;
};

}  // namespace sbx::driver
