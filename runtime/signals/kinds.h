// SPDX-License-Identifier: Apache-2.0
// The kinds of signals, one function each, by the file that has them. builtin.cpp names them.
#pragma once

#include "runtime/signals/signal.h"

namespace sbx::signals {

using Bound = Result<std::unique_ptr<Extractor>>;

/// A field of the request: read by one function, its value taken as the type that the policy declares.
using FieldReader = Reading (*)(const Request& request, const Type& type);
[[nodiscard]] Bound bind_field(const Binding& binding, FieldReader read);

Bound bind_keywords(const Binding& binding);
Bound bind_pattern(const Binding& binding);
Bound bind_density(const Binding& binding);
Bound bind_bm25(const Binding& binding);
Bound bind_ngrams(const Binding& binding);
Bound bind_reask(const Binding& binding);
Bound bind_exists(const Binding& binding);
Bound bind_count(const Binding& binding);
Bound bind_sequence(const Binding& binding);
Bound bind_language(const Binding& binding);

Bound bind_header(const Binding& binding);
Bound bind_metadata(const Binding& binding);
Bound bind_hour(const Binding& binding);
Bound bind_weekday(const Binding& binding);

/// What the policy declares rather than stdlib/: budgets, rows of tables, readings that only a host or a test gives.
Bound bind_budget(const Binding& binding);
Bound bind_table(const Binding& binding);
Bound bind_given(const Binding& binding);
/// Kinds that go by a learned model. What is wrong with it is an error of the runtime (R…), of the arguments one of the policy (E…).
Bound bind_classifier(const Binding& binding);
Bound bind_trained(const Binding& binding);
Bound bind_similar(const Binding& binding);
Bound bind_contrast(const Binding& binding);
Bound bind_nearest(const Binding& binding);
Bound bind_pii(const Binding& binding);
Bound bind_jailbreak(const Binding& binding);
Bound bind_injection(const Binding& binding);
Bound bind_risk(const Binding& binding);
/// Kinds about answers that came with the request (answers.h).
Bound bind_mean_logprob(const Binding& binding);
Bound bind_min_logprob(const Binding& binding);
Bound bind_first_logprob(const Binding& binding);
Bound bind_certainty(const Binding& binding);
Bound bind_uncertain_tokens(const Binding& binding);
Bound bind_uncertain_share(const Binding& binding);
Bound bind_mentions(const Binding& binding);
Bound bind_confidence_at(const Binding& binding);
Bound bind_answer_tokens(const Binding& binding);
Bound bind_well_formed(const Binding& binding);
Bound bind_distinct(const Binding& binding);
Bound bind_share(const Binding& binding);
Bound bind_sigma(const Binding& binding);
Bound bind_margin(const Binding& binding);
Bound bind_consistency(const Binding& binding);
/// Always fails, and says why.
std::unique_ptr<Extractor> unavailable(std::string why);
/// Kinds that are declared and cannot be computed yet.
Bound bind_later(const Binding& binding);

namespace fields {
Reading text(const Request& request, const Type& type);
Reading text_all(const Request& request, const Type& type);
Reading text_system(const Request& request, const Type& type);
Reading path(const Request& request, const Type& type);
Reading dialect(const Request& request, const Type& type);
Reading model(const Request& request, const Type& type);
Reading tokens(const Request& request, const Type& type);
Reading turns(const Request& request, const Type& type);
Reading messages(const Request& request, const Type& type);
Reading replies(const Request& request, const Type& type);
Reading tool_calls(const Request& request, const Type& type);
Reading tool_results(const Request& request, const Type& type);
Reading tools(const Request& request, const Type& type);
Reading tool_names(const Request& request, const Type& type);
Reading tool_choice(const Request& request, const Type& type);
Reading images(const Request& request, const Type& type);
Reading audio(const Request& request, const Type& type);
Reading format(const Request& request, const Type& type);
Reading stream(const Request& request, const Type& type);
Reading max_tokens(const Request& request, const Type& type);
Reading temperature(const Request& request, const Type& type);
Reading user_id(const Request& request, const Type& type);
Reading user_tier(const Request& request, const Type& type);
Reading user_region(const Request& request, const Type& type);
Reading user_team(const Request& request, const Type& type);
Reading user_roles(const Request& request, const Type& type);
Reading user_groups(const Request& request, const Type& type);
Reading session_id(const Request& request, const Type& type);
Reading previous_model(const Request& request, const Type& type);
Reading idle(const Request& request, const Type& type);
Reading open_tool_loop(const Request& request, const Type& type);
Reading event_types(const Request& request, const Type& type);
Reading event_severities(const Request& request, const Type& type);
}  // namespace fields

}  // namespace sbx::signals
