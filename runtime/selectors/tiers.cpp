// SPDX-License-Identifier: Apache-2.0
// The cheapest model whose grade is enough: `need:` reads a label, `by:` is an attribute of models, both from the least to the most. Models of
// a lower grade, or of none, are excluded; where the need is not known, all but those of the highest grade are.
#include "runtime/program/lookup.h"
#include "runtime/selectors/remembered.h"

#include <algorithm>

namespace sbx {

namespace {

using namespace selectors;

/// The labels of a signal, in their order.
const std::vector<std::string>* grades_of(const Contest& contest, std::string_view signal) {
  if (contest.manifest == nullptr) return nullptr;
  const std::optional<SignalId> found = find_signal(*contest.manifest, signal);
  return found ? &contest.manifest->signals[*found].type.members : nullptr;
}

std::string_view attribute(const Model& model, std::string_view name) {
  for (const auto& [key, value] : model.attributes) {
    const auto* text = std::get_if<std::string>(&value.value);
    if (text != nullptr && (key == name || key.substr(std::string_view("model.").size()) == name)) return *text;
  }
  return {};
}

/// -1: it is none of them.
int64_t rank(const std::vector<std::string>* grades, std::string_view grade) {
  if (grades == nullptr) return -1;
  const auto found = std::ranges::find(*grades, grade);
  return found == grades->end() ? -1 : found - grades->begin();
}

class Tiers final : public SelectorKind {
 public:
  std::string_view name() const override { return "tiers"; }
  void score(const Contest& contest, const ConstantRecord& arguments, std::span<int64_t> scores) const override {
    const std::string_view need = word(arguments, "need"), by = word(arguments, "by");
    const std::vector<std::string>* grades = grades_of(contest, need);
    const Reading* reading = contest.known(need);
    const auto* needed = reading == nullptr ? nullptr : std::get_if<std::string>(&reading->value);
    for (size_t i = 0; i < scores.size(); ++i) {
      const Model& model = *contest.contenders[i];
      const auto has = rank(grades, attribute(model, by));
      const int64_t least = needed == nullptr ? static_cast<int64_t>(grades == nullptr ? 0 : grades->size()) - 1 : rank(grades, *needed);
      const auto cost = call_cost(contest, model);
      scores[i] = has < 0 || has < least ? kExcluded : cost ? -*cost : kExcluded + 1;
    }
  }
};

}  // namespace

const SelectorKind& tiers_selector() {
  static const Tiers kind;
  return kind;
}

}  // namespace sbx
