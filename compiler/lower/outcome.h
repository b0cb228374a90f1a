// SPDX-License-Identifier: Apache-2.0
// What winners and rules do, as data of the manifest.
#pragma once

#include "compiler/lower/conditions.h"

namespace sbx::lower {

class Outcomes {
 public:
  Outcomes(const sema::Policy& policy, const SourceSet& sources, Leaves& leaves, Conditions& conditions)
      : policy_(policy), sources_(sources), leaves_(leaves), conditions_(conditions) {}

  Outcome outcome(const sema::Outcome& from);
  std::vector<Action> actions(const std::vector<sema::Action>& from);

 private:
  SetSlot set_slot(const sema::SetSlot& from);
  NarrowModels narrow(const sema::NarrowModels& from);
  Ask ask(const sema::Ask& from);
  std::vector<Ask> asks(const std::vector<sema::Ask>& from);
  Candidate candidate(const sema::Candidate& from);
  std::vector<Selector> selectors(std::vector<Selector> by);

  const sema::Policy& policy_;
  const SourceSet& sources_;
  Leaves& leaves_;
  Conditions& conditions_;
};

}  // namespace sbx::lower
