// SPDX-License-Identifier: Apache-2.0
// Personal data out of texts, and back into the answer: `[EMAIL_1]` stands for the same value throughout a request.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/effects/pii.h"
#include "runtime/engine/decision.h"
#include "runtime/program/manifest.h"

namespace sbx::effects {

/// What an attempt takes out (slot `redact`).
[[nodiscard]] std::vector<PiiKind> redacted_kinds(const Manifest& manifest, const Attempt& attempt);

class Redactor {
 public:
  /// `body`: placeholders that it holds already are not given again.
  Redactor(std::vector<PiiKind> kinds, std::string_view body);

  /// The text without them. `spans` are those of find_pii.
  [[nodiscard]] std::string redact(std::string_view text, const std::vector<PiiSpan>& spans);
  /// Text that is JSON itself, as the arguments of a tool: stays JSON. Empty: nothing to take out.
  [[nodiscard]] std::string redact_json(std::string_view json);
  [[nodiscard]] std::vector<PiiSpan> find(std::string_view text) const { return find_pii(text, kinds_); }

  /// Placeholder and what it stands for, in order of appearance.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& given() const { return given_; }

 private:
  const std::string& placeholder(PiiKind kind, std::string_view value);

  std::vector<PiiKind> kinds_;
  std::set<std::string, std::less<>> taken_;  // what looks like a placeholder in the body
  std::map<std::string, size_t, std::less<>> by_value_;
  std::map<PiiKind, size_t> last_;
  std::vector<std::pair<std::string, std::string>> given_;
};

}  // namespace sbx::effects
