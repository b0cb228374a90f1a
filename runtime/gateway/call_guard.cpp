// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/call_guard.h"

#include <functional>
#include <utility>

#include "runtime/effects/outgoing.h"

namespace sbx::gateway {

void CallGuard::begin(const Manifest& manifest, const Attempt& attempt) {
  guardrail_ = all_.find(effects::text_of(manifest, attempt.slots, "guardrail"));
}

http::Task<Judgement> CallGuard::judge(const Request& asked, const http::Response& answer, std::string_view lacks) const {
  Judgement judgement = guardrail_->unjudged(std::string(lacks));
  if (!lacks.empty()) co_return judgement;
  const Policies::Pick by = guardrail_->pick(asked);
  const std::function<void()> judging = [&] { judgement = guardrail_->judge(*by.generation, asked, answer); };
  if (by.generation->signals().is_slow())
    co_await deciders_.run(judging);
  else
    judging();
  co_return judgement;
}

observe::GuardrailRecord CallGuard::leave_alone(std::string_view why) {
  return std::exchange(guardrail_, nullptr)->unjudged(std::string(why)).record;
}

}  // namespace sbx::gateway
