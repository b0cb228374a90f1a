// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/examples.h"

#include <algorithm>
#include <optional>

namespace sbx::analysis {
namespace {

constexpr size_t kMostKept = 4;  // of one guard

std::optional<GuardId> wanted(const Question& question) {
  for (const AnyOf& clause : question.some) {
    if (clause.size() == 1 && clause.front().holds) return clause.front().guard;
  }
  return std::nullopt;
}

}  // namespace

void Examples::add(const Question& question, const Point& point) {
  const std::optional<GuardId> guard = wanted(question);
  if (!guard) return;
  std::vector<Example>& examples = by_guard_[*guard];
  if (examples.size() < kMostKept) examples.push_back({point, space_.impossible().size()});
}

const Point* Examples::find(const Question& question) {
  const std::optional<GuardId> guard = wanted(question);
  const auto kept = guard ? by_guard_.find(*guard) : by_guard_.end();
  if (kept == by_guard_.end()) return nullptr;
  const auto found =
      std::ranges::find_if(kept->second, [&](Example& one) { return answers(space_, one.point, question) && is_possible(one); });
  return found == kept->second.end() ? nullptr : &found->point;
}

bool Examples::is_possible(Example& example) const {
  const std::vector<BoxId>& impossible = space_.impossible();
  for (; example.known < impossible.size(); ++example.known) {
    if (space_.is_at(impossible[example.known], example.point)) return false;
  }
  return true;
}

}  // namespace sbx::analysis
