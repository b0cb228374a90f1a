// SPDX-License-Identifier: Apache-2.0
// Wherever it stands in a text of any length, what is looked for is found: Vectorscan's code for some processors misses places near the
// end (runtime/text/vectorscan.h).
#include <doctest/doctest.h>

#include <string>

#include "runtime/text/database.h"

using namespace sbx;
using namespace sbx::text;

TEST_CASE("what is looked for is found at every place of a text") {
  TextRules rules;
  const EntryId word = *rules.add_keyword("urgent");
  const EntryId one = *rules.add_pattern("q+");
  const EntryId two = *rules.add_pattern(".[qk]");
  const EntryId either = *rules.add_pattern("(?:q\\d|k[^q])");
  const EntryId counted = *rules.add_pattern("(?:qk)+", true);
  Result<TextDatabase> database = TextDatabase::build(rules, "");
  REQUIRE(database);
  TextScratch scratch;
  TextHits hits;
  size_t wrong = 0;
  for (const size_t length : {1, 30, 63, 64, 65, 100, 127, 128, 129, 200, 257, 311, 568}) {
    for (size_t at = 0; at <= length; ++at) {
      const std::string before = at == 0 ? "" : std::string(at - 1, 'x') + " ", after = std::string(length - at, 'x');
      database->scan(before + "qk7qk " + after, scratch, hits);
      wrong += !hits.has(one) + !hits.has(either) + (hits.counts[counted.index] != 2) + (at > 0 && !hits.has(two));
      database->scan(before + "urgent " + after, scratch, hits);
      wrong += !hits.has(word) + hits.has(one) + hits.has(either) + (hits.counts[counted.index] != 0);
    }
  }
  CHECK(wrong == 0);
}
