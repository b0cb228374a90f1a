// SPDX-License-Identifier: Apache-2.0
#include "runtime/text/fold_table.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>
#include <string>

#include "runtime/base/check.h"
#include "runtime/text/fold.h"

namespace sbx::text {
namespace {

FoldedCharacter make(const icu::Normalizer2& normalizer, char32_t character) {
  FoldedCharacter result;
  auto c = static_cast<UChar32>(character);
  if (U_IS_SURROGATE(c) || !normalizer.hasBoundaryBefore(c)) return result;
  UErrorCode status = U_ZERO_ERROR;
  std::string utf8;
  normalizer.normalize(icu::UnicodeString(c), status).toUTF8String(utf8);
  if (U_FAILURE(status)) return result;
  if (utf8 == kTypographicApostrophe) utf8 = "'";
  result.bytes = static_cast<uint8_t>(std::min<size_t>(utf8.size(), FoldedCharacter::kLong));
  if (result.bytes < FoldedCharacter::kLong) std::ranges::copy(utf8, result.utf8.begin());
  return result;
}

}  // namespace

std::array<std::atomic<const FoldPage*>, kFoldEnd / kFoldPage> fold_pages{};

// Two threads that make one at a time make the same; the first stays.
const FoldPage& make_fold_page(size_t number) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(status);
  SBX_CHECK(U_SUCCESS(status) && normalizer != nullptr, "ICU has its normalisation data built in");
  auto made = std::make_unique<FoldPage>();
  for (size_t i = 0; i < kFoldPage; ++i) (*made)[i] = make(*normalizer, static_cast<char32_t>(number * kFoldPage + i));
  const FoldPage* found = nullptr;
  if (fold_pages[number].compare_exchange_strong(found, made.get(), std::memory_order_acq_rel)) return *made.release();
  return *found;
}

}  // namespace sbx::text
