// SPDX-License-Identifier: Apache-2.0
// What `learn` and `eval` are told alike: rows, folds, a seed, and one policy.
#pragma once

#include <memory>
#include <string>

#include "compiler/driver/command.h"
#include "compiler/driver/inputs.h"
#include "compiler/driver/outcome_data.h"

namespace CLI {
class App;
}

namespace sbx::driver {

struct OutcomeOptions {
  std::string data, group_by, models;
  size_t folds = 5, dimension = 128;
  uint64_t seed = 0;

  [[nodiscard]] bool by_group() const { return !group_by.empty(); }
  [[nodiscard]] learn::LearnOptions learn() const { return {.seed = seed, .dimension = dimension, .stage = {}}; }
};

/// `--data --folds --group-by --seed --dimension --models`; `about_folds` is the help of `--folds`.
void add_outcome_options(CLI::App& command, OutcomeOptions& options, const std::string& about_folds);

/// The one policy of a file, or an object, ready to decide rows. Does not move.
class PolicyToDecide {
 public:
  /// `models` as --models names them. What is wrong has been reported when it is not open.
  [[nodiscard]] static std::unique_ptr<PolicyToDecide> open(const std::string& path, const std::string& models, const Common& common);

  [[nodiscard]] bool is_open() const { return decider_.has_value(); }
  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] RowDecider& decider() { return *decider_; }

 private:
  CheckedPolicies checked_;
  std::optional<ServedPolicies> policies_;
  std::optional<RowDecider> decider_;
  int status_ = Done;
};

}  // namespace sbx::driver
