// SPDX-License-Identifier: Apache-2.0
#include "runtime/text/language.h"

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include <algorithm>
#include <array>
#include <climits>

#include "runtime/text/characters.h"
#include "runtime/text/fold.h"

namespace sbx::text {
namespace {

/// The detector's code as ISO 639 has it today, without script or country; empty for a script that is no language.
std::string iso_code(std::string_view code) {
  if (code.starts_with("xx") || code == "un") return {};
  if (code == "iw") return "he";
  if (code == "in") return "id";
  if (code == "ji") return "yi";
  if (code == "jw") return "jv";
  if (code == "mo") return "ro";
  return std::string(code.substr(0, code.find('-')));
}

}  // namespace

std::optional<Language> detect_language(std::string_view text) {
  constexpr size_t kEnough = 256 * 1024;  // more of the same text tells no more
  std::string valid;
  text = text.substr(0, std::min(text.size(), kEnough));
  if (!is_ascii(text) && !is_valid_utf8(text)) {
    repair_utf8(text, valid);
    text = valid;
  }
  CLD2::CLDHints hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
  std::array<CLD2::Language, 3> languages{};
  std::array<int, 3> percents{};
  std::array<double, 3> scores{};
  int text_bytes = 0;
  bool is_reliable = false;
  CLD2::Language best = CLD2::ExtDetectLanguageSummary(text.data(), static_cast<int>(text.size()), true, &hints, 0, languages.data(),
                                                       percents.data(), scores.data(), nullptr, &text_bytes, &is_reliable);
  if (!is_reliable || best == CLD2::UNKNOWN_LANGUAGE) return std::nullopt;
  std::string code = iso_code(CLD2::LanguageCode(best));
  if (code.empty()) return std::nullopt;
  auto found = std::ranges::find(languages, best);
  int percent = found == languages.end() ? 0 : percents[static_cast<size_t>(found - languages.begin())];
  return Language{std::move(code), int64_t{percent} * 10'000};
}

}  // namespace sbx::text
