// SPDX-License-Identifier: Apache-2.0
// An evaluation as JSON, as text, and as the list of choices (docs/cli.md, "Learning and evaluation").
#pragma once

#include <string>

#include "compiler/driver/eval_run.h"
#include "compiler/driver/findings_json.h"

namespace sbx::driver {

struct EvalReport {
  const OutcomeData& data;
  const Evaluation& evaluation;
  double margin = 0.01;  // within which two policies count as equivalent in quality
  uint64_t seed = 0;

  /// Everything but the schema.
  [[nodiscard]] Json json() const;
  [[nodiscard]] std::string text() const;
  /// Columns id,model,score; no model: an empty field.
  [[nodiscard]] std::string choices_csv() const;
};

}  // namespace sbx::driver
