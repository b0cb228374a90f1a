// SPDX-License-Identifier: Apache-2.0
#include "runtime/signals/builtin.h"

#include <array>

#include "runtime/signals/kinds.h"

namespace sbx::signals {
namespace {

template <FieldReader kRead>
Bound field(const Binding& binding) {
  return bind_field(binding, kRead);
}

constexpr SignalKind kBuiltin[] = {
    {"keywords", bind_keywords},
    {"pattern", bind_pattern},
    {"density", bind_density},
    {"bm25", bind_bm25},
    {"ngrams", bind_ngrams},
    {"reask", bind_reask},
    {"exists", bind_exists},
    {"count", bind_count},
    {"sequence", bind_sequence},
    {"language", bind_language},

    {"text", field<fields::text>},
    {"text.all", field<fields::text_all>},
    {"text.system", field<fields::text_system>},
    {"request.path", field<fields::path>, Reads::Head},
    {"request.model", field<fields::model>, Reads::Model},
    {"dialect", field<fields::dialect>, Reads::Dialect},
    {"tokens", field<fields::tokens>},
    {"turns", field<fields::turns>},
    {"messages.count", field<fields::messages>},
    {"replies.count", field<fields::replies>},
    {"tool_calls.count", field<fields::tool_calls>},
    {"tool_results.count", field<fields::tool_results>},
    {"tools.count", field<fields::tools>},
    {"tools.names", field<fields::tool_names>},
    {"tool_choice", field<fields::tool_choice>},
    {"images.count", field<fields::images>},
    {"audio.count", field<fields::audio>},
    {"format", field<fields::format>},
    {"stream", field<fields::stream>},
    {"max_tokens", field<fields::max_tokens>},
    {"temperature", field<fields::temperature>},
    {"header", bind_header, Reads::Head},
    {"metadata", bind_metadata, Reads::Metadata},
    {"user.id", field<fields::user_id>, Reads::Head},
    {"user.tier", field<fields::user_tier>, Reads::Head},
    {"user.region", field<fields::user_region>, Reads::Head},
    {"user.team", field<fields::user_team>, Reads::Head},
    {"user.roles", field<fields::user_roles>, Reads::Head},
    {"user.groups", field<fields::user_groups>, Reads::Head},
    {"time.hour", bind_hour, Reads::Head},
    {"time.weekday", bind_weekday, Reads::Head},
    {"session.id", field<fields::session_id>, Reads::Head},
    {"session.previous_model", field<fields::previous_model>, Reads::Head},
    {"session.idle", field<fields::idle>, Reads::Head},
    {"session.open_tool_loop", field<fields::open_tool_loop>},
    {"event.types", field<fields::event_types>, Reads::Head},
    {"event.severities", field<fields::event_severities>, Reads::Head},

    {"nearest", bind_nearest},
    {"classifier", bind_classifier},
    {"similar", bind_similar},
    {"contrast", bind_contrast},
    {"trained", bind_trained},
    {"safety.pii", bind_pii},
    {"safety.jailbreak", bind_jailbreak},
    {"safety.injection", bind_injection},
    {"safety.risk", bind_risk},
    {"answer.mean_logprob", bind_mean_logprob},
    {"answer.min_logprob", bind_min_logprob},
    {"answer.first_logprob", bind_first_logprob},
    {"answer.certainty", bind_certainty},
    {"answer.uncertain_tokens", bind_uncertain_tokens},
    {"answer.uncertain_share", bind_uncertain_share},
    {"answer.mentions", bind_mentions},
    {"answer.confidence_at", bind_confidence_at},
    {"answer.tokens", bind_answer_tokens},
    {"answer.well_formed", bind_well_formed},
    {"agreement.distinct", bind_distinct},
    {"agreement.share", bind_share},
    {"agreement.sigma", bind_sigma},
    {"agreement.margin", bind_margin},
    {"agreement.consistency", bind_consistency},
    {"vllm_sr.embeddings", bind_later},
    {"vllm_sr.domains", bind_later},
    {"vllm_sr.confidence", bind_later},
};

constexpr SignalKind kPolicy[] = {{"budget", bind_budget, Reads::Budget},
                                  {"table", bind_table, Reads::Table},
                                  {"gateway", bind_given, Reads::Head},
                                  {"given", bind_given, Reads::Head}};

}  // namespace

std::span<const SignalKind> builtin_kinds() { return kBuiltin; }
std::span<const SignalKind> policy_kinds() { return kPolicy; }

const SignalKind* find_kind(std::string_view name) {
  for (std::span<const SignalKind> kinds : {builtin_kinds(), policy_kinds()}) {
    for (const SignalKind& kind : kinds) {
      if (kind.name == name) return &kind;
    }
  }
  return nullptr;
}

}  // namespace sbx::signals
