// SPDX-License-Identifier: Apache-2.0
// Patterns as automata: what they say of texts is what the matcher that serves says.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <random>

#include "compiler/patterns/find_text.h"
#include "compiler/patterns/threads.h"
#include "runtime/text/database.h"
#include "runtime/text/patterns.h"

using namespace sbx;
using namespace sbx::patterns;

namespace {

std::vector<std::optional<Language>> languages(const std::vector<std::string>& expressions) {
  std::vector<std::optional<Tree>> trees;
  for (const std::string& expression : expressions) trees.push_back(parse(expression));
  return languages_of(trees);
}

/// `proved` where no text matches all of `all` and none of `none`; else the text, or `too large`.
std::string text_for(const std::vector<std::string>& all, const std::vector<std::string>& none) {
  const auto wanted = languages(all), unwanted = languages(none);
  std::vector<const Language*> these, those;
  for (const auto& one : wanted) these.push_back(&one.value());
  for (const auto& one : unwanted) those.push_back(&one.value());
  Budget budget;
  const FoundText found = find_text(these, those, budget);
  if (std::holds_alternative<NoText>(found)) return "proved";
  const auto* text = std::get_if<std::string>(&found);
  return text ? "text: " + *text : "too large";
}

/// Ten times as many where the large sizes are asked for.
long size(long usual) { return std::getenv("SBX_FULL") ? usual * 10 : usual; }

/// The matcher that serves, for one expression.
class Matcher {
 public:
  explicit Matcher(const std::string& expression) {
    text::TextRules rules;
    Result<text::EntryId> entry = rules.add_pattern(expression);
    REQUIRE_MESSAGE(entry.ok(), expression);
    entry_ = *entry;
    Result<text::TextDatabase> database = text::TextDatabase::build(std::move(rules), "");
    REQUIRE(database.ok());
    database_ = std::make_unique<text::TextDatabase>(std::move(*database));
  }
  bool matches(std::string_view text) {
    database_->scan(text, scratch_, hits_);
    return hits_.has(entry_);
  }

 private:
  text::EntryId entry_;
  std::unique_ptr<text::TextDatabase> database_;
  text::TextScratch scratch_;
  text::TextHits hits_;
};

/// Expressions and texts of few characters, so that they often meet.
class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  size_t below(size_t limit) { return std::uniform_int_distribution<size_t>(0, limit - 1)(engine_); }
  template <size_t N>
  std::string one_of(const char* const (&of)[N]) {
    return of[below(N)];
  }

  /// Such as the matcher takes.
  std::vector<std::string> expressions(long count) {
    std::vector<std::string> taken;
    while (std::ssize(taken) < count) {
      std::string one = expression();
      if (!text::validate_pattern(one)) taken.push_back(std::move(one));
    }
    return taken;
  }
  std::string expression() {
    static constexpr const char* kFlags[] = {"", "", "", "(?i)", "(?s)", "(?m)", "(?im)"};
    static constexpr const char* kBegins[] = {"", "", "^", "\\b", "\\A"};
    static constexpr const char* kEnds[] = {"", "", "$", "\\b", "\\z", "\\Z"};
    return one_of(kFlags) + one_of(kBegins) + choice(2) + one_of(kEnds);
  }
  std::string text() {
    static constexpr const char* kPieces[] = {"a", "b", "A", "k", " ", "\n", "-", "_", "0", "é", "É", "\u212A", "ß", "\u2028", "数"};
    std::string text;
    for (size_t i = below(7); i > 0; --i) text += one_of(kPieces);
    return text;
  }

 private:
  std::string choice(int depth) {
    std::string text = sequence(depth);
    for (size_t i = below(3); i > 1; --i) text += "|" + sequence(depth);
    return depth == 2 && text.find('|') != std::string::npos ? "(?:" + text + ")" : text;
  }
  std::string sequence(int depth) {
    std::string text;
    for (size_t i = 1 + below(3); i > 0; --i) text += piece(depth);
    return text;
  }
  std::string piece(int depth) {
    static constexpr const char* kAtoms[] = {"a", "b", "k", ".", "[ab]", "[^a]", "\\n", "é", "[a-c]", "\\x61", "[é-ü]", "ß", " ", "-"};
    // The matcher takes long to compile these.
    static constexpr const char* kLarge[] = {"\\w", "\\d", "\\s", "\\W", "\\S", "[[:alpha:]]", "\\p{L}", "[^\\w-]"};
    static constexpr const char* kTimes[] = {"", "", "", "", "?", "*", "+", "{2}", "{0,2}", "{1,}", "+?"};
    static constexpr const char* kBetween[] = {"\\b", "\\B", "^", "$"};
    if (below(12) == 0) return one_of(kBetween);
    const std::string one = depth > 0 && below(4) == 0 ? "(" + choice(depth - 1) + ")" : below(12) == 0 ? one_of(kLarge) : one_of(kAtoms);
    return one + one_of(kTimes);
  }

  std::mt19937_64 engine_;
};

}  // namespace

TEST_CASE("an automaton matches what the matcher matches") {
  Random random(20260504);
  const std::vector<std::string> expressions = random.expressions(size(60));
  const auto all = languages(expressions);
  CHECK(std::ranges::count_if(all, [](const auto& language) { return language.has_value(); }) > size(60) * 8 / 10);
  int matched = 0;
  for (size_t i = 0; i < expressions.size(); ++i) {
    if (!all[i]) continue;
    Matcher matcher(expressions[i]);
    for (int j = 0; j < 60; ++j) {
      const std::string text = random.text();
      const bool is_match = matcher.matches(text);
      matched += is_match ? 1 : 0;
      CAPTURE(expressions[i]);
      CAPTURE(text);
      CHECK(matches(*all[i], text) == is_match);
    }
  }
  CHECK(matched > size(60) * 3);
}

TEST_CASE("a text that is found is one that the matcher takes, and none is proved away") {
  Random random(7);
  const std::vector<std::string> expressions = random.expressions(size(30));
  const auto all = languages(expressions);
  int found = 0, proved = 0;
  for (size_t i = 1; i < expressions.size(); ++i) {
    if (!all[i - 1] || !all[i]) continue;
    Matcher first(expressions[i - 1]), second(expressions[i]);
    const Language *one = &*all[i - 1], *other = &*all[i];
    CAPTURE(expressions[i - 1]);
    CAPTURE(expressions[i]);
    for (const bool both : {true, false}) {
      const std::vector<const Language*> wanted = both ? std::vector{one, other} : std::vector{one};
      const std::vector<const Language*> unwanted = both ? std::vector<const Language*>{} : std::vector{other};
      Budget budget;
      const FoundText answer = find_text(wanted, unwanted, budget);
      if (const auto* text = std::get_if<std::string>(&answer)) {
        ++found;
        CAPTURE(*text);
        CHECK(first.matches(*text));
        CHECK(second.matches(*text) == both);
      }
      if (!std::holds_alternative<NoText>(answer)) continue;
      ++proved;
      for (int j = 0; j < 100; ++j) {
        const std::string tried = random.text();
        CAPTURE(tried);
        CHECK(!(first.matches(tried) && second.matches(tried) == both));
      }
    }
  }
  CHECK(found > 20);
  CHECK(proved > 0);
}

TEST_CASE("patterns exclude and imply each other") {
  struct Row {
    std::vector<std::string> all, none;
    std::string says;
  };
  const Row rows[] = {
      {{"^/admin/", "^/public/"}, {}, "proved"},
      {{"/admin/", "/public/"}, {}, "text: /admin/public/"},
      {{"(?i)ignore all previous"}, {"(?i)ignore"}, "proved"},
      {{"(?i)ignore"}, {"ignore"}, "text: ignorE"},
      {{"^[a-z]+$", "\\d"}, {}, "proved"},
      {{"^[a-z]+$", "\\n"}, {}, "text: a\n"},
      {{"^[a-z]+\\z", "\\n"}, {}, "proved"},
      {{"foo\\b\\B"}, {}, "proved"},
      {{"a\\bb"}, {}, "proved"},
      {{"\\S"}, {"(?s)."}, "proved"},
      {{"errors?"}, {"error"}, "proved"},
      {{"ignore all.{0,40}instructions"}, {"ignore.{0,44}instructions"}, "proved"},
      {{"a.{18}b"}, {"c"}, "text: aaaaaaaaaaaaaaaaaaab"},
      {{"[a-z]{3}\\d"}, {"[a-z]{2}\\d"}, "proved"},
      {{"(?i)k"}, {"[kK]"}, "text: \u212A"},
      {{}, {"a"}, "text: "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.all);
    CHECK(text_for(row.all, row.none) == row.says);
  }
}

TEST_CASE("what would take too long is left open") {
  CHECK(text_for({"^[ab]{60}\\z"}, {"a[ab]{25}a", "b[ab]{25}b"}) == "too large");
  Budget spent{0};
  CHECK(std::holds_alternative<TooLarge>(find_text({}, {}, spent)));
}

TEST_CASE("an expression that is not understood is not read") {
  for (const char* expression :
       {"a(?i)b", "\\Qa\\E", "a{,3}", "(?#x)a", "\\101", "(?'n'a)", "a(?x: b)", "\\x4z", "(", "a)", "[a", "a{", "\\"}) {
    CAPTURE(std::string(expression));
    CHECK(!parse(expression));
  }
}
