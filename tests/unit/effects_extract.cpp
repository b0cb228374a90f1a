// SPDX-License-Identifier: Apache-2.0
// Which passages of a text are kept for a question.
#include <doctest/doctest.h>

#include "runtime/effects/extract.h"
#include "runtime/text/characters.h"
#include "runtime/text/tokens.h"

namespace sbx::test {
namespace {

using effects::extract;
using effects::Question;

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST_CASE("a passage is a line, and of a long one a sentence or a word") {
  const std::string sentence = "One sentence that is neither short nor very long, so that three of them are a line which is cut. ";
  const std::string words = repeated("word ", 60);
  const std::string text = "first\n\n\n  indented\r\n" + repeated(sentence, 3) + "\n" + words;
  CHECK(effects::passages_of(text) == std::vector<std::string_view>{"first\n\n\n", "  indented\r\n", std::string_view(text).substr(20, 2 * sentence.size()),
                                                                    std::string_view(text).substr(20 + 2 * sentence.size(), sentence.size() + 1),
                                                                    std::string_view(words).substr(0, 240), std::string_view(words).substr(240)});
}

TEST_CASE("passages joined are the text, and end with whole characters") {
  for (const std::string& text : {repeated("漢字", 300), repeated("это. ", 200), repeated("🌍", 200), repeated("x", 1000), repeated(" ", 1000), repeated("a。", 300)}) {
    std::string joined;
    for (const std::string_view passage : effects::passages_of(text)) {
      CHECK(text::is_valid_utf8(passage));
      joined += passage;
    }
    CHECK(joined == text);
  }
}

TEST_CASE("what bears on the question is kept, in order, with a mark for the rest") {
  const std::string noise = "The weather in the town was fine on that day and nobody stayed at home.\n";
  const std::string text = repeated(noise, 5) + "The pump of line four failed at noon.\n" + repeated(noise, 5) + "A new PUMP was ordered.\n" + repeated(noise, 5);
  CHECK(extract(text, Question("why did the pump fail"), 36) ==
        "[…]\nThe pump of line four failed at noon.\n[…]\nA new PUMP was ordered.\n[…]");
}

TEST_CASE("of passages that are alike the last ones are kept") {
  const std::string text = "same line\nsame line\nsame line\nlast line\n" + repeated("same line\n", 3);
  CHECK(extract(text, Question("anything"), 17) == "[…]\nsame line\nsame line\nsame line\n");
  CHECK(extract(text, Question(""), 17) == "[…]\nsame line\nsame line\nsame line\n");
}

TEST_CASE("a word that is rare counts more than one that is everywhere") {
  const std::string text = "error one\nerror two\nerror disk\nerror four\nerror five\n";
  CHECK(extract(text, Question("error disk"), 12) == "[…]\nerror disk\n[…]");
}

TEST_CASE("a text is within its budget, or is a mark") {
  const std::string text = repeated("Some words, 17 numbers; and more.\n漢字かな。\n\n{\"a\":[1,2,3]}\n", 20);
  const Question question("numbers and words");
  for (int64_t budget = 0; budget < 800; ++budget) {
    const std::string kept = extract(text, question, budget);
    CHECK((kept == "[…]" || text::estimate_tokens(kept) <= budget));
    CHECK(extract(kept, question, budget) == kept);
  }
  CHECK(extract(text, question, 100'000) == text);
}

}  // namespace
}  // namespace sbx::test
