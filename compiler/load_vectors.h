// SPDX-License-Identifier: Apache-2.0
// The files that `similar(vectors: "file")` names.
#pragma once

#include <vector>

#include "compiler/analysis/similarities.h"
#include "compiler/sema/policy.h"
#include "runtime/diag/diagnostic.h"

namespace sbx {

/// Reads them, and writes the digest of each into its signal's arguments, so that the policy's revision tells when its vectors change.
/// E0333 for a file that cannot be used; E0306 for a `similar` with examples and vectors, or with neither.
[[nodiscard]] std::vector<analysis::SimilarSignal> load_vectors(sema::Policy& policy, const SourceSet& sources, Diagnostics& diags);

}  // namespace sbx
