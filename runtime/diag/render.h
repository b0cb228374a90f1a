// SPDX-License-Identifier: Apache-2.0
// Findings as text for people. JSON is the driver's business (docs/cli.md#3-check).
#pragma once

#include <string>

#include "runtime/diag/diagnostic.h"

namespace sbx {

struct RenderOptions {
  bool color = false;
};

/// `error[E0201]: message`, the place, the source line underlined, labels, notes and help; ends with a newline.
[[nodiscard]] std::string render(const Diagnostic& diagnostic, const SourceSet& sources, RenderOptions options = {});

/// The nearest of `known` to `name` if it is near enough to be a slip of the hand (edit distance at most a third of its length), else
/// empty.
[[nodiscard]] std::string did_you_mean(std::string_view name, const std::vector<std::string>& known);

}  // namespace sbx
