// SPDX-License-Identifier: Apache-2.0
// The arguments of a signal by name. The compiler has checked them against stdlib/; what is missing here has its empty value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/program/types.h"
#include "runtime/signals/texts.h"

namespace sbx::signals {

[[nodiscard]] const Constant* argument(const ConstantRecord& arguments, std::string_view name);
[[nodiscard]] std::string text_argument(const ConstantRecord& arguments, std::string_view name);
[[nodiscard]] std::vector<std::string> list_argument(const ConstantRecord& arguments, std::string_view name);
/// A whole number from 0 to `most`; E0306 otherwise.
[[nodiscard]] Result<int> count_argument(const ConstantRecord& arguments, std::string_view name, int otherwise, int most);
/// `of: text.all`; E0306 for what is no text of a request.
[[nodiscard]] Result<Source> source_argument(const ConstantRecord& arguments, std::string_view name);

}  // namespace sbx::signals
