// SPDX-License-Identifier: Apache-2.0
#include "runtime/engine/slots.h"

#include <algorithm>

#include "runtime/base/variant.h"
#include "runtime/engine/relevant.h"

namespace sbx {

namespace {

// Who assigns: the winner (its own actions, or those of the candidate, which are nearer) or a rule.
struct Assigner {
  std::optional<RuleId> rule;
  const Constant* value = nullptr;
  std::string key;
};

bool is_over(const Manifest& manifest, const Assigner& a, const Assigner& b, std::optional<RouteId> winner) {
  const auto listed = [&](const std::vector<RouteId>& routes) { return winner && std::ranges::find(routes, *winner) != routes.end(); };
  if (a.rule && b.rule) {
    const auto& beaten = manifest.rules[*a.rule].over_rules;
    return std::ranges::find(beaten, *b.rule) != beaten.end();
  }
  if (a.rule && !b.rule) {
    const Rule& rule = manifest.rules[*a.rule];
    return rule.over_routes || listed(rule.over_listed);
  }
  if (!a.rule && b.rule) {
    const Rule& rule = manifest.rules[*b.rule];
    return rule.under_routes || listed(rule.under_listed);
  }
  return false;
}

class Layer {
 public:
  Layer(const Manifest& manifest, const Request& request, const AttemptPoint& point, const Holds& holds)
      : manifest_(manifest), request_(request), point_(point), holds_(holds) {}

  Laid run() {
    for (size_t i = 0; i < manifest_.rules.size(); ++i) {
      const RuleId id = manifest_.rules.id_at(i);
      const Rule& rule = manifest_.rules[id];
      const bool matters =
          std::ranges::any_of(rule.actions, [&](const Action& action) { return counts(manifest_, action, point_.denial); });
      if (matters && fires(rule)) laid_.rules.push_back(id);
    }
    for (size_t i = 0; i < manifest_.slots.size(); ++i) {
      slot_ = manifest_.slots.id_at(i);
      const Slot& slot = manifest_.slots[slot_];
      if (point_.denial && !slot.effect) continue;
      switch (slot.kind) {
        case Slot::Kind::Choice:
          choice(slot);
          break;
        case Slot::Kind::Set:
          put(slot, {}, set(slot));
          break;
        case Slot::Kind::Limit:
          put(slot, {}, limit(slot));
          break;
      }
    }
    return std::move(laid_);
  }

 private:
  bool fires(const Rule& rule) const {
    return std::ranges::any_of(rule.when, [&](const Condition& condition) { return holds_at(condition, point_, holds_); });
  }

  const Constant* value_of(const SetSlot& set) const {
    for (const Case& one : set.cases) {
      if (holds_at(one.when, point_, holds_)) return &one.value;
    }
    return nullptr;
  }

  // Every action in force on this slot: the winner's, then the rules' in the order written.
  template <class ActionType, class Visit>
  void for_each_action(Visit&& visit) const {
    const auto of = [&](const std::vector<Action>& actions, std::optional<RuleId> rule) {
      for (const Action& action : actions) {
        const auto* found = std::get_if<ActionType>(&action);
        if (found != nullptr && found->slot == slot_) visit(*found, rule);
      }
    };
    if (point_.outcome != nullptr) of(point_.outcome->actions, std::nullopt);
    for (const RuleId rule : laid_.rules) of(manifest_.rules[rule].actions, rule);
  }

  void choice(const Slot& slot) {
    std::vector<Assigner> assigners;
    if (point_.ask != nullptr) {
      for (const SetSlot& setting : point_.ask->settings) {
        if (setting.slot == slot_) add(assigners, setting, std::nullopt);
      }
    }
    const std::vector<Assigner> of_ask = assigners;
    for_each_action<SetSlot>([&](const SetSlot& set, std::optional<RuleId> rule) {
      const auto same = [&](const Assigner& one) { return one.key == set.key; };
      if (!rule && std::ranges::any_of(of_ask, same)) return;  // the candidate's own setting is the nearer one
      add(assigners, set, rule);
    });
    std::vector<std::string> keys;
    for (const Assigner& one : assigners) {
      if (std::ranges::find(keys, one.key) == keys.end()) keys.push_back(one.key);
    }
    std::ranges::sort(keys);
    if (keys.empty() && !slot.keyed) return put(slot, {}, slot.initial.value_or(Constant{}));
    for (const std::string& key : keys) {
      std::vector<Assigner> of_key;
      std::ranges::copy_if(assigners, std::back_inserter(of_key), [&](const Assigner& one) { return one.key == key; });
      put(slot, key, resolved(of_key, key));
    }
  }

  void add(std::vector<Assigner>& assigners, const SetSlot& set, std::optional<RuleId> rule) const {
    if (const Constant* value = value_of(set)) assigners.push_back({rule, value, set.key});
  }

  // Who is beaten by another in force does not count; the rest must agree.
  Constant resolved(const std::vector<Assigner>& assigners, const std::string& key) {
    const auto beaten = [&](const Assigner& one) {
      return std::ranges::any_of(assigners, [&](const Assigner& other) { return is_over(manifest_, other, one, point_.route); });
    };
    const Assigner* first = nullptr;
    std::vector<std::string> between;
    bool agree = true;
    for (const Assigner& one : assigners) {
      if (beaten(one)) continue;
      if (first == nullptr) first = &one;
      agree &= *one.value == *first->value;
      between.push_back(one.rule ? manifest_.rules[*one.rule].name : winner_name());
    }
    if (first == nullptr) first = &assigners.front();
    if (!agree) laid_.conflicts.push_back({slot_, key, std::move(between)});
    return *first->value;
  }

  std::string winner_name() const { return point_.route ? manifest_.routes[*point_.route].name : "otherwise"; }

  // The base of a set is its default; of `tools` without one, the tools that the request offers.
  Constant set(const Slot& slot) const {
    ConstantList members;
    const auto add = [&](const Constant& member) {
      if (std::ranges::find(members, member) == members.end()) members.push_back(member);
    };
    if (slot.initial && std::holds_alternative<ConstantList>(slot.initial->value)) {
      for (const Constant& member : std::get<ConstantList>(slot.initial->value)) add(member);
    } else if (slot.name == "tools") {
      for (const Tool& tool : request_.tools) add({tool.name});
    }
    for_each_action<ChangeSlot>([&](const ChangeSlot& change, std::optional<RuleId>) {
      if (change.change == SetChange::Add) std::ranges::for_each(change.members, add);
    });
    for_each_action<ChangeSlot>([&](const ChangeSlot& change, std::optional<RuleId>) {
      if (change.change == SetChange::Add) return;
      std::erase_if(members, [&](const Constant& member) {
        const bool listed = std::ranges::find(change.members, member) != change.members.end();
        return listed == (change.change == SetChange::Without);
      });
    });
    return {std::move(members)};
  }

  Constant limit(const Slot& slot) const {
    std::optional<int64_t> smallest;
    for_each_action<LimitSlot>(
        [&](const LimitSlot& limit, std::optional<RuleId>) { smallest = std::min(limit.at_most, smallest.value_or(INT64_MAX)); });
    if (!smallest) return slot.initial.value_or(Constant{});
    Decimal value{*smallest, decimal_places(slot.type.kind)};
    while (value.scale > 0 && value.digits % 10 == 0) {
      value.digits /= 10;
      --value.scale;
    }
    return {value};
  }

  void put(const Slot& slot, std::string key, Constant value) {
    auto& list = slot.effect ? laid_.effects : laid_.slots;
    if (slot.effect && std::holds_alternative<std::monostate>(value.value)) return;
    list.push_back({slot_, std::move(key), std::move(value)});
  }

  const Manifest& manifest_;
  const Request& request_;
  const AttemptPoint& point_;
  const Holds& holds_;
  SlotId slot_;
  Laid laid_;
};

}  // namespace

bool holds_at(const Condition& condition, const AttemptPoint& point, const Holds& holds) {
  std::vector<ModelId> models;
  if (point.ask != nullptr) models.push_back(point.ask->model);
  return concerns(condition, point.route, models) && (condition.bit == kAlways || holds(condition.bit));
}

Laid lay(const Manifest& manifest, const Request& request, const AttemptPoint& point, const Holds& holds) {
  return Layer(manifest, request, point, holds).run();
}

bool survives_narrowing(const Manifest& manifest, const AttemptPoint& point, const Holds& holds) {
  const auto holds_here = [&](const Condition& condition) { return holds_at(condition, point, holds); };
  const auto keeps = [&](const Action& action) {
    const auto* narrowing = std::get_if<NarrowModels>(&action);
    return narrowing == nullptr || std::ranges::any_of(narrowing->keep[point.ask->model.index], holds_here);
  };
  return std::ranges::all_of(manifest.rules,
                             [&](const Rule& rule) {
                               if (!rule.narrowing || !std::ranges::any_of(rule.when, holds_here)) return true;
                               return std::ranges::all_of(rule.actions, keeps);
                             }) &&
         std::ranges::all_of(point.outcome->actions, keeps);
}

}  // namespace sbx
