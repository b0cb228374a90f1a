// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "runtime/text/database.h"
#include "runtime/text/fold.h"

using namespace sbx;
using namespace sbx::text;

namespace {

bool found(std::string_view keyword, std::string_view in, int edits = 0) {
  TextRules rules;
  Result<EntryId> entry = rules.add_keyword(keyword, edits);
  REQUIRE(entry.ok());
  Result<TextDatabase> database = TextDatabase::build(std::move(rules), "");
  REQUIRE(database.ok());
  TextScratch scratch;
  TextHits hits;
  database->scan(in, scratch, hits);
  return hits.has(*entry);
}

bool matches(std::string_view expression, std::string_view in) {
  TextRules rules;
  Result<EntryId> entry = rules.add_pattern(expression);
  REQUIRE_MESSAGE(entry.ok(), expression);
  Result<TextDatabase> database = TextDatabase::build(std::move(rules), "");
  REQUIRE(database.ok());
  TextScratch scratch;
  TextHits hits;
  database->scan(in, scratch, hits);
  return hits.has(*entry);
}

uint32_t times(std::string_view expression, std::string_view in) {
  TextRules rules;
  Result<EntryId> entry = rules.add_pattern(expression, true);
  REQUIRE(entry.ok());
  Result<TextDatabase> database = TextDatabase::build(std::move(rules), "");
  REQUIRE(database.ok());
  TextScratch scratch;
  TextHits hits;
  database->scan(in, scratch, hits);
  return hits.counts[entry->index];
}

}  // namespace

TEST_CASE("a keyword matches whole words, whatever their case") {
  CHECK(found("urgent", "this is URGENT!"));
  CHECK(found("urgent", "urgent"));
  CHECK(found("urgent", "(Urgent)"));
  CHECK(!found("urgent", "urgently"));
  CHECK(!found("urgent", "insurgent"));
  CHECK(!found("urgent", "urgent_flag"));
  CHECK(!found("urgent", "urgent2"));
  CHECK(!found("urgent", ""));
  CHECK(found("urgent", "urgently? no: urgent"));
  CHECK(found("x", "x"));
}

TEST_CASE("a space stands for any white space") {
  CHECK(found("right now", "do it right now."));
  CHECK(found("right now", "do it RIGHT\n\t  now"));
  CHECK(found("right  now", "right now"));
  CHECK(found("right now", "right\u00A0now"));
  CHECK(found("right now", "right\u3000now"));
  CHECK(!found("right now", "rightnow"));
  CHECK(!found("right now", "bright now"));
  CHECK(!found("right now", "right nowhere"));
  CHECK(!found("right now", "right or now"));
  CHECK(found("do not send to the cloud", "please DO NOT send\nto the cloud!"));
}

TEST_CASE("punctuation at an edge of a keyword") {
  CHECK(found("C++", "is C++ fast"));
  CHECK(found("C++", "c++17"));
  CHECK(found("C++", "(C++)"));
  CHECK(!found("C++", "C+++"));
  CHECK(!found("C++", "objc++"));
  CHECK(!found("C++", "c+"));
  CHECK(found(".NET", "uses .NET now"));
  CHECK(found(".NET", "ASP.NET"));
  CHECK(!found(".NET", ".network"));
  CHECK(!found(".NET", "..NET"));
  CHECK(found("#hash", "a #hash tag"));
  CHECK(!found("#hash", "#hashes"));
  CHECK(found("C#", "C# and F#"));
  CHECK(!found("C", "obj-Calc"));
  CHECK(found("<system>", "x<SYSTEM>y"));
  CHECK(found("don't", "I DON'T know"));
  CHECK(found("🙂", "ok🙂ok"));
}

TEST_CASE("scripts with spaces have boundaries, scripts without have none") {
  CHECK(found("привет", "ну, ПРИВЕТ!"));
  CHECK(!found("привет", "приветствие"));
  CHECK(found("不要发到云端", "请不要发到云端处理"));
  CHECK(found("内部", "这是内部文档"));
  CHECK(found("python", "用Python写代码"));
  CHECK(!found("python", "用Pythonic写代码"));
  CHECK(found("カタカナ", "これはカタカナです"));
  CHECK(found("ｶﾀｶﾅ", "これはカタカナです"));
  CHECK(found("ด่วน", "งานด่วนมาก"));
  CHECK(found("သတိ", "သတိပေး"));
  CHECK(found("안녕", "안녕 하세요"));
  CHECK(!found("안녕", "안녕하세요"));
  CHECK(found("عاجل", "هذا عاجل جدا"));
  CHECK(!found("δικό", "αδικός"));
}

TEST_CASE("folding is Unicode's") {
  CHECK(found("straße", "STRASSE 5"));
  CHECK(found("STRASSE", "straße"));
  CHECK(found("café", "CAFE\u0301"));
  CHECK(found("urgent", "ｕｒｇｅｎｔ"));
  CHECK(found("urgent", "ur\u00ADgent"));
  CHECK(found("urgent", "ur\u200Bgent\u00A0!"));
  CHECK(found("office", "the oﬃce"));
  CHECK(found("σίσυφος", "ΣΊΣΥΦΟΣ"));
  CHECK(found("kelvin", "\u212Aelvin"));
  CHECK(!found("cafe", "café"));
  CHECK(folded("ÄB ẞ") == "äb ss");
  std::string broken = "ok \xC3( urgent \xFF";
  CHECK(found("urgent", broken));
}

TEST_CASE("typing errors") {
  CHECK(found("urgent", "this is urgant", 1));
  CHECK(found("urgent", "this is urgnet", 1));
  CHECK(found("urgent", "this is urgentt", 1));
  CHECK(found("urgent", "this is rgent", 1));
  CHECK(found("urgent", "urgent", 1));
  CHECK(!found("urgent", "this is urnet", 1));
  CHECK(found("urgent", "this is urnet", 2));
  CHECK(!found("urgent", "this is urgant", 0));
  CHECK(!found("asap", "soap as ap", 0));
  CHECK(found("now", "NOW", 1));
  CHECK(!found("now", "how", 1));
  CHECK(found("right now", "rihgt  now", 1));
  CHECK(!found("right now", "rihgt how", 1));
  CHECK(found("сегодня", "СЕГОДЯ", 1));
  CHECK(found("不要发到云端", "请不要发倒云端处理", 1));
  CHECK(!found("不要发到云端", "请不发倒云处理", 1));
  CHECK(within_edits(U"abcd", U"acbd", 1));
  CHECK(!within_edits(U"abcd", U"dabc", 1));
  CHECK(within_edits(U"abcd", U"dabc", 2));
  CHECK(within_edits(U"", U"ab", 2));
  CHECK(!within_edits(U"", U"abc", 2));
  CHECK(!within_edits(U"kitten", U"sitting", 2));
}

TEST_CASE("keywords that are refused") {
  TextRules rules;
  CHECK(rules.add_keyword("").error().code == "E0331");
  CHECK(rules.add_keyword(" \n").error().code == "E0331");
  CHECK(rules.add_keyword("\u200B").error().code == "E0331");
  CHECK(rules.add_keyword("\xFF").error().code == "E0331");
  CHECK(rules.add_keyword(std::string(2000, 'a')).error().code == "E0331");
  CHECK(rules.add_keyword("a", 3).error().code == "E0331");
  CHECK(rules.entries() == 0);
}

TEST_CASE("patterns match the text as it is written") {
  CHECK(matches("(?i)<system>|begin system prompt|```system", "x <SYSTEM> y"));
  CHECK(!matches("<system>", "x <SYSTEM> y"));
  CHECK(matches("^\\s*\\d+\\.", "1. first"));
  CHECK(matches("(?i)grün", "GRÜN"));
  CHECK(matches("^.$", "ü"));
  CHECK(matches("\\bfoo\\b", "a foo b"));
  CHECK(matches("\\bfoo\\b", "ä foo b"));
  CHECK(!matches("\\bfoo\\b", "afoo"));
  CHECK(matches("^\\w+$", "süß"));
  CHECK(matches("\\p{Han}", "ab 中"));
  CHECK(!matches("\\p{Han}", "ab"));
  CHECK(matches("b", "\xFF b"));
}

TEST_CASE("patterns that are refused, with the reason") {
  auto why = [](std::string_view expression) {
    TextRules rules;
    Result<EntryId> entry = rules.add_pattern(expression);
    REQUIRE(!entry.ok());
    CHECK(entry.error().code == "E0330");
    return entry.error().message;
  };
  CHECK(why("(a)\\1").find("ack") != std::string::npos);
  CHECK(why("a(?=b)").find("ero-width") != std::string::npos);
  CHECK(why("(").find("refused: ") != std::string::npos);
  CHECK(why("a*").find("empty text") != std::string::npos);
  CHECK(why("").find("empty") != std::string::npos);
  CHECK(why("[").find("refused: ") != std::string::npos);
}

TEST_CASE("matches that are counted do not overlap") {
  CHECK(times("\\d+", "123 45 x 6") == 3);
  CHECK(times("a+", "aaaa") == 1);
  CHECK(times("aa", "aaaa") == 2);
  CHECK(times("```", "a ``` b ``` ü") == 2);
  CHECK(times("x", "") == 0);
}

TEST_CASE("folding character by character is folding the whole") {
  // Every piece alone and between others, against ICU's answer for a text that joins (a mark at its end makes ICU do all of it).
  CHECK(folded("A\u0301B") == "\u00E1b");
  CHECK(folded("Ꭰꭰ") == folded("ᎠᎠ"));
  CHECK(folded("ﷺx") == "صلى الله عليه وسلمx");
  CHECK(folded("\u1100\u1161\u11A8") == "각");
  CHECK(folded("①Ⅳ㎏ﬁ") == "1ivkgfi");
  CHECK(folded("İ") == "i\u0307");
  CHECK(folded("𝐀𝒷𠀀Z") == "ab𠀀z");
  std::string thai = "ที่นี่มีน้ำใสใจเย็นที่สุดในโลกนี้ที่รัก ABC";
  CHECK(folded(thai + thai) == folded(thai) + folded(thai));
  CHECK(folded("\xC3") == "\uFFFD");
  CHECK(folded("A\xE4\xBD") == "a\uFFFD\uFFFD");
  CHECK(folded("\u0301") == "\u0301");
  CHECK(folded("\u00AD\u00AD") == "");
  CHECK(folded("AB\u0327\u0301\xFF Z") == folded("AB\u0327\u0301") + "\uFFFD z");
  CHECK(folded("ABCDEFGHIJKLMNOPQRSTUVWXYZ[@`{~\x7F") == "abcdefghijklmnopqrstuvwxyz[@`{~\x7F");
}
