// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/makeup.h"

#include <algorithm>

#include "runtime/base/variant.h"
#include "runtime/engine/relevant.h"
#include "runtime/engine/sent.h"

namespace sbx::diff {
namespace {

std::string joined(std::vector<std::string> parts, bool sorted) {
  if (sorted) std::ranges::sort(parts);
  std::string text = "[";
  for (const std::string& part : parts) text += part + ";";
  return text + "]";
}

class Writer {
 public:
  Writer(const Side& side, Winner winner, const Outcome& outcome)
      : side_(side), manifest_(side.manifest()), winner_(winner), outcome_(outcome), models_(models_of(outcome)) {}

  std::string calls() {
    std::string text;
    for (const Candidate& candidate : outcome_.candidates) text += candidate_text(candidate) + "\n";
    if (models_.empty()) return text;
    std::vector<std::string> narrowings;
    for (const Rule& rule : manifest_.rules) {
      if (!rule.narrowing || !speaks(rule)) continue;
      narrowings.push_back(conditions(rule.when) + narrowing(rule.actions));
    }
    return text + narrowing(outcome_.actions) + joined(std::move(narrowings), true);
  }

  std::map<std::string, GuardId> fits() const {
    std::map<std::string, GuardId> fits;
    for (const ModelId model : models_) fits[sent(manifest_.models[model])] = side_.fits[model.index];
    return fits;
  }

  std::string slot(SlotId slot) {
    const Slot& declared = manifest_.slots[slot];
    const bool denial = is_denial(outcome_);
    if (denial && !declared.effect) return {};
    std::string text;
    for_each_ask([&](const Ask& ask) {
      for (const SetSlot& setting : ask.settings) {
        if (setting.slot == slot) text += sent(manifest_.models[ask.model]) + ": " + action(Action{setting});
      }
    });
    text += actions(outcome_.actions, slot);
    std::vector<uint32_t> of_slot;
    for (uint32_t i = 0; i < manifest_.rules.size(); ++i) {
      const Rule& rule = manifest_.rules[RuleId{i}];
      if (!actions(rule.actions, slot).empty() && speaks(rule)) of_slot.push_back(i);
    }
    for (const uint32_t i : of_slot) text += rule_text(manifest_.rules[RuleId{i}], slot, of_slot);
    const bool has_value = declared.initial && !std::holds_alternative<std::monostate>(declared.initial->value) && !declared.keyed;
    if (text.empty() && !has_value) return {};
    for (const Target& target : manifest_.targets) {
      if (target.kind == declared.name) text += " " + target.name + sent_target(manifest_, target.kind, {target.name});
    }
    return text + (has_value ? " else " + to_string(*declared.initial) : "") + (declared.effect ? " effect" : "");
  }

 private:
  template <class Visit>
  void for_each_ask(Visit&& visit) const {
    for (const Candidate& candidate : outcome_.candidates) {
      std::visit(overloaded{
                     [&](const Ask& ask) { visit(ask); },
                     [&](const Selection& selection) { std::ranges::for_each(selection.among, visit); },
                     [&](const SplitChoice& split) { std::ranges::for_each(split.among, visit); },
                     [](const auto&) {},
                 },
                 candidate.target);
    }
  }

  bool speaks(const Rule& rule) const {
    return std::ranges::any_of(rule.when, [&](const Condition& condition) { return concerns(condition, winner_, models_); });
  }

  std::string asked(const std::vector<Ask>& asks, bool priced) const {
    std::string text;
    for (const Ask& ask : asks) {
      const Model& model = manifest_.models[ask.model];
      text += " " + sent(model);
      if (priced) text += " " + price(model.price_in) + " " + price(model.price_out);
    }
    return text;
  }
  static std::string price(const std::optional<Decimal>& dollars) { return dollars ? to_string(*dollars) : "-"; }

  std::string candidate_text(const Candidate& candidate) const {
    std::string text = std::visit(overloaded{
                                      [&](const Ask& ask) { return asked({ask}, false); },
                                      [&](const Selection& selection) {
                                        std::string by = selection.or_none ? "choose or none" : "choose";
                                        for (const Selector& one : selection.by) {
                                          by += " by " + one.name + to_string(Constant{one.arguments});
                                        }
                                        return by + " up to " + std::to_string(selection.up_to) + asked(selection.among, true);
                                      },
                                      [&](const SplitChoice& split) {
                                        std::string by = "split on " + std::to_string(side_.signals[split.key.index].index);
                                        for (const int64_t weight : split.weights) by += " " + std::to_string(weight);
                                        return by + asked(split.among, false);
                                      },
                                      [](const auto& end) { return sent(end); },
                                  },
                                  candidate.target);
    for (const std::string& on : candidate.on) text += " on " + on;
    return text;
  }

  std::string condition(const Condition& one) const {
    std::string text = one.bit == kAlways ? "always" : "g" + std::to_string(side_.guard(one.bit).index);
    std::vector<std::string> names;
    for (const ModelId model : models_) {
      if (one.models.empty() || std::ranges::find(one.models, model) != one.models.end()) names.push_back(sent(manifest_.models[model]));
    }
    return names.size() == models_.size() ? text : text + " for " + joined(std::move(names), true);
  }

  std::string conditions(const std::vector<Condition>& of) const {
    std::vector<std::string> texts;
    for (const Condition& one : of) {
      if (concerns(one, winner_, models_)) texts.push_back(condition(one));
    }
    return joined(std::move(texts), true);
  }

  std::string narrowing(const std::vector<Action>& actions) const {
    std::vector<std::string> texts;
    for (const Action& action : actions) {
      const auto* narrow = std::get_if<NarrowModels>(&action);
      if (narrow == nullptr) continue;
      std::string text;
      for (const ModelId model : models_) text += sent(manifest_.models[model]) + " " + conditions(narrow->keep[model.index]);
      texts.push_back(std::move(text));
    }
    return joined(std::move(texts), true);
  }

  std::string action(const Action& action) const {
    return std::visit(
        overloaded{
            [&](const SetSlot& set) {
              std::string text = set.key + "=";
              for (const Case& one : set.cases) {
                if (concerns(one.when, winner_, models_)) text += condition(one.when) + ": " + to_string(one.value) + ";";
              }
              return text;
            },
            [&](const ChangeSlot& change) { return std::to_string(static_cast<int>(change.change)) + to_string(Constant{change.members}); },
            [&](const LimitSlot& limit) { return "at most " + std::to_string(limit.at_most); },
            [](const NarrowModels&) { return std::string(); },
        },
        action);
  }

  std::string actions(const std::vector<Action>& of, SlotId slot) const {
    std::string text;
    for (const Action& one : of) {
      const bool is_about =
          std::visit(overloaded{[](const NarrowModels&) { return false; }, [&](const auto& other) { return other.slot == slot; }}, one);
      if (is_about) text += action(one) + ";";
    }
    return text;
  }

  std::string rule_text(const Rule& rule, SlotId slot, const std::vector<uint32_t>& among) const {
    const auto lists = [&](const std::vector<RouteId>& routes) { return winner_ && std::ranges::find(routes, *winner_) != routes.end(); };
    std::string text = "\nwhen " + conditions(rule.when) + actions(rule.actions, slot);
    if (rule.over_routes || lists(rule.over_listed)) text += " over winner";
    if (rule.under_routes || lists(rule.under_listed)) text += " under winner";
    for (size_t i = 0; i < among.size(); ++i) {
      const bool beats = std::ranges::find(rule.over_rules, RuleId{among[i]}) != rule.over_rules.end();
      if (beats) text += " over " + std::to_string(i);
    }
    return text;
  }

  const Side& side_;
  const Manifest& manifest_;
  Winner winner_;
  const Outcome& outcome_;
  std::vector<ModelId> models_;
};

}  // namespace

const Outcome* outcome_of(const Side& side, Winner winner) { return sbx::outcome_of(side.manifest(), winner); }

Makeup makeup_of(const Side& side, Winner winner) {
  static const Outcome nothing;
  const Manifest& manifest = side.manifest();
  const Outcome* outcome = outcome_of(side, winner);
  Writer writer(side, winner, outcome != nullptr ? *outcome : nothing);
  Makeup makeup{.calls = writer.calls(), .unserved = {}, .slots = {}, .fits = writer.fits()};
  const auto add_slots = [&](Writer& of, const std::string& prefix) {
    for (size_t i = 0; i < manifest.slots.size(); ++i) {
      const SlotId slot = manifest.slots.id_at(i);
      const std::string text = of.slot(slot);
      if (!text.empty()) makeup.slots[manifest.slots[slot].name] += prefix + text;
    }
  };
  add_slots(writer, "");
  Writer last(side, winner, manifest.unserved ? *manifest.unserved : nothing);
  makeup.unserved = last.calls();
  add_slots(last, "\nunserved ");
  return makeup;
}

Apart parts_that_differ(const Makeup& old, const Makeup& now) {
  Apart apart{.slots = {}, .fit = old.unserved != now.unserved};
  const auto compare = [&](const Makeup& one, const Makeup& other) {
    for (const auto& [name, text] : one.slots) {
      const auto found = other.slots.find(name);
      if (found == other.slots.end() || found->second != text) apart.slots.insert(name);
    }
  };
  compare(old, now);
  compare(now, old);
  for (const auto& [model, fit] : old.fits) {
    const auto found = now.fits.find(model);
    apart.fit |= found != now.fits.end() && found->second != fit;
  }
  return apart;
}

}  // namespace sbx::diff
