// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/guardrails.h"

#include <algorithm>
#include <array>

#include "runtime/effects/outgoing.h"
#include "runtime/gateway/answer_text.h"
#include "runtime/gateway/identity.h"
#include "runtime/gateway/set_slots.h"
#include "runtime/gateway/vouching_loader.h"
#include "runtime/request/choices.h"

namespace sbx::gateway {

namespace {

/// The answer as a request: what a policy reads as the user's text is what the model said; who asks, and in which conversation, stays.
Request as_request(const Request& asked, AnswerText answer) {
  Request request = asked;
  request.text_all += (request.text_all.empty() ? "" : "\n") + answer.text;
  request.text = answer.text;
  if (!answer.choices.empty()) request.metadata.emplace_back(kChoices, std::move(answer.choices));
  request.messages.push_back({.role = Role::User, .parts = {{.kind = Part::Kind::Text, .text = std::move(answer.text)}}});
  return request;
}

/// What a policy for answers may set; the first other slot that it does set, or nothing.
std::string_view misplaced_slot(const Manifest& manifest) {
  constexpr std::array<std::string_view, 2> kMay{"header", "tags"};
  for (const SetTo& set : set_slots(manifest)) {
    const Slot& slot = manifest.slots[set.slot];
    const bool is_default = slot.initial && set.value == &*slot.initial;
    if (!is_default && std::ranges::find(kMay, slot.name) == kMay.end()) return slot.name;
  }
  return {};
}

std::string unfit(const TrustSettings& trust, const embed::Generation& generation) {
  const Manifest& manifest = generation.manifest();
  if (std::string wrong = unvouched(trust, manifest); !wrong.empty()) return wrong;
  if (!generation.signals().missing().empty()) return generation.signals().missing().front().message;
  if (!manifest.states.empty()) return "the state `" + manifest.states.front().name + "`: a policy of a guardrail has none";
  const auto budget = std::ranges::find(manifest.signals, "budget", &SignalInfo::kind);
  if (budget != manifest.signals.end()) return "`" + budget->name + "`: a policy of a guardrail has no budgets";
  const std::string_view slot = misplaced_slot(manifest);
  return slot.empty() ? std::string() : "a policy of a guardrail sets `header` and `tags`, not `" + std::string(slot) + "`";
}

}  // namespace

void lay(Judgement& judgement, http::Headers& headers) {
  constexpr std::string_view kOurs = "x-signalbox-";  // no policy says these
  for (auto& [name, value] : judgement.headers) {
    if (!http::same_name(name.substr(0, kOurs.size()), kOurs)) http::set(headers, name, std::move(value));
  }
  const std::string_view verdict = judgement.record.verdict();
  http::set(headers, "x-signalbox-guardrail", judgement.record.name + (verdict == "passed" ? "" : "; " + std::string(verdict)));
}

Judgement Guardrail::unjudged(std::string why) const {
  Judgement judgement;
  judgement.record.name = settings_.name;
  judgement.record.error = std::move(why);
  if (settings_.enforce && settings_.refuses_unjudged) judgement.instead = Denial{502, "the answer could not be judged"};
  judgement.record.refused = judgement.instead.has_value();
  return judgement;
}

Judgement Guardrail::judge(embed::Generation& by, const Request& asked, const http::Response& answer) const {
  Result<AnswerText> said = read_answer(http::find(answer.headers, "content-type").value_or(std::string_view()), answer.body);
  if (!said) return unjudged(said.error().message);
  const Result<Decision> decided =
      by.decide(as_request(asked, std::move(*said)), {.explain = ExplainLevel::None, .given = {}, .state = nullptr});
  if (!decided) return unjudged(decided.error().message);
  const Manifest& manifest = by.manifest();
  Judgement judgement;
  judgement.record.name = settings_.name;
  judgement.record.policy = manifest.name + "@" + manifest.revision;
  judgement.record.route = decided->route ? manifest.routes[*decided->route].name : std::string(to_string(decided->outcome));
  if (decided->attempts.empty()) {
    judgement.record.refused = true;
    if (settings_.enforce) judgement.instead = end_of(*decided);
  } else {
    judgement.headers = effects::headers_of(manifest, decided->attempts.front().effects).headers;
  }
  return judgement;
}

LoadedPolicy GuardrailLoader::load(const Candidate& candidate, const std::string& running) {
  LoadedPolicy loaded = loader_.load(candidate, running);
  if (!loaded.generation) return loaded;
  if (const std::string wrong = unfit(trust_, *loaded.generation); !wrong.empty()) reject(loaded, {"R0763", wrong});
  return loaded;
}

Guardrails::Guardrails(const Settings& settings, PolicyLoader& loader) : loader_(settings.trust, loader) {
  for (const GuardrailSettings& one : settings.guardrails) all_.emplace(one.name, std::make_unique<Guardrail>(one, loader_));
}

Result<bool> Guardrails::load(const std::function<void(const std::string&)>& say) {
  for (const auto& [name, guardrail] : all_) {
    guardrail->policies().on_load = [say, name = name](const LoadedPolicy& loaded, bool) {
      say("guardrail " + name + ": " +
          (loaded.generation ? "a policy is loaded" : "a policy is rejected, the one before goes on judging: " + loaded.reason));
    };
    const LoadedPolicy loaded = guardrail->policies().load_path();
    if (!loaded.generation) return Error{"R0763", "the policy of the guardrail `" + name + "` is refused: " + loaded.reason};
  }
  return true;
}

void Guardrails::reload() const {
  for (const auto& [name, guardrail] : all_) guardrail->policies().load_path();
}

const Guardrail* Guardrails::find(std::string_view name) const {
  const auto found = all_.find(name);
  return found == all_.end() ? nullptr : found->second.get();
}

}  // namespace sbx::gateway
