// SPDX-License-Identifier: Apache-2.0
// Rows of what models did with requests, and of what a gateway once chose: the data of `learn` and `eval` (docs/cli.md, "Learning and
// evaluation"). Only reading is here; outcome_metrics.h scores choices by them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/program/manifest.h"

namespace sbx::learn {

/// What one model made of one request.
struct Measured {
  double quality = 0;  // 0 to 1
  std::optional<double> cost_usd, latency_ms, input_tokens, output_tokens;
};

struct OutcomeRow {
  std::string id;
  std::string group;                              // rows of one source, or the steps of one trajectory; empty: none
  std::optional<int64_t> step;                    // of the trajectory `group`
  std::string request;                            // JSON as decode_request takes it; of a row with `text` one message of a user
  std::vector<std::optional<Measured>> outcomes;  // by model of the table; nothing: unknown
};

/// One answered request of a gateway's log.
struct LoggedRow {
  std::string id;
  std::string request;
  size_t action = 0;      // the model that answered, of the table
  double propensity = 1;  // with which it was chosen, above 0
  double reward = 0;
};

struct OutcomeTable {
  std::vector<std::string> models;  // as the rows call them, in order of their first appearance
  std::vector<OutcomeRow> rows;
  std::vector<LoggedRow> logged;
};

/// Reads JSON lines of outcome rows and logged rows. R0790 names the first line that is neither, or says something impossible: a quality
/// outside 0 to 1, a cost below 0, a propensity that is no probability. `file` is only for messages.
[[nodiscard]] Result<OutcomeTable> read_outcomes(std::string_view bytes, std::string_view file);

/// For each model of a policy the column of the table that is about it: rows call it by its name in the policy or as its provider does.
[[nodiscard]] std::vector<std::optional<size_t>> columns_of(const OutcomeTable& table, const Manifest& manifest);

}  // namespace sbx::learn
