// SPDX-License-Identifier: Apache-2.0
// Inside the room only: tokens to lines of text. Trusts its input; format.cpp checks the result.
#pragma once

#include <string>

#include "compiler/syntax/layout.h"

namespace sbx::format {

/// The author's line breaks, our spaces and indentation.
[[nodiscard]] std::string lay_out(const SourceSet& sources, const syntax::Layout& layout);

}  // namespace sbx::format
