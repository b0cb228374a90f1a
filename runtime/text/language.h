// SPDX-License-Identifier: Apache-2.0
// Which language a text is in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbx::text {

struct Language {
  std::string code;        // ISO 639: `en`, `zh`, `hmn`
  int64_t confidence = 0;  // millionths: the share of the text that is in it
};

/// The language of most of the text; nothing where the text is too short or too mixed to tell.
[[nodiscard]] std::optional<Language> detect_language(std::string_view text);

}  // namespace sbx::text
