// SPDX-License-Identifier: Apache-2.0
// What a check asks: which guards shall hold, and which shall not.
#pragma once

#include <vector>

#include "compiler/analysis/space.h"
#include "runtime/program/graph.h"

namespace sbx::analysis {

/// A guard holds, or does not.
struct Literal {
  GuardId guard;
  bool holds = true;
};
/// At least one of them.
using AnyOf = std::vector<Literal>;
/// Each of `some` is answered, none of `none` holds, and leaves read what `where` allows (each leaf once). Empty: any request.
struct Question {
  std::vector<AnyOf> some;
  std::vector<GuardId> none;
  std::vector<Need> where = {};
};

/// Adds that the second is answered as well. No leaf may be in the `where` of both.
void join(Question& question, const Question& other);

/// Whether a point answers the question, by the boxes of its guards, which are listed.
[[nodiscard]] bool answers(const Space& space, const Point& point, const Question& question);

}  // namespace sbx::analysis
