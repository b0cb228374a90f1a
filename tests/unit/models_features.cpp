// SPDX-License-Identifier: Apache-2.0
// n-grams, their weights, and what a linear classifier makes of them, against the same arithmetic done plainly.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "runtime/models/hashing_encoder.h"
#include "runtime/models/linear_model.h"

using namespace sbx::models;

namespace {

FeatureSpec spec_of(ViewSpec view) { return {.views = {view}, .bits = 20}; }

std::vector<uint32_t> cut(std::string_view text, ViewSpec view) {
  NGrams ngrams;
  ngrams.cut(text, spec_of(view));
  return {ngrams.of(0).begin(), ngrams.of(0).end()};
}

}  // namespace

TEST_CASE("words are single and in pairs, with the text's ends") {
  CHECK(cut("pay my bill", {View::Words, 1, 1}).size() == 3);
  CHECK(cut("pay my bill", {View::Words, 2, 2}).size() == 4);  // ^pay, pay my, my bill, bill$
  CHECK(cut("pay my bill", {View::Words, 1, 2}).size() == 7);
  CHECK(cut("", {View::Words, 1, 1}).empty());
}

TEST_CASE("case, width and repeated spaces do not matter, order does") {
  CHECK(cut("PAY  my\nbill", {View::Words, 1, 2}) == cut("pay my bill", {View::Words, 1, 2}));
  CHECK(cut("ＰＡＹ", {View::Characters, 2, 5}) == cut("pay", {View::Characters, 2, 5}));
  CHECK(cut("my pay", {View::Words, 2, 2}) != cut("pay my", {View::Words, 2, 2}));
}

TEST_CASE("each n-gram of characters is counted, and within words none crosses one") {
  CHECK(cut("ab", {View::Characters, 2, 3}).size() == 5);  // " a" " ab" "ab" "ab " "b "
  CHECK(cut("ab c", {View::WithinWords, 2, 5}).size() == 6 + 3);
  CHECK(cut("ab,c", {View::WithinWords, 2, 5}) == cut("ab c", {View::WithinWords, 2, 5}));
  CHECK(cut("ab,c", {View::Characters, 2, 5}) != cut("ab c", {View::Characters, 2, 5}));
}

TEST_CASE("views of the same letters do not meet") {
  const std::vector<uint32_t> words = cut("a b c d e f g", {View::Words, 1, 1}),
                              characters = cut("a b c d e f g", {View::Characters, 1, 1});
  const std::set<uint32_t> both(words.begin(), words.end());
  for (const uint32_t bucket : characters) CHECK_FALSE(both.contains(bucket));
}

TEST_CASE("a text that is too long is cut, and says so") {
  NGrams ngrams;
  FeatureSpec spec = spec_of({View::Words, 1, 1});
  spec.most_bytes = 4;
  ngrams.cut("ab c defg", spec);
  CHECK(ngrams.truncated());
  CHECK(ngrams.of(0).size() == 2);
}

TEST_CASE("a vector has the length of its view, and weighs by logarithms of count and rarity") {
  const std::vector<uint32_t> buckets = cut("aa bb", {View::Words, 1, 1});
  std::vector<uint32_t> sorted(buckets);
  std::ranges::sort(sorted);
  const bool is_swapped = sorted[0] != buckets[0];
  const uint8_t of_a = 16, of_b = 64;
  const FeatureTable table(spec_of({View::Words, 1, 1, 16}), sorted, is_swapped ? std::vector{of_b, of_a} : std::vector{of_a, of_b});
  SparseText text;
  table.read("aa aa aa bb unknown", text);
  REQUIRE(text.rows.size() == 2);
  const double a = (1 + std::log(3.0)) * 1, b = 4, length = std::sqrt(a * a + b * b);
  CHECK(text.values[0] == doctest::Approx(kOne * a / length).epsilon(0.002));
  CHECK(text.values[1] == doctest::Approx(kOne * b / length).epsilon(0.002));
  table.read("nothing known", text);
  CHECK(text.rows.empty());
}

TEST_CASE("rarity falls with the documents that have the n-gram") {
  CHECK(rarity(99, 99) == 16);
  CHECK(rarity(99, 9) == std::lround(16 * (1 + std::log(10.0))));
  CHECK(rarity(4'000'000'000, 0) == 255);
}

TEST_CASE("probabilities sum to a million to the last one, less what is out of scope") {
  const std::vector<double> logits = {1.0, 1.0, 1.0};
  CHECK(probabilities(logits, true, {}) == std::vector<int64_t>{333334, 333333, 333333});
  const std::vector<int64_t> with_none = probabilities({0.0, 0.0}, true, std::log(2.0));
  CHECK(with_none == std::vector<int64_t>{250000, 250000});
  CHECK(probabilities({0.0, std::log(3.0)}, false, {}) == std::vector<int64_t>{500000, 750000});
  CHECK(probabilities({1000.0, -1000.0}, true, {}) == std::vector<int64_t>{1000000, 0});
}

TEST_CASE("a text without words is like nothing but itself") {
  const std::vector<std::string_view> texts{"👍", "👎", "?!", "👍"};
  const auto encoded = hashing_encoder()->encode(texts, std::nullopt);
  REQUIRE(encoded.ok());
  const auto cosine = [&](size_t i, size_t j) { return std::inner_product(encoded->row(i).begin(), encoded->row(i).end(), encoded->row(j).begin(), 0.0); };
  CHECK(cosine(0, 3) == doctest::Approx(1));
  CHECK(cosine(0, 0) == doctest::Approx(1));
  CHECK(std::abs(cosine(0, 1)) < 0.6);
  CHECK(std::abs(cosine(0, 2)) < 0.6);
}
