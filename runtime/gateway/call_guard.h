// SPDX-License-Identifier: Apache-2.0
// What one call has to do with the guardrail of its attempt: whether the answer waits for it, and what it says.
#pragma once

#include <cstddef>
#include <string_view>

#include "runtime/engine/decision.h"
#include "runtime/gateway/guardrails.h"
#include "runtime/http/aside.h"

namespace sbx::gateway {

class CallGuard {
 public:
  /// Both must outlive it. `deciders`: where a judgement may wait for models.
  CallGuard(const Guardrails& all, http::Aside& deciders) : all_(all), deciders_(deciders) {}

  /// By the attempt's slot `guardrail`.
  void begin(const Manifest& manifest, const Attempt& attempt);
  [[nodiscard]] bool judges() const { return guardrail_ != nullptr; }
  /// Whether the client waits for the judgement.
  [[nodiscard]] bool holds() const { return judges() && guardrail_->settings().enforce; }
  /// Bytes of an answer that can be judged; what is longer goes on unjudged, or is refused. Only while it judges.
  [[nodiscard]] size_t most_bytes() const { return static_cast<size_t>(guardrail_->settings().answer_bytes); }
  [[nodiscard]] bool refuses_unjudged() const { return guardrail_->settings().refuses_unjudged; }

  /// By the answer as the client would have it. `lacks`: why it is not all there, and so cannot be judged; empty: it is.
  http::Task<Judgement> judge(const Request& asked, const http::Response& answer, std::string_view lacks) const;
  /// The answer goes on as it comes, and nobody judges it.
  [[nodiscard]] observe::GuardrailRecord leave_alone(std::string_view why);

 private:
  const Guardrails& all_;
  http::Aside& deciders_;
  const Guardrail* guardrail_ = nullptr;  // null: none
};

}  // namespace sbx::gateway
