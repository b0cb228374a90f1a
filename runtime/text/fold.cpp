// SPDX-License-Identifier: Apache-2.0
#include "runtime/text/fold.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include <algorithm>
#include <bit>
#include <cstring>

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

/// Appends valid UTF-8, folded by ICU.
void append_folded(std::string_view valid, std::string& out) {
  icu::StringByteSink<std::string> sink(&out);
  UErrorCode status = U_ZERO_ERROR;
  case_folding().normalizeUTF8(0, icu::StringPiece(valid.data(), static_cast<int32_t>(valid.size())), sink, nullptr, status);
  SBX_CHECK(U_SUCCESS(status), "folding valid UTF-8 cannot fail");
}

/// Eight bytes at once: each capital letter of ASCII has bit 0x20 set. No byte may be above 0x7F.
uint64_t lower_eight(uint64_t bytes) {
  constexpr uint64_t kEach = 0x0101010101010101;
  uint64_t from_a = bytes + kEach * (0x80 - 'A');
  uint64_t after_z = bytes + kEach * (0x80 - 'Z' - 1);
  return bytes | ((from_a & ~after_z & (kEach * 0x80)) >> 2);
}

/// One fold: reads `text`, writes to `out`. What is read and written stays in registers in run().
class Folding {
 public:
  Folding(std::string_view text, std::string& out) : end_(text.data() + text.size()), text_(text), out_(out) {}

  bool run() {
    const char* in = text_.data();
    char* to = room(0, text_.size());
    while (in != end_) {
      if (to + kSlack > limit_) to = room(static_cast<size_t>(to - out_.data()), static_cast<size_t>(end_ - in));
      if (static_cast<unsigned char>(*in) < 0x80) {
        size_t ascii = fold_ascii(in, to);
        in += ascii;
        to += ascii;
        if (in == end_ || static_cast<unsigned char>(*in) < 0x80) continue;
      }
      Character character = valid_character_at(text_, static_cast<size_t>(in - text_.data()));
      const FoldedCharacter* folded = character.bytes > 0 && character.value < kFoldEnd ? &folded_character(character.value) : nullptr;
      if (folded && folded->bytes < FoldedCharacter::kLong) {
        std::memcpy(to, folded->utf8.data(), folded->utf8.size());
        to += folded->bytes;
        in += character.bytes;
      } else if (character.bytes == 0) {
        valid_ = false;
        std::memcpy(to, kReplacement.data(), kReplacement.size());
        to += kReplacement.size();
        ++in;
      } else {
        size_t at = static_cast<size_t>(in - text_.data());
        size_t written = static_cast<size_t>(to - out_.data());
        fold_joined(at, written);
        in = text_.data() + at;
        to = room(written, text_.size() - at);
      }
    }
    out_.resize(static_cast<size_t>(to - out_.data()));
    return valid_;
  }

 private:
  static constexpr size_t kSlack = 16;

  /// Up to eight bytes of ASCII in lower case; `to` has room for eight in any case.
  size_t fold_ascii(const char* in, char* to) const {
    if (end_ - in < 8) {
      *to = ascii_lower(*in);
      return 1;
    }
    constexpr uint64_t kHigh = 0x8080808080808080;
    uint64_t bytes = 0;
    std::memcpy(&bytes, in, sizeof(bytes));
    uint64_t high = bytes & kHigh;
    uint64_t lowered = lower_eight(bytes & ~kHigh);
    std::memcpy(to, &lowered, sizeof(lowered));
    return high ? static_cast<size_t>(std::countr_zero(high)) / 8 : 8;
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
    if (before.bytes > 0 && is_valid_utf8(text_.substr(at - before.bytes, before.bytes)) && before.value < kFoldEnd) {
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
