// SPDX-License-Identifier: Apache-2.0
// The list of all that is counted (docs/guides/observing.md has it for operators).
#include "runtime/observe/counters.h"

namespace sbx::observe {
namespace {

// Nanoseconds, from what a decision takes to what a slow signal adds.
constexpr std::array<int64_t, 14> kDecisionNs = {1'000,     2'500,     5'000,      10'000,     25'000,     50'000,      100'000,
                                                 250'000,   500'000,   1'000'000,  5'000'000,  25'000'000, 100'000'000, 1'000'000'000};
// Microseconds.
constexpr std::array<int64_t, 12> kSignalUs = {5, 10, 25, 50, 100, 250, 500, 1'000, 5'000, 25'000, 100'000, 1'000'000};
constexpr std::array<int64_t, 12> kOverheadUs = {10, 25, 50, 75, 100, 250, 500, 1'000, 2'500, 10'000, 100'000, 1'000'000};
constexpr std::array<int64_t, 14> kRequestUs = {1'000,     5'000,     10'000,     25'000,     50'000,     100'000,    250'000,
                                                500'000,   1'000'000, 2'500'000,  5'000'000,  10'000'000, 30'000'000, 120'000'000};
// As OpenTelemetry's conventions for generative AI advise.
constexpr std::array<int64_t, 14> kGenAiUs = {10'000,    20'000,    40'000,    80'000,     160'000,    320'000,    640'000,
                                              1'280'000, 2'560'000, 5'120'000, 10'240'000, 20'480'000, 40'960'000, 81'920'000};
constexpr std::array<int64_t, 14> kGenAiTokens = {1,      4,      16,      64,        256,       1'024,      4'096,
                                                  16'384, 65'536, 262'144, 1'048'576, 4'194'304, 16'777'216, 67'108'864};
constexpr std::array<int64_t, 14> kTtftUs = {1'000,   5'000,     10'000,    20'000,    40'000,    80'000,     160'000,
                                             320'000, 640'000,   1'280'000, 2'560'000, 5'120'000, 10'240'000, 40'960'000};
constexpr int kMicro = 6, kNano = 9;

}  // namespace

const std::array<FamilyInfo, kFamilies>& families() {
  static const std::array<FamilyInfo, kFamilies> all = {{
      {"signalbox_requests_total", "Requests answered, by HTTP status.", {"status"}},
      {"signalbox_request_duration_seconds", "From a request's first byte to the answer's last.", {"operation"}, kMicro, kRequestUs},
      {"signalbox_overhead_seconds", "From a request's first byte until its first call was sent.", {}, kMicro, kOverheadUs},
      {"signalbox_clients_left_total", "Clients that left before their answer was complete.", {}},
      {"signalbox_received_bytes_total", "Bytes of bodies that clients sent.", {}},
      {"signalbox_sent_bytes_total", "Bytes of bodies that clients were sent.", {}},
      {"signalbox_decisions_total", "Decisions, by who won and what came of it.", {"policy", "route", "outcome"}},
      {"signalbox_decision_duration_seconds", "Time to a decision, readings included.", {"policy"}, kNano, kDecisionNs},
      {"signalbox_unserved_total", "Decisions that left no model to ask.", {"policy"}},
      {"signalbox_signal_duration_seconds", "Time to read a signal that is not free.", {"policy", "signal"}, kMicro, kSignalUs},
      {"signalbox_signal_failures_total", "Readings that failed.", {"policy", "signal"}},
      {"signalbox_upstream_attempts_total", "Calls of models, by what came of them.", {"policy", "model", "provider", "class"}},
      {"signalbox_fallbacks_total", "Calls of another model because one had failed.", {"policy", "from", "to"}},
      {"signalbox_retries_total", "Calls of the same model because one had failed.", {"policy", "model"}},
      {"signalbox_upstream_ttft_seconds", "From a call to the head of its answer.", {"policy", "model"}, kMicro, kTtftUs},
      {"signalbox_tokens_total", "Tokens as providers counted them.", {"policy", "model", "type"}},
      {"signalbox_cost_usd_total", "Dollars by the prices of the policy.", {"policy", "model"}, kMicro},
      {"signalbox_guardrail_judgements_total",
       "Answers judged, by the route of the guardrail's policy and what came of it.",
       {"guardrail", "route", "verdict"}},
      {"signalbox_retrieval_duration_seconds", "Time to find passages for a question.", {"retriever", "result"}, kMicro, kRequestUs},
      {"gen_ai_client_operation_duration_seconds",
       "Duration of a call of a model.",
       {"gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model", "error_type"},
       kMicro,
       kGenAiUs},
      {"gen_ai_client_token_usage",
       "Tokens of a call of a model.",
       {"gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model", "gen_ai_token_type"},
       0,
       kGenAiTokens},
  }};
  return all;
}

}  // namespace sbx::observe
