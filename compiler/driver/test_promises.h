// SPDX-License-Identifier: Apache-2.0
// What a policy requires of requests that no model is left for, held against tests: the engine holds a decision to what its route says,
// and such a request gets what `unserved` says.
#pragma once

#include <map>
#include <memory>

#include "compiler/driver/served.h"
#include "runtime/engine/expect.h"

namespace sbx::driver {

class UnservedPromises {
 public:
  /// `checked` must outlive it.
  explicit UnservedPromises(const Checked& checked) : checked_(checked) {}

  /// Corrects what the run of a policy's test says of its promises, where a step was not served. `given`: as of ServedPolicies::get.
  std::optional<Error> hold(size_t policy, const std::set<std::string>& given, const std::vector<TestStep>& steps, TestRun& run);

 private:
  /// A policy whose promises are spelt out, and which of them speak of requests that are not served.
  struct Spelt {
    std::unique_ptr<ServedPolicy> served;
    std::vector<size_t> promises;
  };
  [[nodiscard]] Result<const Spelt*> spelt(size_t policy, const std::set<std::string>& given);

  const Checked& checked_;
  std::map<std::pair<size_t, std::set<std::string>>, Spelt> made_;
};

}  // namespace sbx::driver
