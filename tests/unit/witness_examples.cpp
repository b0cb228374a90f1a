// SPDX-License-Identifier: Apache-2.0
// Texts for regular expressions: guesses that are right where expressions are plain.
#include <doctest/doctest.h>

#include "compiler/witness/example.h"

using sbx::witness::examples;

TEST_CASE("an expression has an example for each branch") {
  struct Row {
    const char* expression;
    std::vector<std::string> texts;
  };
  const Row rows[] = {
      {"urgent", {"urgent"}},
      {"(?i)(ignore|forget) (all )?(previous|prior) instructions", {"ignore previous instructions", "forget prior instructions"}},
      {"\\b[A-Z]{2}\\d{3,}\\b", {"AA111"}},
      {"a+b*c?", {"a"}},
      {"[^a-z]x", {"1x"}},
      {"(?:one|two|three)", {"one", "two", "three"}},
      {"^- .*$", {"- "}},
      {"\\.net|c\\+\\+", {".net", "c++"}},
      {"(?P<year>\\d{4})-x", {"1111-x"}},
      {"[а-я]", {"а"}},
      {"a)b", {"ab"}},
      {"(a", {"a"}},
      {"[a", {"a"}},
      {"a{", {"a{"}},
      {"\\", {}},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.expression));
    CHECK(examples(row.expression) == row.texts);
  }
}

TEST_CASE("no more examples than asked for") { CHECK(examples("a|b|c|d", 2) == std::vector<std::string>{"a", "b"}); }
