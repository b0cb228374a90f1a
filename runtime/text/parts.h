// SPDX-License-Identifier: Apache-2.0
// Keywords within a keyword: `urgent` is in `very urgent`, `C` is in `C++` and not in `CSS`.
#pragma once

#include <functional>
#include <string_view>

#include "runtime/text/rules.h"

namespace sbx::text {

/// Says every part of the keyword that, as a keyword of its own, is found in every text in which `whole` is found; `whole` itself is none.
void for_each_part(const Keyword& whole, const std::function<void(std::string_view)>& say);

}  // namespace sbx::text
