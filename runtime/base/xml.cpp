// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/xml.h"

namespace sbx {

std::string escaped_xml(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const std::string_view three = text.substr(i, 3);
    if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else if (c == '"') {
      result += "&quot;";
    } else if (c == '\t' || c == '\n' || c == '\r') {  // in an attribute they would be spaces
      result += "&#" + std::to_string(static_cast<int>(c)) + ";";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      result += "\uFFFD";
    } else if (three == "\uFFFE" || three == "\uFFFF") {
      result += "\uFFFD", i += 2;
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace sbx
