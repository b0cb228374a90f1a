// SPDX-License-Identifier: Apache-2.0
// answer.tokens, answer.well_formed: how long the answer is, and whether it has the form that the request asks for.
#include "runtime/signals/answers.h"
#include "runtime/signals/kinds.h"
#include "runtime/text/tokens.h"

namespace sbx::signals {
namespace {

Reading tokens(const Choice& choice, const Request&) {
  return known(choice.tokens.empty() ? text::estimate_tokens(choice.text) : static_cast<int64_t>(choice.tokens.size()));
}

// Both forms of JSON are objects; the schema itself is not looked at.
Reading well_formed(const Choice& choice, const Request& request) {
  if (request.format == Format::Text) return known(!choice.text.empty());
  return known(is_json_object(choice.text));
}

}  // namespace

Bound bind_answer_tokens(const Binding&) { return of_choice(tokens); }
Bound bind_well_formed(const Binding&) { return of_choice(well_formed); }

}  // namespace sbx::signals
