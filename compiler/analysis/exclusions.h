// SPDX-License-Identifier: Apache-2.0
// What keywords and patterns of one text say of each other, known before anything is asked: pairs of readings that do not go together.
#pragma once

#include <vector>

#include "compiler/analysis/space.h"

namespace sbx::analysis {

/// A signal that is true or false, and which of the two.
struct Truth {
  SignalId signal;
  bool holds = true;
};
/// No request reads both. That whoever reads `a` reads `b` excludes `a` with the contrary of `b`.
struct Exclusion {
  Truth one, other;
};

/// All that is known of the signals of a policy's texts.
struct TextFacts {
  std::vector<Exclusion> exclusions;
  std::vector<SignalId> silent;  // hold where nothing is said; all others do not
};

/// Teaches the space those that it has axes for.
void exclude_together(Space& space, const TextFacts& facts);

}  // namespace sbx::analysis
