// SPDX-License-Identifier: Apache-2.0
// Rows of outcomes with the requests that they are about, and a policy that decides these.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/served.h"
#include "runtime/learn/learn.h"
#include "runtime/learn/outcome_metrics.h"

namespace sbx::driver {

struct OutcomeData {
  learn::OutcomeTable table;
  std::vector<Request> requests;  // by row
  std::vector<Request> logged;    // by logged row
};
/// R0701, R0790; a request that cannot be decoded is R0790 too. One that gives no time is decided as of 1970, so that the same rows are
/// decided alike on any day.
[[nodiscard]] Result<std::unique_ptr<OutcomeData>> load_outcomes(const std::string& path);

/// One policy of a file, deciding request after request.
class RowDecider {
 public:
  /// Both must outlive it.
  RowDecider(ServedPolicies& policies, size_t policy) : policies_(policies), policy_(policy) {}

  /// The policy as it is without given readings of derived signals.
  [[nodiscard]] Result<const Manifest*> manifest();
  [[nodiscard]] Result<Decision> decide(const Request& request, const Learned* learned, bool eager = false);
  /// What trained selectors look at, for each request.
  [[nodiscard]] Result<std::vector<learn::SeenRow>> see(const std::vector<Request>& requests);

 private:
  ServedPolicies& policies_;
  size_t policy_;
};

/// The model that a decision asks first, as a column of the table, and how much its selector holds the strong candidate to be worth more
/// than the weak one; without such terms 1 if it asks the strong one, else 0.
[[nodiscard]] learn::Choice choice_of(const Decision& decision, const std::vector<std::optional<size_t>>& columns, const learn::Arena& arena);

}  // namespace sbx::driver
