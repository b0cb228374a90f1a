// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/outcomes.h"

#include <algorithm>

#include "runtime/base/variant.h"

namespace sbx::analysis {
namespace {

/// Appends pieces, each ended by a mark that no name holds.
class Text {
 public:
  explicit Text(const Manifest& manifest) : manifest_(manifest) {}

  void add(std::string_view piece) { (text_ += piece) += '\0'; }
  void add(int64_t number) { add(std::to_string(number)); }
  void add(const std::vector<std::string>& list) {
    add(static_cast<int64_t>(list.size()));
    for (const std::string& one : list) add(one);
  }
  void add(const std::vector<Constant>& list) {
    for (const Constant& one : list) add(to_string(one));
  }
  void add(const Condition& when) {
    add(when.bit);
    for (const uint32_t route : when.routes) add(route);
    for (const ModelId model : when.models) add(model.index);
  }

  void add(const Action& action) {
    std::visit(overloaded{
                   [&](const SetSlot& set) {
                     add("set"), add(manifest_.slots[set.slot].name), add(set.key);
                     for (const Case& one : set.cases) add(one.when), add(to_string(one.value));
                   },
                   [&](const ChangeSlot& change) {
                     add("change"), add(manifest_.slots[change.slot].name), add(static_cast<int64_t>(change.change)), add(change.members);
                   },
                   [&](const LimitSlot& limit) { add("limit"), add(manifest_.slots[limit.slot].name), add(limit.at_most); },
                   [&](const NarrowModels& narrow) {
                     add("narrow");
                     for (const std::vector<Condition>& keep : narrow.keep) {
                       add("|");
                       for (const Condition& one : keep) add(one);
                     }
                   },
               },
               action);
  }

  void add(const Ask& ask) {
    add(manifest_.models[ask.model].name);
    for (const SetSlot& set : ask.settings) add(Action{set});
  }

  void add(const Candidate& candidate) {
    std::visit(overloaded{
                   [&](const Ask& ask) { add("ask"), add(ask); },
                   [&](const Selection& some) {
                     add("choose"), add(some.up_to), add(some.or_none);
                     for (const Ask& ask : some.among) add(ask);
                     for (const Selector& by : some.by) add(by.name), add(to_string(Constant{by.arguments}));
                   },
                   [&](const SplitChoice& some) {
                     add("split"), add(some.key.index);
                     for (size_t i = 0; i < some.among.size(); ++i) add(some.weights[i]), add(some.among[i]);
                   },
                   [&](const Denial& denial) { add("deny"), add(denial.status), add(denial.message); },
                   [&](const Response& response) { add("respond"), add(response.message); },
                   [&](const Escalation& to) { add("escalate"), add(to.target), add(to.message); },
               },
               candidate.target);
    add(candidate.on);
  }

  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  const Manifest& manifest_;
  std::string text_;
};

}  // namespace

std::string action_text(const Module& module, const Action& action) {
  Text text(module.manifest);
  text.add(action);
  return std::move(text).text();
}

std::string outcome_text(const Module& module, const Outcome& outcome) {
  Text text(module.manifest);
  for (const Candidate& candidate : outcome.candidates) text.add(candidate);
  // Assignments commute: each slot is assigned once, sets and limits combine.
  std::vector<std::string> actions;
  for (const Action& action : outcome.actions) actions.push_back(action_text(module, action));
  std::ranges::sort(actions);
  text.add(actions);
  return std::move(text).text();
}

}  // namespace sbx::analysis
