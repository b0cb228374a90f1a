// SPDX-License-Identifier: Apache-2.0
// A `test` block in the making: what is given, as text of the language and as the step that the engine runs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/sema/request_draft.h"
#include "runtime/engine/expect.h"
#include "runtime/request/request.h"

namespace sbx::driver {

struct TestBlock {
  sema::RequestDraft request;
  std::map<SignalId, TestReading> readings;  // by their names

  [[nodiscard]] TestStep step() const;
};

/// What of a request is said in a block by itself; its length is not: words that only make it long are left out.
[[nodiscard]] sema::RequestDraft draft_of(const Request& request);
/// The parts of a text that ` . ` is between: each may be one that it can do without.
[[nodiscard]] size_t pieces_of(const std::string& text);
[[nodiscard]] std::string without_piece(const std::string& text, size_t piece);
/// `0.80` → `0.8`.
[[nodiscard]] Decimal shortest(Decimal value);
/// What a test may expect of a decision: who decides, how, whom it asks first, which rules fire, and labels that are not the default ones.
[[nodiscard]] std::vector<ExpectedValue> expectations_of(const Manifest& manifest, const Decision& decision);
/// The block, not formatted.
[[nodiscard]] std::string text_of(const std::string& title, const TestBlock& block, const std::vector<ExpectedValue>& expect,
                                  const Manifest& manifest);

}  // namespace sbx::driver
