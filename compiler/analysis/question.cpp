// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/question.h"

#include <algorithm>

namespace sbx::analysis {

void join(Question& question, const Question& other) {
  question.some.insert(question.some.end(), other.some.begin(), other.some.end());
  question.none.insert(question.none.end(), other.none.begin(), other.none.end());
  question.where.insert(question.where.end(), other.where.begin(), other.where.end());
}

bool answers(const Space& space, const Point& point, const Question& question) {
  const auto answered = [&](const AnyOf& clause) {
    return std::ranges::any_of(clause, [&](const Literal& one) { return space.holds(one.guard, point) == one.holds; });
  };
  return std::ranges::all_of(question.some, answered) &&
         std::ranges::all_of(question.where, [&](const Need& need) { return space.allows(point, need); }) &&
         std::ranges::none_of(question.none, [&](GuardId guard) { return space.holds(guard, point); });
}

}  // namespace sbx::analysis
