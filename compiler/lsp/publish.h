// SPDX-License-Identifier: Apache-2.0
// Findings as the editor shows them.
#pragma once

#include "compiler/lsp/snapshot.h"

namespace sbx::lsp {

/// `diagnostics` of publishDiagnostics for the snapshot's document. `pages` is the folder of the error pages, or empty.
[[nodiscard]] Json diagnostics_json(const Snapshot& snapshot, const std::string& pages);

/// One finding; its `data` names it again to code actions.
[[nodiscard]] Json diagnostic_json(const Snapshot& snapshot, const Diagnostic& finding, const std::string& pages);

}  // namespace sbx::lsp
