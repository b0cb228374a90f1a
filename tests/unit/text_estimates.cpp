// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "runtime/text/characters.h"
#include "runtime/text/language.h"
#include "runtime/text/tokens.h"
#include "runtime/text/zone.h"

using namespace sbx;
using namespace sbx::text;

TEST_CASE("tokens are about what tokenizers say") {
  CHECK(estimate_tokens("") == 0);
  CHECK(estimate_tokens(" ") == 1);
  CHECK(estimate_tokens("Hello, world!") == 4);
  CHECK(estimate_tokens("The quick brown fox jumps over the lazy dog.") == 10);
  CHECK(estimate_tokens("不要发到云端") == 6);
  CHECK(estimate_tokens("1234567") == 3);
  CHECK(estimate_tokens("--------") == 2);
  std::string words;
  for (int i = 0; i < 1000; ++i) words += "word ";
  CHECK(estimate_tokens(words) == 1000);
}

TEST_CASE("a longer text never has fewer tokens") {
  std::string text =
      "Bonjour,\n\n  les été 12345 🙂🙂 не только ``` code() 中文字 한국어 ภาษาไทย\xFF\xC3 end   \t\n";
  int64_t last = 0;
  for (size_t size = 0; size <= text.size(); ++size) {
    if (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) continue;
    int64_t tokens = estimate_tokens(std::string_view(text).substr(0, size));
    CHECK(tokens >= last);
    last = tokens;
  }
}

TEST_CASE("words are counted by script") {
  CHECK(count_words("") == 0);
  CHECK(count_words("two words") == 2);
  CHECK(count_words("it's e-mail") == 4);
  CHECK(count_words("不要 ok") == 3);
}

TEST_CASE("languages") {
  auto code = [](std::string_view text) {
    std::optional<Language> language = detect_language(text);
    return language ? language->code : std::string("unknown");
  };
  CHECK(code("Please review the contract and tell me which clauses are dangerous for us.") == "en");
  CHECK(code("Bitte prüfe den Vertrag und sage mir, welche Klauseln für uns gefährlich sind.") == "de");
  CHECK(code("Veuillez relire le contrat et me dire quelles clauses sont dangereuses pour nous.") == "fr");
  CHECK(code("契約書を確認して、私たちにとって危険な条項を教えてください。") == "ja");
  CHECK(code("请审查这份合同并告诉我哪些条款对我们不利。") == "zh");
  CHECK(code("Проверьте договор и скажите, какие пункты для нас опасны.") == "ru");
  CHECK(code("אנא בדוק את החוזה ואמור לי אילו סעיפים מסוכנים עבורנו") == "he");
  CHECK(code("") == "unknown");
  CHECK(code("12345") == "unknown");
  CHECK(code("\xFF\xFE\xFD") == "unknown");
}

TEST_CASE("time zones know summer time") {
  constexpr int64_t kSecond = 1'000'000;
  auto at = [](const char* zone, int64_t seconds) { return Zone::find(zone)->at(seconds * kSecond); };
  CHECK(at("UTC", 0).hour == 0);
  CHECK(at("UTC", 0).weekday == 3);
  CHECK(at("UTC", -1).hour == 23);
  CHECK(at("UTC", -1).weekday == 2);
  // 2026-03-29: in Europe 02:00 becomes 03:00 at 01:00 UTC.
  CHECK(at("Europe/Berlin", 1774745999).hour == 1);
  CHECK(at("Europe/Berlin", 1774746000).hour == 3);
  CHECK(at("Europe/Berlin", 1774746000).weekday == 6);
  // 2026-10-25 01:00 UTC: 03:00 becomes 02:00.
  CHECK(at("Europe/Berlin", 1792889999).hour == 2);
  CHECK(at("Europe/Berlin", 1792890000).hour == 2);
  CHECK(at("Europe/Berlin", 1792893600).hour == 3);
  CHECK(at("America/New_York", 0).hour == 19);
  CHECK(at("America/New_York", 0).weekday == 2);
  CHECK(at("Asia/Kolkata", 0).hour == 5);
  CHECK(Zone::find("Europe/Berln").error().code == "E0332");
  CHECK(!Zone::find("").ok());
  CHECK(!Zone::find("GMT+25:99").ok());
}
