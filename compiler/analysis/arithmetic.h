// SPDX-License-Identifier: Apache-2.0
// Whether sums, maxima and scores can come out as wanted: linear arithmetic over integers, by Z3. The only door to it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <variant>
#include <vector>

#include "compiler/analysis/space.h"

namespace sbx::analysis {

/// Readings with which all atoms of a region come out as it says, whichever of an interval is read: none where a leaf is unknown.
struct Points {
  std::map<LeafId, std::optional<Interval>> leaves;
  std::set<LeafId> similar;          // those of `leaves` that geometry chose
  std::vector<ShownVector> vectors;  // what it read them from
};
/// The points that geometry chose.
[[nodiscard]] Points without_arithmetic(const Points& points);
/// None can: the region excludes itself along these axes.
struct Contradiction {
  std::vector<AxisId> axes;
};
/// Not settled in time.
struct TooHard {};
using Solved = std::variant<Points, Contradiction, TooHard>;

class Arithmetic {
 public:
  explicit Arithmetic(const Space& space);  // which must outlive it
  ~Arithmetic();

  /// For the atoms that `region` fixes, and the leaves below them; the others may be what they like.
  [[nodiscard]] Solved solve(const Region& region);

 private:
  class Solver;
  const Space& space_;
  std::vector<AxisId> atoms_;
  std::unique_ptr<Solver> solver_;  // made when arithmetic is first needed
};

}  // namespace sbx::analysis
