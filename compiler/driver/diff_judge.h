// SPDX-License-Identifier: Apache-2.0
// Both policies of a `diff`, deciding requests as `decide` does.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "compiler/diff/compare.h"
#include "compiler/diff/declared_changes.h"
#include "compiler/driver/served.h"

namespace sbx::driver {

/// One policy's decision on a request, with what it costs: the first attempt, with all the output it may have. Nothing asked costs nothing.
struct OneDecision {
  const Manifest* manifest = nullptr;
  Decision decision;
  std::optional<int64_t> cost_micros;  // none: a price is not declared

  /// The route that won, or `otherwise`.
  [[nodiscard]] std::string winner() const { return decision.route ? manifest->routes[*decision.route].name : "otherwise"; }
};
struct TwoDecisions {
  OneDecision old, now;
  bool differ = false;
};

class DiffJudge final : public diff::Judge {
 public:
  /// All must outlive it.
  DiffJudge(PolicyOf old, PolicyOf now, const CompileOptions& options);

  [[nodiscard]] std::optional<diff::BothDecided> decide(const std::string& envelope) override;
  /// Each policy is given the readings that it has; R0734 for one that neither has.
  [[nodiscard]] Result<TwoDecisions> decide(const Request& request);

 private:
  struct Party {
    PolicyOf policy;
    ServedPolicies served;
    std::set<std::string> names;  // of all that can be given
  };
  static Result<OneDecision> decide(Party& party, const Request& request);

  Party old_, now_;
};

[[nodiscard]] std::vector<diff::DeclaredChange> declared_changes(const PolicyOf& old, const PolicyOf& now);

}  // namespace sbx::driver
