// SPDX-License-Identifier: Apache-2.0
// What every check of the analysis is given. One check is one file and one function; analyze.cpp is the list.
#pragma once

#include <string>
#include <vector>

#include "compiler/analysis/assignments.h"
#include "compiler/analysis/costs.h"
#include "compiler/analysis/fit.h"
#include "compiler/analysis/fixes.h"
#include "compiler/analysis/promises.h"
#include "compiler/analysis/search.h"
#include "compiler/sema/policy.h"
#include "runtime/diag/diagnostic.h"

namespace sbx::analysis {

/// `policy` and `module` are the same policy: ids of routes and rules are the same in both.
struct Study {
  const SourceSet& sources;
  const sema::Policy& policy;
  const Module& module;
  const Contest& contest;
  const Attempts& attempts;
  const Assignments& assignments;
  const Costs& costs;
  const std::vector<Required>& required;
  Search& search;
  World& world;
  std::vector<bool> is_dead;  // by RouteId: it never holds, or never wins; later checks pass it by
};

/// The request of a witness and what holds on it, for a finding.
[[nodiscard]] ShownRequest shown(const Module& module, const Witness& witness);
/// `a`, `b` and `c`, in backticks.
[[nodiscard]] std::string listed(const std::vector<std::string>& names);

void check_guards(Study& study, Diagnostics& diags);     // contradiction, tautology
void check_reached(Study& study, Diagnostics& diags);    // shadowed, unreachable
void check_conflicts(Study& study, Diagnostics& diags);  // conflict, of the entries of a tier
void check_slots(Study& study, Diagnostics& diags);      // conflict, of rules and routes about a slot
void check_gaps(Study& study, Diagnostics& diags);       // gap
void check_capability(Study& study, Diagnostics& diags);
void check_requires(Study& study, Diagnostics& diags);  // require-refuted, unknown-hole
void check_boundaries(Study& study, Diagnostics& diags);
void check_useless_over(Study& study, Diagnostics& diags);
void check_redundant(Study& study, Diagnostics& diags);

}  // namespace sbx::analysis
