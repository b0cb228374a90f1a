// SPDX-License-Identifier: Apache-2.0
// What a policy requires, taken apart so that each part can be asked about: conditions that speak of slots become one for every value
// the slots can have, bounds on money and time become numbers. What is left reads signals, routes and models, and is lowered like any
// condition.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/sema/policy.h"

namespace sbx::analysis {

/// A slot has this value at an attempt; nothing: it has none.
struct SlotIs {
  SlotId slot;
  std::optional<Constant> value;
};

/// A condition with the values of the slots it reads. `requirement`: of the manifest that the spelt-out policy is lowered to.
struct PromiseCase {
  size_t requirement = 0;
  std::vector<SlotIs> slots;
  bool unserved = false;  // of requests whose winner asks models and has none left
};

/// One of the conditions that a `require` joins by `and`.
struct Promise {
  enum class Kind : uint8_t {
    Always,    // holds in every case
    Cost,      // the worst case costs at most `bound`; the one case says when
    Latency,   // it takes at most `bound`
    Possible,  // each group has a case that can come about
    Open,      // says what is not proved yet
  } kind = Kind::Open;
  std::vector<PromiseCase> cases;
  int64_t bound = 0;                                                     // millionths of a dollar, microseconds
  bool reaches_bound = true;                                             // whether the bound itself is allowed
  std::vector<std::pair<std::string, std::vector<PromiseCase>>> groups;  // Possible: for which labels
  std::string why;                                                       // Open
};

struct Required {
  Span span;
  std::vector<Promise> parts;
};

/// In the order written. Rewrites the policy's requirements: afterwards every one of them reads signals, routes and models alone, and
/// their positions are the `requirement`s above.
[[nodiscard]] std::vector<Required> spell_out(sema::Policy& policy);

}  // namespace sbx::analysis
