// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/set_slots.h"

#include "runtime/base/variant.h"

namespace sbx::gateway {

namespace {

class Finder {
 public:
  explicit Finder(std::vector<SetTo>& into) : into_(into) {}

  void find(const SetSlot& set) {
    for (const Case& one : set.cases) into_.push_back({set.slot, &one.value});
  }
  void find(const Ask& ask) { find_all(ask.settings); }
  void find(const Action& action) {
    std::visit(overloaded{[&](const SetSlot& set) { find(set); }, [&](const ChangeSlot& change) { into_.push_back({change.slot}); },
                          [&](const LimitSlot& limit) { into_.push_back({limit.slot}); }, [](const NarrowModels&) {}},
               action);
  }
  void find(const sbx::Candidate& candidate) {
    if (const auto* ask = std::get_if<Ask>(&candidate.target)) find(*ask);
    if (const auto* some = std::get_if<Selection>(&candidate.target)) find_all(some->among);
    if (const auto* split = std::get_if<SplitChoice>(&candidate.target)) find_all(split->among);
  }
  void find(const Outcome& outcome) {
    find_all(outcome.candidates);
    find_all(outcome.actions);
  }

  template <class List>
  void find_all(const List& list) {
    for (const auto& one : list) find(one);
  }

 private:
  std::vector<SetTo>& into_;
};

}  // namespace

std::vector<SetTo> set_slots(const Manifest& manifest) {
  std::vector<SetTo> all;
  Finder finder(all);
  for (const Route& route : manifest.routes) finder.find(route.outcome);
  for (const Rule& rule : manifest.rules) finder.find_all(rule.actions);
  if (manifest.otherwise) finder.find(*manifest.otherwise);
  if (manifest.unserved) finder.find(*manifest.unserved);
  for (size_t i = 0; i < manifest.slots.size(); ++i) {
    const SlotId slot = manifest.slots.id_at(i);
    if (manifest.slots[slot].initial) all.push_back({slot, &*manifest.slots[slot].initial});
  }
  return all;
}

std::vector<std::string_view> texts_of(const Manifest& manifest, std::string_view slot) {
  std::vector<std::string_view> texts;
  for (const SetTo& set : set_slots(manifest)) {
    const auto* text =
        set.value == nullptr || manifest.slots[set.slot].name != slot ? nullptr : std::get_if<std::string>(&set.value->value);
    if (text != nullptr) texts.push_back(*text);
  }
  return texts;
}

}  // namespace sbx::gateway
