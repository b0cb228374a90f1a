// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/tokenizer_regex.h"

#include <unicode/regex.h>

#include <algorithm>

namespace sbx::models {

struct Pattern::Compiled {
  std::unique_ptr<icu::RegexPattern> pattern;
};

Pattern::Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Pattern Pattern::read(const JsonNode& node) {
  if (node.has("Regex")) return regex(node.text("Regex"), node);
  Pattern result;
  if (node.has("String")) {
    result.literal_ = characters_of(node.text("String"));
  } else {
    node.wrong("is neither a `String` nor a `Regex`");
  }
  return result;
}

Pattern Pattern::regex(std::string_view expression, const JsonNode& place) {
  Pattern result;
  if (expression.size() > 16384) place.not_supported("a regular expression of that length");
  // Hexadecimal digits to Oniguruma, white space to ICU; the rest that ICU takes means the same to both.
  for (size_t i = 0; i + 1 < expression.size(); ++i) {
    if (expression[i] != '\\') continue;
    ++i;
    if (expression[i] == 'h' || expression[i] == 'H') place.not_supported("`\\h` of a regular expression");
  }
  // To Oniguruma `^` and `$` are about lines, and lines end in a line feed.
  const uint32_t flags = UREGEX_MULTILINE | UREGEX_UNIX_LINES;
  UErrorCode status = U_ZERO_ERROR;
  UParseError where;
  const auto text = icu::UnicodeString::fromUTF8({expression.data(), static_cast<int32_t>(expression.size())});
  auto compiled = std::make_unique<Compiled>();
  compiled->pattern.reset(icu::RegexPattern::compile(text, flags, where, status));
  if (U_FAILURE(status)) place.not_supported("the regular expression `" + std::string(expression) + "`");
  if (U_SUCCESS(status)) result.compiled_ = std::move(compiled);
  return result;
}

std::vector<Match> Pattern::find(PlacedSpan text) const {
  std::vector<Match> result;
  if (compiled_ == nullptr) {
    for (auto from = text.begin(); !literal_.empty();) {
      const auto found = std::search(from, text.end(), literal_.begin(), literal_.end(), [](const PlacedChar& a, char32_t b) { return a.value == b; });
      if (found == text.end()) break;
      from = found + static_cast<ptrdiff_t>(literal_.size());
      result.push_back({static_cast<size_t>(found - text.begin()), static_cast<size_t>(from - text.begin())});
    }
    return result;
  }
  const Utf16 utf16 = utf16_of(text);
  const icu::UnicodeString searched(false, utf16.units.data(), static_cast<int32_t>(utf16.units.size()));
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::RegexMatcher> matcher(compiled_->pattern->matcher(searched, status));
  if (U_SUCCESS(status)) matcher->setTimeLimit(1000, status);
  while (U_SUCCESS(status) && matcher->find(status)) {
    result.push_back({utf16.characters[static_cast<size_t>(matcher->start(status))], utf16.characters[static_cast<size_t>(matcher->end(status))]});
  }
  return result;
}

}  // namespace sbx::models
