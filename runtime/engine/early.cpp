// SPDX-License-Identifier: Apache-2.0
// Deciding before the body is there. The matcher answers when no pending reading could change the winner or what is laid over it; whether
// the body could change which candidates are left is tried on the body that asks the most.
#include <algorithm>
#include <set>

#include "runtime/engine/engine.h"
#include "runtime/engine/explain.h"
#include "runtime/engine/finish.h"
#include "runtime/engine/relevant.h"
#include "runtime/engine/spending.h"
#include "runtime/request/readings.h"
#include "runtime/signals/reads_body.h"

namespace sbx {

namespace {

constexpr int64_t kMoreThanAnyContext = int64_t{1} << 60;

bool same(const Attempt& a, const Attempt& b) {
  return a.model == b.model && a.slots == b.slots && a.effects == b.effects && a.rules == b.rules && a.on == b.on;
}

/// Whether the same is asked and answered; the parts that follow from the winner alone are not compared.
bool same(const Decision& a, const Decision& b) {
  return a.outcome == b.outcome && a.unserved == b.unserved && a.rules == b.rules && a.slots == b.slots && a.effects == b.effects &&
         a.denied.has_value() == b.denied.has_value() && a.response.has_value() == b.response.has_value() &&
         a.escalation.has_value() == b.escalation.has_value() && a.after.has_value() == b.after.has_value() &&
         std::ranges::equal(a.attempts, b.attempts, [](const Attempt& x, const Attempt& y) { return same(x, y); });
}

/// Selectors whose order depends on nothing that a body says. Of any other the body is asked for.
bool needs_no_body(const Selection& selection) {
  return selection.among.size() < 2 || std::ranges::all_of(selection.by, [](const Selector& selector) {
           return selector.name == "declared" || selector.name == "random";
         });
}

bool needs_no_body(const Outcome* outcome) {
  return outcome == nullptr || std::ranges::all_of(outcome->candidates, [](const Candidate& candidate) {
           const auto* selection = std::get_if<Selection>(&candidate.target);
           return selection == nullptr || needs_no_body(*selection);
         });
}

/// Those that defaults and changes of the slot `tools` name; all others are alike to the policy.
std::set<std::string> named_tools(const Manifest& manifest) {
  std::set<std::string> names;
  const auto add = [&](const ConstantList& members) {
    for (const Constant& member : members) {
      if (const auto* name = std::get_if<std::string>(&member.value)) names.insert(*name);
    }
  };
  const auto add_changes = [&](const std::vector<Action>& actions) {
    for (const Action& action : actions) {
      const auto* change = std::get_if<ChangeSlot>(&action);
      if (change != nullptr && manifest.slots[change->slot].name == "tools") add(change->members);
    }
  };
  for (const Slot& slot : manifest.slots) {
    if (slot.name != "tools" || !slot.initial) continue;
    if (const auto* members = std::get_if<ConstantList>(&slot.initial->value)) add(*members);
  }
  for (const Rule& rule : manifest.rules) add_changes(rule.actions);
  for (const Route& route : manifest.routes) add_changes(route.outcome.actions);
  if (manifest.otherwise) add_changes(manifest.otherwise->actions);
  if (manifest.unserved) add_changes(manifest.unserved->actions);
  return names;
}

Request most_demanding(const Request& head, Dialect dialect, const Manifest& manifest) {
  Request request = head;
  request.has_body = true;
  request.dialect = dialect;
  request.images = request.audio = 1;
  request.tools = {Tool{"?", {}}};  // one that no policy names
  for (const std::string& name : named_tools(manifest)) request.tools.push_back({name, {}});
  request.format = Format::JsonSchema;
  request.max_tokens = kMoreThanAnyContext;
  return request;
}

}  // namespace

class Engine::Early {
 public:
  Early(const Engine& engine, const RequestHead& head, Reader& reader, Workspace& workspace, const DecideOptions& options)
      : engine_(engine),
        manifest_(engine.program_.module.manifest),
        head_(head),
        view_{head.request, head.dialect_known},
        reader_(reader),
        frame_(workspace.frame_),
        stepper_(workspace.stepper_),
        options_(options) {}

  Result<std::optional<Decision>> run() {
    frame_.reset();
    if (const auto error = engine_.settle_given(head_.request, options_, frame_)) return *error;
    stepper_.take_nanos();
    fetch(engine_.free_, CostClass::Free);
    if (!step()) return std::optional<Decision>();
    std::optional<Decision> decision = finished();
    if (!decision) return decision;
    decision->id = head_.request.id;
    decision->decide_ns = stepper_.take_nanos();
    for (size_t i = 0; i < frame_.size(); ++i) {
      const SignalId signal = manifest_.signals.id_at(i);
      decision->readings.push_back(frame_.is_pending(signal) ? Reading{.state = ReadingState::Skipped} : frame_.reading(signal));
    }
    if (options_.explain != ExplainLevel::None)
      explain(engine_.program_, frame_, winner_, options_.explain == ExplainLevel::Full, *decision);
    return decision;
  }

 private:
  /// Reads what can be read now and costs at most `most`; whether that was anything.
  bool fetch(const std::vector<SignalId>& wanted, CostClass most) {
    std::vector<SignalId> readable;
    std::ranges::copy_if(wanted, std::back_inserter(readable), [&](SignalId signal) {
      return frame_.is_pending(signal) && manifest_.signals[signal].cost <= most && !signals::reads_body(manifest_, signal, &view_);
    });
    if (readable.empty()) return false;
    std::vector<Reading> readings = reader_.read({head_.request, readable, frame_.readings(), -1, &spending_});
    for (size_t i = 0; i < readable.size(); ++i) frame_.settle(readable[i], std::move(readings[i]));
    return true;
  }

  /// Whether there is a winner. What the decision waits for first may be in the body while something that costs more would settle it.
  bool step() {
    for (;;) {
      const StepResult step = stepper_.step(frame_);
      winner_ = step.route;
      if (step.decided) return true;
      const std::vector<SignalId> needs = stepper_.needs();
      if (!fetch(needs, CostClass::Fast) && !fetch(engine_.all_, CostClass::Fast)) return false;
    }
  }

  [[nodiscard]] Decision finished_for(const Request& request, int64_t tokens) const {
    Decision decision;
    decision.seed = head_.request.seed;
    const Finish from{manifest_, request, [this](uint32_t bit) { return stepper_.holds(bit); },
                      frame_.readings(), [tokens] { return tokens; }, options_.state, options_.learned};
    finish(from, winner_, decision);
    return decision;
  }

  [[nodiscard]] int64_t tokens_or(int64_t otherwise) const {
    const auto signal = engine_.find_signal("tokens");
    if (!signal || frame_.is_pending(*signal)) return otherwise;
    const auto* tokens = std::get_if<int64_t>(&frame_.reading(*signal).value);
    return tokens != nullptr ? *tokens : otherwise;
  }

  // A candidate that is left for the most demanding body and for none is left for every one.
  [[nodiscard]] std::optional<Decision> finished() const {
    Request least = head_.request;
    least.has_body = head_.dialect_known;  // else the dialect would count against models
    Decision decision = finished_for(least, tokens_or(0));
    if (!needs_no_body(outcome_of(manifest_, winner_))) return std::nullopt;
    if (decision.unserved && manifest_.unserved && !needs_no_body(&*manifest_.unserved)) return std::nullopt;
    for (const Dialect dialect : {Dialect::Chat, Dialect::Responses, Dialect::Messages, Dialect::Embeddings}) {
      if (head_.dialect_known && dialect != head_.request.dialect) continue;
      const Decision most = finished_for(most_demanding(head_.request, dialect, manifest_), tokens_or(kMoreThanAnyContext));
      if (!same(decision, most)) return std::nullopt;
    }
    return decision;
  }

  const Engine& engine_;
  const Manifest& manifest_;
  const RequestHead& head_;
  const signals::HeadView view_;
  Reader& reader_;
  Frame& frame_;
  Stepper& stepper_;
  const DecideOptions& options_;
  const SpentInSnapshot spending_{options_.state, manifest_};
  std::optional<RouteId> winner_;
};

Result<std::optional<Decision>> Engine::decide_early(const RequestHead& head, Reader& reader, Workspace& workspace,
                                                     const DecideOptions& options) const {
  return Early(*this, head, reader, workspace, options).run();
}

}  // namespace sbx
