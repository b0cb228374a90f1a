// SPDX-License-Identifier: Apache-2.0
// Personal data that its own form gives away, checked where it can be: sums, ranges, lengths. Linear in the text. What is found here is taken
// out, so a form must be beyond doubt; runtime/models/pii_patterns.h tells a tagger what only may be some.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace sbx::effects {

enum class PiiKind : uint8_t { Email, Phone, Card, Iban, Ip, Ssn };
inline constexpr PiiKind kAllPii[] = {PiiKind::Email, PiiKind::Phone, PiiKind::Card, PiiKind::Iban, PiiKind::Ip, PiiKind::Ssn};
/// `email`, as in a policy.
[[nodiscard]] std::string_view to_string(PiiKind kind);

struct PiiSpan {
  size_t begin = 0;
  size_t end = 0;
  PiiKind kind = PiiKind::Email;
  friend bool operator==(const PiiSpan&, const PiiSpan&) = default;
};

/// In order, none over another; the one that begins first counts, then the longer one.
[[nodiscard]] std::vector<PiiSpan> find_pii(std::string_view text, const std::vector<PiiKind>& wanted);

}  // namespace sbx::effects
