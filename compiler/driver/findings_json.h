// SPDX-License-Identifier: Apache-2.0
// Findings as documents: our JSON (docs/cli.md#3-check), and the formats of other tools in findings_formats.cpp.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "compiler/pipeline.h"
#include "runtime/diag/diagnostic.h"

namespace sbx::driver {

using Json = nlohmann::ordered_json;

/// `{file, start, end}`, or null for no place.
[[nodiscard]] Json span_json(Span span, const SourceSet& sources);
/// One element of `findings`.
[[nodiscard]] Json finding_json(const Diagnostic& diagnostic, const SourceSet& sources);
/// The whole document of `check`.
[[nodiscard]] Json check_json(const Checked& checked);
/// JSON text; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string dump(const Json& json);

[[nodiscard]] Json sarif_json(const Checked& checked);
[[nodiscard]] std::string github_text(const Checked& checked);
[[nodiscard]] std::string junit_text(const Checked& checked, const std::vector<std::string>& paths);

}  // namespace sbx::driver
