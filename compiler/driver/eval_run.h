// SPDX-License-Identifier: Apache-2.0
// Rows decided by a policy and scored, with the baselines beside it. What is printed of it is in eval_report.h.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/outcome_data.h"
#include "runtime/learn/baselines.h"
#include "runtime/learn/off_policy.h"

namespace sbx::driver {

struct EvalOptions {
  std::vector<std::string> candidates;  // as rows or the policy call them; empty: all that the policy asks and the rows know
  size_t folds = 0;                     // 0: trained selectors go by `learned`
  bool by_group = false;
  const Learned* learned = nullptr;
  learn::LearnOptions learn;
};

struct Evaluation {
  learn::Arena arena;  // of the data that was evaluated, which must outlive this
  learn::OutcomeFolds folds;
  std::vector<learn::Choice> choices;
  std::vector<learn::Baseline> baselines;
  std::optional<std::vector<learn::Choice>> against;
  std::optional<learn::OffPolicyValue> off_policy;
};

/// Decides every row; with folds each by what the other folds taught. `against`, if not null, decides the same rows. R0792 if a trained
/// selector has learned nothing, R0703 if there is nobody to compare or no row in which all candidates are known.
[[nodiscard]] Result<Evaluation> evaluate(const OutcomeData& data, RowDecider& policy, RowDecider* against, const EvalOptions& options);

}  // namespace sbx::driver
