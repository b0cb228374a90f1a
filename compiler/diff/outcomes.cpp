// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/outcomes.h"

#include <algorithm>

#include "compiler/diff/makeup.h"
#include "runtime/base/variant.h"
#include "runtime/engine/relevant.h"
#include "runtime/engine/sent.h"

namespace sbx::diff {
namespace {

std::string slot_name(const Manifest& manifest, const Action& action) {
  return std::visit(
      overloaded{[](const NarrowModels&) { return std::string(); }, [&](const auto& other) { return manifest.slots[other.slot].name; }},
      action);
}

/// One decision on its way to text; mirrors runtime/engine/finish.cpp where it need not know the request.
class Telling {
 public:
  Telling(const Manifest& laying, const Manifest& narrowing, const Side& side, Winner winner, const Apart& apart, const Request& request,
          const Outcomes::Asked& holds)
      : laying_(laying), narrowing_(narrowing), side_(side), winner_(winner), apart_(apart), request_(request), asked_(holds) {
    holds_ = [this](uint32_t bit) { return asked_(side_.guard(bit)); };
  }

  std::string run() {
    const Outcome* outcome = outcome_of(side_, winner_);
    if (outcome != nullptr && serve(*outcome)) return std::move(text_);
    const std::optional<Outcome>& unserved = side_.manifest().unserved;
    if (unserved && serve(*unserved)) return std::move(text_);
    return sent(Denial{503, "no model can serve this request"});
  }

 private:
  bool serve(const Outcome& outcome) {
    const auto add = [&](const std::string& attempts) {
      text_ += attempts;
      return false;
    };
    bool ended = false;
    for (const Candidate& candidate : outcome.candidates) {
      on_.clear();
      for (const std::string& on : candidate.on) on_ += " on " + on;
      ended = std::visit(overloaded{
                             [&](const Ask& ask) { return add(attempt(outcome, ask)); },
                             [&](const Selection& selection) { return add(choice(outcome, selection)); },
                             [&](const SplitChoice& split) { return add(share(outcome, split)); },
                             [&](const auto& end) { return conclude(outcome, end); },
                         },
                         candidate.target);
      if (ended) break;
    }
    return ended || !text_.empty();
  }

  std::string attempt(const Outcome& outcome, const Ask& ask) {
    const AttemptPoint here{&outcome, winner_, &ask, false};
    if (!survives_narrowing(narrowing_, here, holds_)) return {};
    if (apart_.fit && !asked_(side_.fits[ask.model.index])) return {};
    return sent(side_.manifest().models[ask.model]) + on_ + laid(here) + "\n";
  }

  std::string choice(const Outcome& outcome, const Selection& selection) {
    std::string able;
    for (const Ask& ask : selection.among) {
      const Model& model = side_.manifest().models[ask.model];
      const std::string one = attempt(outcome, ask);
      if (one.empty()) continue;
      able +=
          one + " at " + (model.price_in ? to_string(*model.price_in) : "-") + " " + (model.price_out ? to_string(*model.price_out) : "-");
    }
    if (able.empty()) return {};
    std::string text = "choose up to " + std::to_string(selection.up_to);
    for (const Selector& by : selection.by) text += " by " + by.name + to_string(Constant{by.arguments});
    return text + on_ + "\n" + able;
  }

  std::string share(const Outcome& outcome, const SplitChoice& split) {
    std::string text;
    bool some = false;
    for (size_t i = 0; i < split.among.size(); ++i) {
      const std::string one = attempt(outcome, split.among[i]);
      some |= !one.empty();
      text += std::to_string(split.weights[i]) + " " + one;
    }
    return some ? "split on " + std::to_string(side_.signals[split.key.index].index) + on_ + "\n" + text : std::string();
  }

  template <class End>
  bool conclude(const Outcome& outcome, const End& end) {
    if (!text_.empty()) {
      text_ += "after " + sent(end);
      return true;
    }
    text_ = sent(end) + laid({&outcome, winner_, nullptr, std::is_same_v<End, Denial>});
    return true;
  }

  std::string laid(const AttemptPoint& here) const {
    const Laid over = lay(laying_, request_, here, holds_);
    std::string text;
    for (const std::vector<SlotValue>* list : {&over.slots, &over.effects}) {
      std::vector<SlotValue> live;
      std::ranges::copy_if(*list, std::back_inserter(live),
                           [&](const SlotValue& slot) { return apart_.slots.contains(laying_.slots[slot.slot].name); });
      text += sent(laying_, live);
    }
    return text;
  }

  const Manifest& laying_;
  const Manifest& narrowing_;
  const Side& side_;
  Winner winner_;
  const Apart& apart_;
  const Request& request_;
  const Outcomes::Asked& asked_;
  Holds holds_;
  std::string text_, on_;
};

/// A request that offers the tools which may matter.
Request offering(const Merged& merged, const Apart& apart, const Outcomes::Asked& holds) {
  Request request;
  if (!apart.slots.contains("tools") || merged.tools().empty()) return request;
  for (size_t i = 0; i < merged.tools().size(); ++i) {
    if (holds(merged.offers(i))) request.tools.push_back({merged.tools()[i], {}});
  }
  if (holds(merged.offers_more_than(request.tools.size()))) request.tools.push_back({"any other tool", {}});
  return request;
}

}  // namespace

Outcomes::Outcomes(const Merged& merged, const Side& side) : merged_(merged), side_(side), narrowing_(side.manifest()) {
  for (size_t i = 0; i < side.manifest().routes.size(); ++i) makeups_.push_back(makeup_of(side, side.manifest().routes.id_at(i)));
  makeups_.push_back(makeup_of(side, std::nullopt));
  for (Rule& rule : narrowing_.rules) {
    std::erase_if(rule.actions, [](const Action& action) { return !std::holds_alternative<NarrowModels>(action); });
  }
}

// Rules keep their ids, so that who is over whom stays as it is.
const Manifest& Outcomes::laying(const std::set<std::string>& slots) {
  const auto [entry, is_new] = laying_.try_emplace(slots);
  if (!is_new) return entry->second;
  entry->second = side_.manifest();
  for (Rule& rule : entry->second.rules) {
    std::erase_if(rule.actions, [&](const Action& action) { return !slots.contains(slot_name(side_.manifest(), action)); });
  }
  return entry->second;
}

std::string Outcomes::decided(Winner winner, const Apart& apart, const Asked& holds) {
  const Request request = offering(merged_, apart, holds);
  return Telling(laying(apart.slots), narrowing_, side_, winner, apart, request, holds).run();
}

}  // namespace sbx::diff
