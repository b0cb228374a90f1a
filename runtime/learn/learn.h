// SPDX-License-Identifier: Apache-2.0
// `signalbox learn`: fits what the trained selectors of a policy need from outcome rows.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/learn/outcomes.h"
#include "runtime/selectors/learned.h"

namespace sbx::learn {

/// What of a row's request selectors look at.
struct SeenRow {
  std::string text;
  std::map<std::string, std::string, std::less<>> labels;  // by the signal that `per:` names
};

struct LearnOptions {
  uint64_t seed = 0;
  size_t dimension = 128;                      // of the vectors of texts
  std::function<void(std::string_view)> stage;  // told what begins; may be empty
};

/// A trained selector as the policy calls it, with all models that it is to choose from.
struct TrainedCall {
  Selector selector;
  std::vector<std::string> models;
};
/// Each call once, in the policy's order.
[[nodiscard]] std::vector<TrainedCall> trained_calls(const Manifest& manifest);

/// Fits every trained call on the table's rows at `rows`; `seen` has one for each row of the table. The same input, options and binary
/// give the same bytes. R0792 if the policy has no trained selector, or a model has no outcome in these rows.
[[nodiscard]] Result<Learned> learn(const Manifest& manifest, const OutcomeTable& table, std::span<const SeenRow> seen,
                                    std::span<const size_t> rows, const LearnOptions& options);

}  // namespace sbx::learn
