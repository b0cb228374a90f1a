// SPDX-License-Identifier: Apache-2.0
// Findings as documents: our JSON (docs/cli.md#3-check), and the formats of other tools in findings_formats.cpp.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "compiler/driver/baseline.h"
#include "compiler/pipeline.h"
#include "runtime/diag/diagnostic.h"

namespace sbx::driver {

using Json = nlohmann::ordered_json;

/// `{file, start, end}`, or null for no place.
[[nodiscard]] Json span_json(Span span, const SourceSet& sources);
/// `proved`, `geometric`, `bounded`, `assumed`.
[[nodiscard]] const char* level_word(Level level);
/// `interval` of a finding, and `vectors` of its witness: null for none.
[[nodiscard]] Json interval_json(const Ground& ground);
[[nodiscard]] Json vectors_json(const ShownRequest& shown);
/// One element of `findings`.
[[nodiscard]] Json finding_json(const Diagnostic& diagnostic, const SourceSet& sources);
/// The whole document of `check`.
[[nodiscard]] Json check_json(const Checked& checked, const std::optional<BaselineUse>& baseline = std::nullopt);
/// Whether the requests of a policy were looked at: neither it nor what it uses has errors of the text, and that was asked for.
[[nodiscard]] bool is_analyzed(const Checked& checked, size_t policy);
/// JSON text; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string dump(const Json& json);

[[nodiscard]] Json sarif_json(const Checked& checked);
[[nodiscard]] std::string github_text(const Checked& checked);
[[nodiscard]] std::string junit_text(const Checked& checked, const std::vector<std::string>& paths, Severity fail_level);

}  // namespace sbx::driver
