// SPDX-License-Identifier: Apache-2.0
// Is there a request on which these guards hold and those do not? Boxes are met and subtracted; arithmetic and the world have the last
// word.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/arithmetic.h"
#include "compiler/analysis/space.h"
#include "compiler/analysis/world.h"
#include "runtime/program/program.h"

namespace sbx::analysis {

/// A guard holds, or does not.
struct Literal {
  GuardId guard;
  bool holds = true;
};
/// At least one of them.
using AnyOf = std::vector<Literal>;
/// Each of `some` is answered, and none of `none` holds. Empty: any request.
struct Question {
  std::vector<AnyOf> some;
  std::vector<GuardId> none;
};

enum class Found : uint8_t { No, Yes, Unsettled };

struct Answer {
  Found found = Found::No;
  std::optional<Witness> witness;  // Yes, where the world was asked
};

class Search {
 public:
  /// `world` may be null: then nothing is shown. All must outlive the search.
  Search(Space& space, Arithmetic& arithmetic, World* world) : space_(space), arithmetic_(arithmetic), world_(world) {}

  /// Whether one of these guards and one of those may hold together: no is certain, yes is a guess.
  [[nodiscard]] bool may_meet(const AnyOf& these, const AnyOf& those) const;
  /// Whether readings answer the question. No is proved; Yes is not shown by a request yet, and text may exclude it.
  [[nodiscard]] Answer possible(const Question& question);
  /// Yes only with a request that has been read and found to answer it.
  [[nodiscard]] Answer show(const Question& question);

 private:
  class Run;
  Space& space_;
  Arithmetic& arithmetic_;
  World* world_;
};

/// Every guard on the readings of a witness, by the oracle.
[[nodiscard]] GraphState settled(const Module& module, const Witness& witness);

}  // namespace sbx::analysis
