// SPDX-License-Identifier: Apache-2.0
// What signals of one text say of each other: whoever writes `very urgent` writes `urgent`, and nobody writes what two patterns exclude.
#pragma once

#include <vector>

#include "compiler/analysis/exclusions.h"
#include "runtime/program/manifest.h"

namespace sbx {

/// Of `keywords` signals, by how keywords are folded and what may stand beside them.
[[nodiscard]] analysis::TextFacts relate_keywords(const Manifest& manifest);
/// Of patterns, by their automata.
[[nodiscard]] std::vector<analysis::Exclusion> relate_patterns(const Manifest& manifest);
/// All of these. Each is proved; what is not found may be true all the same. The signals must have passed check_signals.
[[nodiscard]] analysis::TextFacts relate_texts(const Manifest& manifest);

}  // namespace sbx
