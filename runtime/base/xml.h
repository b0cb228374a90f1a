// SPDX-License-Identifier: Apache-2.0
// Text in XML and HTML documents.
#pragma once

#include <string>
#include <string_view>

namespace sbx {

/// UTF-8 for contents and for attributes in double quotes, so that a reader gets the same text, tabs and line ends too. Characters that
/// XML cannot hold become U+FFFD; bytes that are not UTF-8 stay.
[[nodiscard]] std::string escaped_xml(std::string_view text);

}  // namespace sbx
