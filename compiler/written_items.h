// SPDX-License-Identifier: Apache-2.0
// Where the members of a list stand in the text of the signal that has them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/diag/diagnostic.h"

namespace sbx {

/// The text, as in_source() has it, with its quotes, in the call behind the signal's name. Nothing where it does not stand there, written
/// as it is, exactly once; with `last`, the last of several.
[[nodiscard]] std::optional<Span> written_item(const SourceSet& sources, Span name, const std::string& text, bool last = false);
/// A part of a pattern between `|` and brackets, within the text that the pattern is; the whole text where it is not there exactly once.
[[nodiscard]] Span written_alternative(const SourceSet& sources, Span text, const std::string& alternative);
/// Cuts such a part out with the `|` that parts it from the others; nothing where there is none.
[[nodiscard]] std::optional<Edit> without_alternative(const SourceSet& sources, Span alternative);
/// How a text is written between quotes.
[[nodiscard]] std::string in_source(const std::string& text);
/// The list without these members, of which at least one other is left; nothing where that takes more than cutting them out.
[[nodiscard]] std::optional<std::vector<Edit>> without_items(const SourceSet& sources, const std::vector<Span>& items);

}  // namespace sbx
