// SPDX-License-Identifier: Apache-2.0
// SentencePiece's map of characters (`precompiled_charsmap`): a double array of Darts-clone and the texts that it points to. As in
// Hugging Face's library it is asked for whole graphemes of up to 5 bytes, else for characters, and of several entries that a text begins
// with the shortest counts.
#include <unicode/brkiter.h>

#include <array>
#include <cstring>

#include "runtime/models/tokenizer_normalizers.h"

namespace sbx::models {
namespace {

std::optional<std::string> base64_decoded(std::string_view text) {
  std::string result;
  uint32_t bits = 0, held = 0;
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  for (const char c : text) {
    const uint32_t value = c >= 'A' && c <= 'Z' ? c - 'A' : c >= 'a' && c <= 'z' ? c - 'a' + 26 : c >= '0' && c <= '9' ? c - '0' + 52 : c == '+' ? 62 : c == '/' ? 63 : 64;
    if (value == 64) return std::nullopt;
    bits = bits << 6 | value;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    result.push_back(static_cast<char>(bits >> held & 0xFF));
  }
  return result;
}

class Precompiled : public Normalizer {
 public:
  explicit Precompiled(const JsonNode& node) {
    const auto bytes = base64_decoded(node.text("precompiled_charsmap"));
    uint32_t size = 0;
    if (bytes && bytes->size() >= 4) std::memcpy(&size, bytes->data(), 4);
    if (!bytes || size < 4 || size % 4 != 0 || size > bytes->size() - 4) {
      node.wrong("has no map of characters");
      return;
    }
    units_.resize(size / 4);
    std::memcpy(units_.data(), bytes->data() + 4, size);
    texts_ = bytes->substr(4 + size);
    UErrorCode status = U_ZERO_ERROR;
    graphemes_.reset(icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
    if (U_FAILURE(status)) node.not_supported("a map of characters without ICU's rules for graphemes");
  }

  void apply(PlacedText& text) const override {
    const Utf16 utf16 = utf16_of(text);
    const icu::UnicodeString searched(false, utf16.units.data(), static_cast<int32_t>(utf16.units.size()));
    const std::unique_ptr<icu::BreakIterator> graphemes(graphemes_->clone());
    graphemes->setText(searched);
    PlacedText result;
    result.reserve(text.size());
    for (int32_t from = graphemes->first(), to = graphemes->next(); to != icu::BreakIterator::DONE; from = to, to = graphemes->next()) {
      const size_t begin = utf16.characters[static_cast<size_t>(from)], end = utf16.characters[static_cast<size_t>(to)];
      append_grapheme(PlacedSpan(text).subspan(begin, end - begin), result);
    }
    text = std::move(result);
  }

 private:
  static constexpr size_t kLongestGrapheme = 5;

  void append_grapheme(PlacedSpan grapheme, PlacedText& out) const {
    const std::string bytes = grapheme.size() <= kLongestGrapheme ? utf8_of(grapheme) : "";
    if (!bytes.empty() && bytes.size() <= kLongestGrapheme) {
      if (const auto text = find(bytes)) return append_made(characters_of(*text), grapheme, out);
    }
    for (size_t i = 0; i < grapheme.size(); ++i) {
      const PlacedSpan one = grapheme.subspan(i, 1);
      if (const auto text = find(utf8_of(one))) {
        append_made(characters_of(*text), one, out);
      } else {
        out.push_back(grapheme[i]);
      }
    }
  }

  // A unit (darts-clone, darts.h): bits 0-7 a label, bit 8 whether an entry ends here, bits 10-30 and 9 an offset; or, with bit 31, a value.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view key) const {
    const auto offset = [](uint32_t unit) { return unit >> 10 << ((unit & 1U << 9) >> 6); };
    uint32_t at = offset(units_[0]);
    for (const char c : key) {
      const auto byte = static_cast<uint8_t>(c);
      at ^= byte;
      if (byte == 0 || at >= units_.size()) return std::nullopt;
      const uint32_t unit = units_[at];
      if ((unit & (1U << 31 | 0xFF)) != byte) return std::nullopt;
      at ^= offset(unit);
      if ((unit >> 8 & 1) == 0) continue;
      if (at >= units_.size()) return std::nullopt;
      const uint32_t value = units_[at] & ((1U << 31) - 1);
      if (value >= texts_.size()) return std::nullopt;
      return std::string_view(texts_).substr(value, texts_.find('\0', value) - value);
    }
    return std::nullopt;
  }

  std::vector<uint32_t> units_;
  std::string texts_;
  std::unique_ptr<const icu::BreakIterator> graphemes_;
};

}  // namespace

std::unique_ptr<const Normalizer> read_precompiled(const JsonNode& node) { return std::make_unique<Precompiled>(node); }

}  // namespace sbx::models
