// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/diff_judge.h"

#include <algorithm>

#include "runtime/engine/decision_json.h"
#include "runtime/engine/sent.h"
#include "runtime/request/decode.h"
#include "runtime/selectors/selector.h"

namespace sbx::driver {
namespace {

std::set<std::string> names_of(const sema::Policy& policy) {
  std::set<std::string> names;
  for (const sema::Symbol& symbol : policy.symbols) names.insert(symbol.name);
  return names;
}

/// The output that an attempt may have: what the request asks for, within the model's and the policy's limits.
int64_t most_output(const Manifest& manifest, const Request& request, const Attempt& attempt) {
  std::vector<int64_t> limits;
  if (request.max_tokens) limits.push_back(std::max<int64_t>(0, *request.max_tokens));
  if (const std::optional<int64_t>& most = manifest.models[attempt.model].output_tokens) limits.push_back(*most);
  for (const SlotValue& slot : attempt.slots) {
    const auto* limit = std::get_if<Decimal>(&slot.value.value);
    if (limit == nullptr || manifest.slots[slot.slot].name != "max_tokens") continue;
    if (const auto tokens = scaled(*limit, 0, Rounding::Down)) limits.push_back(*tokens);
  }
  return limits.empty() ? 0 : std::ranges::min(limits);
}

/// What is sent for a request. Tools that are those of the request are not: a policy that leaves them all says what one that does not speak
/// of tools says.
std::string sent_for(const Request& request, const OneDecision& one) {
  ConstantList offered;
  for (const Tool& tool : request.tools) offered.push_back({tool.name});
  Decision decision = one.decision;
  const auto drop = [&](std::vector<SlotValue>& slots) {
    std::erase_if(slots, [&](const SlotValue& slot) {
      return one.manifest->slots[slot.slot].name == "tools" && slot.value == Constant{offered};
    });
  };
  drop(decision.slots);
  for (Attempt& attempt : decision.attempts) drop(attempt.slots);
  return sent(*one.manifest, decision);
}

}  // namespace

DiffJudge::DiffJudge(PolicyOf old, PolicyOf now, const CompileOptions& options)
    : old_{old, ServedPolicies(old.checked, options), names_of(old.checked.policies[old.index])},
      now_{now, ServedPolicies(now.checked, options), names_of(now.checked.policies[now.index])} {}

std::optional<diff::BothDecided> DiffJudge::decide(const std::string& envelope) {
  const Decoded decoded = decode_request(envelope, {});
  if (!decoded.request) return std::nullopt;
  const Result<TwoDecisions> both = decide(*decoded.request);
  if (!both) return std::nullopt;
  const auto told = [&](const OneDecision& one) {
    diff::Decided told{sent_for(*decoded.request, one), decision_json(*one.manifest, one.decision, false), {}};
    for (const Attempt& attempt : one.decision.attempts) told.models.push_back(sent(one.manifest->models[attempt.model]));
    return told;
  };
  return diff::BothDecided{told(both->old), told(both->now)};
}

Result<TwoDecisions> DiffJudge::decide(const Request& request) {
  for (const GivenReading& given : request.readings) {
    if (!old_.names.contains(given.name) && !now_.names.contains(given.name)) {
      return Error{"R0734", "a reading is given for `" + given.name + "`, which neither policy reads"};
    }
  }
  Result<OneDecision> old = decide(old_, request);
  if (!old) return old.error();
  Result<OneDecision> now = decide(now_, request);
  if (!now) return now.error();
  const bool differ = sent_for(request, *old) != sent_for(request, *now);
  return TwoDecisions{std::move(*old), std::move(*now), differ};
}

Result<OneDecision> DiffJudge::decide(Party& party, const Request& request) {
  Request own = request;
  std::erase_if(own.readings, [&](const GivenReading& given) { return !party.names.contains(given.name); });
  std::set<std::string> given;
  for (const GivenReading& reading : own.readings) given.insert(reading.name);
  Result<ServedPolicy*> served = party.served.get(party.policy.index, given);
  if (!served) return served.error();
  const std::unique_ptr<Reader> reader = (*served)->reader();
  Result<Decision> decision =
      (*served)->engine().decide(own, *reader, (*served)->workspace(), {.explain = ExplainLevel::None, .given = {}});
  if (!decision) return decision.error();
  OneDecision one{&(*served)->manifest(), std::move(*decision), 0};
  if (one.decision.attempts.empty()) return one;
  const Attempt& first = one.decision.attempts.front();
  one.cost_micros = call_cost(one.manifest->models[first.model], reader->prompt_tokens(own), most_output(*one.manifest, own, first));
  return one;
}

std::vector<diff::DeclaredChange> declared_changes(const PolicyOf& old, const PolicyOf& now) {
  return diff::declared_changes({old.checked.policies[old.index], old.checked.sources},
                                {now.checked.policies[now.index], now.checked.sources});
}

}  // namespace sbx::driver
