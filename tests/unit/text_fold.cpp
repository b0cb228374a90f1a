// SPDX-License-Identifier: Apache-2.0
// Folding in blocks and by a table comes to what ICU says of the whole text.
#include <doctest/doctest.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include <random>

#include "runtime/text/characters.h"
#include "runtime/text/fold.h"

using namespace sbx::text;

namespace {

std::string by_icu(const std::string& text) {
  UErrorCode status = U_ZERO_ERROR;
  std::string result;
  icu::StringByteSink<std::string> sink(&result);
  icu::Normalizer2::getNFKCCasefoldInstance(status)->normalizeUTF8(0, icu::StringPiece(text), sink, nullptr, status);
  REQUIRE(U_SUCCESS(status));
  std::string straight;
  for (size_t at = 0; at < result.size(); ++at) {
    const bool is_apostrophe = result.compare(at, 3, "\u2019") == 0;
    straight += is_apostrophe ? '\'' : result[at];
    at += is_apostrophe ? 2 : 0;
  }
  return straight;
}

void append(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
  } else if (c < 0x10000) {
    out += {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
  } else {
    out += {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3F)), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
            static_cast<char>(0x80 | (c & 0x3F))};
  }
}

/// Runs of one script after another, some of them all over Unicode.
std::string random_text(std::mt19937& random) {
  struct Range {
    char32_t first, last;
  };
  const Range ranges[] = {{0x20, 0x7E},     {0x41, 0x7A},       {0xA0, 0x24F},      {0x300, 0x345},     {0x370, 0x3FF},   {0x400, 0x4FF},
                          {0x590, 0x6FF},   {0x900, 0x97F},     {0xE00, 0xEFF},     {0x1100, 0x11FF},   {0x1E00, 0x1FFF}, {0x2000, 0x206F},
                          {0x2460, 0x24FF}, {0x3040, 0x30FF},   {0x4E00, 0x9FFF},   {0x400, 0x45F},     {0xC0, 0xFF},     {0xAC00, 0xAD00},
                          {0xF900, 0xFFEF}, {0x1D400, 0x1D4FF}, {0x1F300, 0x1F64F}, {0x20000, 0x20010}, {0x1, 0x10FFFF}};
  std::string text;
  size_t runs = random() % 12;
  for (size_t run = 0; run < runs; ++run) {
    const Range& range = ranges[random() % std::size(ranges)];
    for (size_t i = random() % 24; i > 0; --i) {
      char32_t c = range.first + random() % (range.last - range.first + 1);
      if (c < 0xD800 || c > 0xDFFF) append(text, c);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("folding is ICU's but for apostrophes, on random texts of all scripts") {
  std::mt19937 random(5);
  std::string out;
  int wrong = 0;
  for (int i = 0; i < 20'000 && wrong < 5; ++i) {
    std::string text = random_text(random);
    bool valid = fold(text, out);
    CHECK(valid);
    if (out != by_icu(text)) {
      ++wrong;
      std::string codes;
      for (size_t at = 0; at < text.size(); at += character_at(text, at).bytes) codes += std::to_string(character_at(text, at).value) + " ";
      CHECK_MESSAGE(out == by_icu(text), codes);
    }
  }
}

TEST_CASE("an apostrophe is one, however it is written") {
  CHECK(folded("DON\u2019T") == "don't");
  CHECK(folded("n\u2019\u0301 \u2018a\u2019 \u02BCb \uFF07c") == "n'\u0301 \u2018a' \u02BCb 'c");
  std::string joined;  // many pieces that ICU folds at once
  for (int i = 0; i < 50; ++i) joined += "e\u0301\u2019";
  CHECK(folded(joined) == by_icu(joined));
  CHECK(folded(joined).find("\u2019") == std::string::npos);
}

TEST_CASE("any bytes at all can be folded, and come out as UTF-8") {
  std::mt19937 random(6);
  std::string out, repaired;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = random_text(random);
    for (size_t k = random() % 4; k > 0 && !text.empty(); --k) text[random() % text.size()] = static_cast<char>(random());
    bool valid = fold(text, out);
    CHECK(valid == is_valid_utf8(text));
    CHECK(is_valid_utf8(out));
    repair_utf8(text, repaired);
    CHECK(out == by_icu(repaired));
  }
}
