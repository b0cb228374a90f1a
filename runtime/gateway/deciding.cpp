// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/deciding.h"

namespace sbx::gateway {

namespace {

/// Nobody explains while it serves: a log tells on the readings that the decision kept.
DecideOptions options_by(const state::Snapshot& snapshot) { return {.explain = ExplainLevel::None, .given = {}, .state = &snapshot}; }

}  // namespace

bool may_wait(const Policies::Pick& pick) { return pick.generation->signals().is_slow() || (pick.shadow && pick.shadow->signals().is_slow()); }

Result<Decision> decide(Serving& serving, const Policies::Pick& pick, Request& request) {
  serving.sessions.recall(request);
  const std::shared_ptr<const state::Snapshot> snapshot = serving.store->snapshot();
  const DecideOptions options = options_by(*snapshot);
  Result<Decision> decided = pick.generation->decide(request, options);
  if (!decided || !pick.shadow) return decided;
  const Result<Decision> shadowed = pick.shadow->decide(request, options);
  if (shadowed) serving.policies.compare(*pick.generation, *decided, *pick.shadow, *shadowed);
  return decided;
}

Result<std::optional<Decision>> decide_early(Serving& serving, const Policies::Pick& pick, Request& head) {
  serving.sessions.recall(head);
  const std::shared_ptr<const state::Snapshot> snapshot = serving.store->snapshot();
  const DecideOptions options = options_by(*snapshot);
  Result<std::optional<Decision>> decided = pick.generation->decide_early({head, true}, options);
  if (!decided || !*decided || !pick.shadow) return decided;
  const Result<std::optional<Decision>> shadowed = pick.shadow->decide_early({head, true}, options);
  if (shadowed && *shadowed) serving.policies.compare(*pick.generation, **decided, *pick.shadow, **shadowed);  // else only the body could tell
  return decided;
}

Result<Decision> decide_without_body(Serving& serving, const Policies::Pick& pick, Request& head) {
  serving.sessions.recall(head);
  const std::shared_ptr<const state::Snapshot> snapshot = serving.store->snapshot();
  const DecideOptions options = options_by(*snapshot);
  Result<Decision> decided = pick.generation->decide_without_body({head, true}, options);
  if (!decided || !pick.shadow) return decided;
  const Result<Decision> shadowed = pick.shadow->decide_without_body({head, true}, options);
  if (shadowed) serving.policies.compare(*pick.generation, *decided, *pick.shadow, *shadowed);
  return decided;
}

}  // namespace sbx::gateway
