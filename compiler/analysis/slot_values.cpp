// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/slot_values.h"

#include <algorithm>

#include "compiler/analysis/actions.h"

namespace sbx::analysis {
namespace {

bool is_same(const Constant& a, const Constant& b) {
  const auto* one = std::get_if<Decimal>(&a.value);
  const auto* other = std::get_if<Decimal>(&b.value);
  return one && other ? compare(*one, *other) == 0 : a == b;
}

class Ways {
 public:
  Ways(const Study& study, const Attempt& attempt) : study_(study), manifest_(study.module.manifest), attempt_(attempt) {}

  std::vector<Question> to(const Question& question, const SlotIs& slot) {
    ways_.clear();
    if (manifest_.slots[slot.slot].kind == Slot::Kind::Limit) {
      add_limits(question, slot);
    } else {
      add_choices(question, slot);
    }
    return std::move(ways_);
  }

 private:
  void add_choices(const Question& question, const SlotIs& slot) {
    const SlotKey key{slot.slot, ""};
    for (const Assigner& assigner : study_.assignments.all(key, attempt_)) {
      for (const Case& chosen : assigner.set->cases) {
        if (!slot.value || !is_same(chosen.value, *slot.value)) continue;
        Question way = question;
        if (!study_.assignments.in_force(way, assigner, chosen, attempt_)) continue;
        if (study_.assignments.unbeaten(way, key, assigner, attempt_)) ways_.push_back(std::move(way));
      }
    }
    if (manifest_.slots[slot.slot].initial != slot.value) return;
    Question way = question;
    if (study_.assignments.unassigned(way, key, attempt_)) ways_.push_back(std::move(way));
  }

  // The smallest limit counts: one that sets it fires, and none that sets a smaller one.
  void add_limits(const Question& question, const SlotIs& slot) {
    const auto* decimal = slot.value ? std::get_if<Decimal>(&slot.value->value) : nullptr;
    const int places = decimal_places(manifest_.slots[slot.slot].type.kind);
    const std::optional<int64_t> value = decimal ? scaled(*decimal, places, Rounding::Down) : std::nullopt;
    const std::optional<int64_t> own = limit_of(slot.slot, attempt_.outcome->actions);
    const auto is_smaller = [&](std::optional<int64_t> limit) { return limit && *limit < value.value_or(INT64_MAX); };
    if (is_smaller(own)) return;
    Question base = question;
    for (const Rule& rule : manifest_.rules) {
      if (is_smaller(limit_of(slot.slot, rule.actions)) && !study_.attempts.exclude(base, rule.when, attempt_)) return;
    }
    if (own == value) return ways_.push_back(std::move(base));  // also where there is none
    for (const Rule& rule : manifest_.rules) {
      Question way = base;
      if (limit_of(slot.slot, rule.actions) == value && study_.attempts.require(way, rule.when, attempt_)) ways_.push_back(std::move(way));
    }
  }

  const Study& study_;
  const Manifest& manifest_;
  const Attempt& attempt_;
  std::vector<Question> ways_;
};

}  // namespace

std::vector<Question> ways_to(const Study& study, const std::vector<SlotIs>& slots, const Attempt& attempt) {
  std::vector<Question> questions{study.attempts.reached(attempt)};
  if (!slots.empty() && attempt.ask == nullptr) return {};  // nothing is called, so nothing is laid
  Ways ways(study, attempt);
  for (const SlotIs& slot : slots) {
    std::vector<Question> longer;
    for (const Question& question : questions) {
      for (Question& way : ways.to(question, slot)) longer.push_back(std::move(way));
    }
    questions = std::move(longer);
  }
  return questions;
}

bool is_laid(const sbx::Attempt& made, const SlotIs& wanted) {
  const auto laid = std::ranges::find(made.slots, wanted.slot, &SlotValue::slot);
  if (laid == made.slots.end() || std::holds_alternative<std::monostate>(laid->value.value)) return !wanted.value;
  return wanted.value && is_same(laid->value, *wanted.value);
}

}  // namespace sbx::analysis
