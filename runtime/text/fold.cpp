// SPDX-License-Identifier: Apache-2.0
#include "runtime/text/fold.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include <algorithm>

#include "runtime/base/check.h"
#include "runtime/text/characters.h"

namespace sbx::text {
namespace {

const icu::Normalizer2& case_folding() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(status);
  SBX_CHECK(U_SUCCESS(status) && normalizer != nullptr, "ICU has its normalisation data built in");
  return *normalizer;
}

void fold_valid(std::string_view text, std::string& out) {
  icu::StringByteSink<std::string> sink(&out);
  UErrorCode status = U_ZERO_ERROR;
  case_folding().normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink, nullptr, status);
  SBX_CHECK(U_SUCCESS(status), "folding valid UTF-8 cannot fail");
}

}  // namespace

void fold(std::string_view text, std::string& out) {
  out.clear();
  if (is_ascii(text)) {
    out.resize(text.size());
    std::ranges::transform(text, out.begin(), ascii_lower);
    return;
  }
  if (is_valid_utf8(text)) {
    fold_valid(text, out);
    return;
  }
  std::string repaired;
  repair_utf8(text, repaired);
  fold_valid(repaired, out);
}

std::string folded(std::string_view text) {
  std::string result;
  fold(text, result);
  return result;
}

void repair_utf8(std::string_view text, std::string& out) {
  out.clear();
  for (size_t at = 0; at < text.size();) {
    Character character = character_at(text, at);
    std::string_view bytes = text.substr(at, character.bytes);
    if (is_valid_utf8(bytes)) {
      out += bytes;
    } else {
      out += "\xEF\xBF\xBD";
    }
    at += character.bytes;
  }
}

}  // namespace sbx::text
