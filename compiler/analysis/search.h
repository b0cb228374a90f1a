// SPDX-License-Identifier: Apache-2.0
// Is there a request on which these guards hold and those do not? Boxes are met and subtracted; arithmetic and the world have the last
// word.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/arithmetic.h"
#include "compiler/analysis/examples.h"
#include "compiler/analysis/question.h"
#include "compiler/analysis/space.h"
#include "compiler/analysis/walk.h"
#include "compiler/analysis/world.h"
#include "runtime/program/program.h"

namespace sbx::analysis {

class Grounds;
class Similarities;

enum class Found : uint8_t { No, Yes, Unsettled };

struct Answer {
  Found found = Found::No;
  std::optional<Witness> witness;  // Yes, where the world was asked
  std::optional<Point> point;      // Yes: readings that answer, unless arithmetic has to choose among those of a class
};

class Search {
 public:
  /// `world` may be null: then nothing is shown. All must outlive the search. Questions that are open at the deadline stay unsettled.
  Search(Space& space, Arithmetic& arithmetic, World* world, std::optional<Deadline> deadline = std::nullopt)
      : space_(space), arithmetic_(arithmetic), world_(world), deadline_(deadline), examples_(space), walk_(space) {}
  /// From now on similarities are held to their vectors. Must outlive the search.
  void use(Similarities& similarities) { similarities_ = &similarities; }
  /// From now on what a witness rests on is said. Must outlive the search.
  void use(const Grounds& grounds) { grounds_ = &grounds; }

  [[nodiscard]] const Space& space() const { return space_; }

  /// Whether one of these guards and one of those may hold together: no is certain, yes is a guess.
  [[nodiscard]] bool may_meet(const AnyOf& these, const AnyOf& those) const;
  /// Whether readings answer the question. No is proved; Yes is not shown by a request yet, and text may exclude it.
  [[nodiscard]] Answer possible(const Question& question);
  /// Yes only with a request that has been read and found to answer it.
  [[nodiscard]] Answer show(const Question& question);
  /// Whether the deadline cut a question short.
  [[nodiscard]] bool ran_out() const { return ran_out_; }

 private:
  class Run;
  [[nodiscard]] bool is_late();

  Space& space_;
  Arithmetic& arithmetic_;
  World* world_;
  std::optional<Deadline> deadline_;
  Examples examples_;
  Walk walk_;
  Similarities* similarities_ = nullptr;
  const Grounds* grounds_ = nullptr;
  bool ran_out_ = false;
};

/// Every guard on the readings of a witness, by the oracle.
[[nodiscard]] GraphState settled(const Module& module, const Witness& witness);

}  // namespace sbx::analysis
