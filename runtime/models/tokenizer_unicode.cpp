// SPDX-License-Identifier: Apache-2.0
// Unicode's normalisation forms (UAX 15), by ICU, and where each character comes from.
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include "runtime/base/check.h"
#include "runtime/models/tokenizer_normalizers.h"

namespace sbx::models {
namespace {

class Form : public Normalizer {
 public:
  explicit Form(const icu::Normalizer2& form) : form_(form) {}

  // From one boundary to the next: what is changed there may come from all that stood there. There is one before each character below
  // U+0300, and ASCII between two is never changed.
  void apply(PlacedText& text) const override {
    PlacedText result;
    result.reserve(text.size());
    for (size_t from = 0; from < text.size();) {
      size_t to = from + 1;
      while (to < text.size() && text[to].value >= 0x300 && !form_.hasBoundaryBefore(static_cast<UChar32>(text[to].value))) ++to;
      const PlacedSpan part = PlacedSpan(text).subspan(from, to - from);
      if (part.size() == 1 && (part[0].value < 0x80 || form_.isInert(static_cast<UChar32>(part[0].value)))) {
        result.push_back(part[0]);
      } else {
        append(part, result);
      }
      from = to;
    }
    text = std::move(result);
  }

 private:
  void append(PlacedSpan part, PlacedText& out) const {
    icu::UnicodeString before;
    for (const PlacedChar& c : part) before.append(static_cast<UChar32>(c.value));
    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeString after = form_.normalize(before, status);
    SBX_CHECK(U_SUCCESS(status), "characters can be normalised");
    if (after == before) {
      out.insert(out.end(), part.begin(), part.end());
      return;
    }
    std::u32string values;
    for (int32_t i = 0; i < after.length(); i = after.moveIndex32(i, 1)) values.push_back(static_cast<char32_t>(after.char32At(i)));
    append_made(values, part, out);
  }

  const icu::Normalizer2& form_;
};

}  // namespace

std::unique_ptr<const Normalizer> unicode_form(std::string_view name) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* form = name == "NFC"    ? icu::Normalizer2::getNFCInstance(status)
                                 : name == "NFD"  ? icu::Normalizer2::getNFDInstance(status)
                                 : name == "NFKC" ? icu::Normalizer2::getNFKCInstance(status)
                                 : name == "NFKD" ? icu::Normalizer2::getNFKDInstance(status)
                                                  : nullptr;
  SBX_CHECK(U_SUCCESS(status), "ICU has its normalisation data built in");
  if (form == nullptr) return nullptr;
  return std::make_unique<Form>(*form);
}

}  // namespace sbx::models
