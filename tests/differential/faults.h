// SPDX-License-Identifier: Apache-2.0
// Faults that are put into policies, each with what `check` has to say of it.
#pragma once

#include <string>
#include <vector>

#include "tests/differential/author.h"

namespace sbx::differential {

struct Planted {
  std::string finding;                  // its name
  std::string subject = "planted";      // rules[0], or what the finding points at where that is no rule; empty: the policy
  std::vector<std::string> blockers;    // sorted; empty: not asked
  std::vector<std::string> fire, rest;  // on the request that shows it: these hold, those do not
  bool shown = false;                   // there must be such a request
  enum class Decided : uint8_t {
    Not,
    Wins,
    Breaks,
    PassesBy
  } decided = Decided::Not;  // the subject decides it; and breaks a promise; or does not ask `named`
  std::string named;         // PassesBy: a model
};

/// One way to be wrong.
struct Fault {
  const char* what;
  Planted (*plant)(Draft& draft, Author& author);
};

[[nodiscard]] const std::vector<Fault>& all_faults();

}  // namespace sbx::differential
