// SPDX-License-Identifier: Apache-2.0
// The slowest honest engine: the resolved policy's expressions, walked for every request. Only `bench` uses it, to compare.
#pragma once

#include <cstdint>
#include <memory>

#include "compiler/sema/policy.h"

namespace sbx::driver {

/// Walks a policy that make_bench_policy made.
class TreeWalk {
 public:
  explicit TreeWalk(const sema::Policy& policy);
  ~TreeWalk();
  /// The number of the first rule that holds, UINT32_MAX if none. `request`: see BenchPolicy.
  [[nodiscard]] uint32_t decide(const int32_t* request) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sbx::driver
