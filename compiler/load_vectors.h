// SPDX-License-Identifier: Apache-2.0
// The files that `similar`, `contrast` and `nearest` name in `vectors:`.
#pragma once

#include <vector>

#include "compiler/analysis/similarities.h"
#include "compiler/sema/policy.h"
#include "runtime/diag/diagnostic.h"

namespace sbx {

/// Reads them, and writes the digest of each into its signal's arguments, so that the policy's revision tells when its vectors change.
/// E0333 for a file that cannot be used, also beside others of its signal; E0306 for a signal with examples and vectors, or with neither,
/// and for labels, floors and margins that mean nothing.
[[nodiscard]] std::vector<analysis::VectorSignal> load_vectors(sema::Policy& policy, const SourceSet& sources, Diagnostics& diags);

}  // namespace sbx
