// SPDX-License-Identifier: Apache-2.0
// Resolved policy → decision graph and manifest. Past the gate: the policy is known to be good, nothing is reported here.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "compiler/lower/expression.h"
#include "compiler/sema/policy.h"
#include "runtime/program/graph.h"
#include "runtime/source/source.h"

namespace sbx::lower {

struct LowerOptions {
  std::string revision;                    // goes into the manifest as it is
  std::set<std::string> given = {};        // derived signals that become leaves (docs/design/semantics.md#given-readings-of-derived-signals)
  bool reads_fit = false;                  // whether the inputs of Policy::fit become leaves, used or not
  std::vector<std::string> literals = {};  // what every text is interned against first, so that two policies intern alike
  std::vector<DerivedValue>* derived = nullptr;  // filled: the derived numbers and labels that the graph has, for words about them
};

/// Who wins, what fires and what it does, as a module. Bits, ids and order depend on the policy alone: the same policy gives the same
/// module.
[[nodiscard]] Module lower(const sema::Policy& policy, const SourceSet& sources, const LowerOptions& options);

}  // namespace sbx::lower
