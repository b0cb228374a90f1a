// SPDX-License-Identifier: Apache-2.0
// Keywords within keywords: what is said to stand in one is found wherever it is found, and nothing else is.
#include <doctest/doctest.h>

#include <random>
#include <set>

#include "runtime/text/database.h"
#include "runtime/text/parts.h"

using namespace sbx::text;

namespace {

std::set<std::string> parts(std::string_view keyword) {
  TextRules rules;
  REQUIRE(rules.add_keyword(keyword).ok());
  std::set<std::string> found;
  for_each_part(rules.keywords().front(), [&](std::string_view part) { found.emplace(part); });
  return found;
}

}  // namespace

TEST_CASE("parts of a keyword are whole words") {
  using Parts = std::set<std::string>;
  CHECK(parts("Very  URGENT") == Parts{"very", "urgent"});
  CHECK(parts("urgent").empty());
  CHECK(parts("C++") == Parts{"c", "++"});
  CHECK(parts("e-mail") == Parts{"e", "-", "mail", "e-", "-mail"});
  CHECK(parts("数据库") == Parts{"数", "据", "库", "数据", "据库"});
}

TEST_CASE("a part is found wherever the whole is") {
  static constexpr const char* kPieces[] = {"a", "bc", "A", "+", "-", " ", "\t", "数", "é", "_", "1"};
  std::mt19937_64 engine(5);
  const auto text = [&](size_t most) {
    std::string made;
    for (size_t i = 1 + engine() % most; i > 0; --i) made += kPieces[engine() % std::size(kPieces)];
    return made;
  };
  int hits = 0;
  for (int i = 0; i < 100; ++i) {
    TextRules rules;
    const std::string keyword = text(5);
    const auto whole = rules.add_keyword(keyword);
    if (!whole) continue;
    std::vector<EntryId> held;
    for (const std::string& part : parts(keyword)) held.push_back(*rules.add_keyword(part));
    const auto database = TextDatabase::build(std::move(rules), "");
    REQUIRE(database.ok());
    TextScratch scratch;
    TextHits found;
    for (int j = 0; j < 100; ++j) {
      const std::string around = text(3) + keyword + text(3);
      database->scan(around, scratch, found);
      if (!found.has(*whole)) continue;
      ++hits;
      for (const EntryId part : held) {
        CAPTURE(keyword);
        CAPTURE(around);
        CHECK(found.has(part));
      }
    }
  }
  CHECK(hits > 500);
}
