// SPDX-License-Identifier: Apache-2.0
#include "runtime/text/fold.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include <algorithm>
#include <bit>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "runtime/base/check.h"
#include "runtime/text/characters.h"
#include "runtime/text/fold_table.h"

namespace sbx::text {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

const icu::Normalizer2& case_folding() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(status);
  SBX_CHECK(U_SUCCESS(status) && normalizer != nullptr, "ICU has its normalisation data built in");
  return *normalizer;
}

/// Appends valid UTF-8, folded by ICU, with ASCII apostrophes.
void append_folded(std::string_view valid, std::string& out) {
  const size_t before = out.size();
  icu::StringByteSink<std::string> sink(&out);
  UErrorCode status = U_ZERO_ERROR;
  case_folding().normalizeUTF8(0, icu::StringPiece(valid.data(), static_cast<int32_t>(valid.size())), sink, nullptr, status);
  SBX_CHECK(U_SUCCESS(status), "folding valid UTF-8 cannot fail");
  size_t to = out.find(kTypographicApostrophe, before);
  if (to == std::string::npos) return;
  for (size_t from = to; from < out.size();) {
    const bool is_one = out.compare(from, kTypographicApostrophe.size(), kTypographicApostrophe) == 0;
    out[to++] = is_one ? '\'' : out[from];
    from += is_one ? kTypographicApostrophe.size() : 1;
  }
  out.resize(to);
}

#if defined(__SSE2__)
constexpr size_t kBlock = 16;

/// Copies a block with the letters of ASCII in lower case; returns a bit for every byte that is not ASCII.
uint32_t copy_lowered(const char* from, char* to) {
  __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  __m128i capital = _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('A' - 1)), _mm_cmplt_epi8(bytes, _mm_set1_epi8('Z' + 1)));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm_or_si128(bytes, _mm_and_si128(capital, _mm_set1_epi8(0x20))));
  return static_cast<uint32_t>(_mm_movemask_epi8(bytes));
}

/// Folds a block of ASCII, Latin-1 letters (U+00C0 to U+00FF), Cyrillic (U+0400 to U+045F) and ideographs (U+4000 to U+9FFF, which stay
/// as they are), all at once. `from` begins with a character. Returns the bytes of whole characters that are done; 0 if anything else is
/// in the block.
size_t fold_alphabets(const char* from, char* to) {
  const auto all = [](int byte) { return _mm_set1_epi8(static_cast<char>(byte)); };
  const auto mask = [](__m128i bytes) { return static_cast<uint32_t>(_mm_movemask_epi8(bytes)); };
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  // Of signed bytes those of ASCII are positive, so "below" finds bytes from 0x80 on.
  const auto below = [&](int byte) { return _mm_cmplt_epi8(bytes, all(byte)); };
  const __m128i below_90 = below(0x90), below_a0 = below(0xA0), below_b0 = below(0xB0);
  const __m128i c3 = _mm_cmpeq_epi8(bytes, all(0xC3)), d0 = _mm_cmpeq_epi8(bytes, all(0xD0)), d1 = _mm_cmpeq_epi8(bytes, all(0xD1));
  const __m128i after_c3 = _mm_slli_si128(c3, 1), after_d0 = _mm_slli_si128(d0, 1), after_d1 = _mm_slli_si128(d1, 1);

  const uint32_t two = mask(_mm_or_si128(c3, _mm_or_si128(d0, d1)));
  const uint32_t three = mask(_mm_andnot_si128(below(0xE4), below(0xEA)));
  const uint32_t trails = mask(below(0xC0));
  const __m128i sharp_s = _mm_and_si128(after_c3, _mm_cmpeq_epi8(bytes, all(0x9F)));  // becomes two letters
  const __m128i beyond = _mm_andnot_si128(below_a0, after_d1);                        // U+0460 and up
  const bool whole = trails == ((two << 1 | three << 1 | three << 2) & 0xFFFF) && (trails & (two | three)) == 0;
  if (!whole || mask(bytes) != (two | three | trails) || mask(_mm_or_si128(sharp_s, beyond)) != 0) return 0;

  const __m128i ascii = _mm_and_si128(_mm_cmpgt_epi8(bytes, all('A' - 1)), _mm_cmplt_epi8(bytes, all('Z' + 1)));
  const __m128i latin = _mm_and_si128(after_c3, _mm_andnot_si128(_mm_cmpeq_epi8(bytes, all(0x97)), below_a0));  // 0x97: the times sign
  const __m128i first = _mm_and_si128(after_d0, below_90);                               // U+0400: D0 80 becomes D1 90
  const __m128i second = _mm_and_si128(after_d0, _mm_andnot_si128(below_90, below_a0));  // U+0410: D0 90 becomes D0 B0
  const __m128i third = _mm_and_si128(after_d0, _mm_andnot_si128(below_a0, below_b0));   // U+0420: D0 A0 becomes D1 80
  const __m128i up_32 = _mm_and_si128(_mm_or_si128(ascii, _mm_or_si128(latin, second)), all(0x20));
  const __m128i up_16 = _mm_and_si128(first, all(0x10));
  const __m128i down_32 = _mm_and_si128(third, all(0x20));
  const __m128i next_lead = _mm_and_si128(_mm_srli_si128(_mm_or_si128(first, third), 1), all(1));
  const __m128i up = _mm_or_si128(up_32, _mm_or_si128(up_16, next_lead));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm_sub_epi8(_mm_add_epi8(bytes, up), down_32));
  if ((three >> (kBlock - 2) & 1) != 0) return kBlock - 2;
  return kBlock - ((two | three) >> (kBlock - 1));
}

/// Whether `lead` may begin a block that fold_alphabets() knows how to fold.
bool begins_alphabet(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte == 0xD0 || byte == 0xD1 || (byte >= 0xE4 && byte <= 0xE9);
}
#else
constexpr size_t kBlock = 8;

/// Copies a block with the letters of ASCII in lower case; returns a bit for every byte that is not ASCII.
uint32_t copy_lowered(const char* from, char* to) {
  uint32_t mask = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    mask |= static_cast<uint32_t>(static_cast<unsigned char>(from[i]) >> 7) << i;
    to[i] = ascii_lower(from[i]);
  }
  return mask;
}

size_t fold_alphabets(const char*, char*) { return 0; }
bool begins_alphabet(char) { return false; }
#endif

/// One fold: reads `text`, writes to `out`.
class Folding {
 public:
  Folding(std::string_view text, std::string& out) : end_(text.data() + text.size()), text_(text), out_(out) {}

  bool run() {
    in_ = text_.data();
    to_ = room(0, text_.size());
    while (in_ != end_) {
      if (to_ + kSlack > limit_) to_ = room(static_cast<size_t>(to_ - out_.data()), static_cast<size_t>(end_ - in_));
      fold_blocks();
      if (in_ == end_) break;
      if (static_cast<unsigned char>(*in_) < 0x80) {
        *to_++ = ascii_lower(*in_++);
      } else {
        fold_other();
      }
    }
    out_.resize(static_cast<size_t>(to_ - out_.data()));
    return valid_;
  }

 private:
  /// More than a block can become, with what is written beyond it.
  static constexpr size_t kSlack = kBlock * 4 + 32;

  /// Blocks of ASCII and runs of other characters, while there is room and all that is met needs no more than a look at the table.
  /// What is read and written stays in registers.
  void fold_blocks() {
    const char* in = in_;
    char* to = to_;
    // Both leave room for a block and a character beyond what is looked at.
    const char* last_in = end_ - in > static_cast<std::ptrdiff_t>(kSlack) ? end_ - kSlack : in;
    const char* last_to = limit_ - kSlack;
    while (in < last_in && to < last_to) {
      uint32_t mask = copy_lowered(in, to);
      if (mask == 0) {
        in += kBlock;
        to += kBlock;
        continue;
      }
      if (const size_t done = fold_alphabets(in, to); done > 0) {
        in += done;
        to += done;
        continue;
      }
      int ascii = std::countr_zero(mask);
      in += ascii;
      to += ascii;
      bool simple = true;
      do {
        // The table says nothing of what is no UTF-8, so what two and three bytes must be is tested at the end, all at once.
        auto byte = [in](int i) { return static_cast<uint32_t>(static_cast<unsigned char>(in[i])); };
        uint32_t lead = byte(0), value = 0, wrong = 0, bytes = 0;
        if (lead < 0xE0) {
          value = (lead & 0x1F) << 6 | (byte(1) & 0x3F);
          wrong = ((byte(1) & 0xC0) ^ 0x80) | static_cast<uint32_t>(lead < 0xC2);
          bytes = 2;
        } else {
          value = (lead & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
          wrong = ((byte(1) & 0xC0) ^ 0x80) | ((byte(2) & 0xC0) ^ 0x80) | static_cast<uint32_t>(lead >= 0xF0 || value < 0x800);
          bytes = 3;
        }
        const FoldedCharacter folded = folded_character(value);
        std::memcpy(to, &folded, sizeof(folded));
        simple = wrong == 0 && folded.bytes < FoldedCharacter::kLong;
        if (!simple) break;
        to += folded.bytes;
        in += bytes;
      } while (static_cast<signed char>(*in) < 0 && !begins_alphabet(*in) && in < last_in && to < last_to);
      if (!simple) break;
    }
    in_ = in;
    to_ = to;
  }

  void fold_other() {
    auto at = static_cast<size_t>(in_ - text_.data());
    auto written = static_cast<size_t>(to_ - out_.data());
    Character character = valid_character_at(text_, at);
    if (character.bytes == 0) {
      valid_ = false;
      std::memcpy(to_, kReplacement.data(), kReplacement.size());
      to_ += kReplacement.size();
      ++in_;
      return;
    }
    if (character.value < kFoldEnd) {
      const FoldedCharacter& folded = folded_character(character.value);
      if (folded.bytes < FoldedCharacter::kLong) {
        std::memcpy(to_, folded.utf8.data(), folded.utf8.size());
        to_ += folded.bytes;
        in_ += character.bytes;
        return;
      }
    }
    fold_joined(at, written);
    in_ = text_.data() + at;
    to_ = room(written, text_.size() - at);
  }

  /// Makes room for `more` bytes behind the `written` ones.
  char* room(size_t written, size_t more) {
    size_t wanted = written + more + more / 4 + 2 * kSlack;
    if (out_.size() < wanted) out_.resize(wanted);
    limit_ = out_.data() + out_.size();
    return out_.data() + written;
  }

  /// The character before `at` anew, with the one at it and all that join them; `at` and `written` move behind them.
  void fold_joined(size_t& at, size_t& written) {
    size_t start = at;
    Character before = character_before(text_, at);
    bool is_whole = before.bytes > 0 && is_valid_utf8(text_.substr(at - before.bytes, before.bytes)) && before.value < kFoldEnd;
    // Of other characters before it this one would have been part of their piece, but for one that is long and joins nothing.
    if (is_whole && folded_character(before.value).bytes < FoldedCharacter::kLong) {
      start -= before.bytes;
      written -= folded_character(before.value).bytes;
    }
    size_t end = at + valid_character_at(text_, at).bytes;
    while (end < text_.size()) {
      Character next = valid_character_at(text_, end);
      if (next.bytes == 0 || (next.value < kFoldEnd && folded_character(next.value).bytes != FoldedCharacter::kJoins)) break;
      end += next.bytes;
    }
    // Where text is made of such pieces, all that is left goes to ICU at once.
    constexpr int kFew = 8;
    if (++joined_ > kFew) end = text_.size();
    std::string_view piece = text_.substr(start, end - start);
    std::string repaired;
    if (!is_valid_utf8(piece)) {
      valid_ = false;
      repair_utf8(piece, repaired);
      piece = repaired;
    }
    out_.resize(written);
    append_folded(piece, out_);
    written = out_.size();
    at = end;
  }

  const char* in_ = nullptr;
  char* to_ = nullptr;
  const char* end_;
  std::string_view text_;
  std::string& out_;
  char* limit_ = nullptr;
  int joined_ = 0;
  bool valid_ = true;
};

}  // namespace

bool fold(std::string_view text, std::string& out) { return Folding(text, out).run(); }

std::string folded(std::string_view text) {
  std::string result;
  fold(text, result);
  return result;
}

void repair_utf8(std::string_view text, std::string& out) {
  out.clear();
  for (size_t at = 0; at < text.size();) {
    Character character = valid_character_at(text, at);
    if (character.bytes > 0) {
      out += text.substr(at, character.bytes);
    } else {
      out += kReplacement;
    }
    at += std::max(character.bytes, 1U);
  }
}

}  // namespace sbx::text
