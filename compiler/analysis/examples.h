// SPDX-License-Identifier: Apache-2.0
// Readings that answered a question answer many a later one: then nothing is searched.
#pragma once

#include <map>
#include <vector>

#include "compiler/analysis/question.h"

namespace sbx::analysis {

class Examples {
 public:
  explicit Examples(const Space& space) : space_(space) {}  // which must outlive it

  /// Keeps a point that answers `question`. Arithmetic must have nothing against it.
  void add(const Question& question, const Point& point);
  /// A kept point that answers the question too, or null; valid until the next `add`.
  [[nodiscard]] const Point* find(const Question& question);

 private:
  struct Example {
    Point point;
    size_t known = 0;  // so many of the impossible boxes it is known to be outside of
  };
  [[nodiscard]] bool is_possible(Example& example) const;

  const Space& space_;
  std::map<GuardId, std::vector<Example>> by_guard_;  // the first that the question wants
};

}  // namespace sbx::analysis
