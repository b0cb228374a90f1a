// SPDX-License-Identifier: Apache-2.0
// Model files: what is written is read again, and what is broken in any way is refused, never believed.
// tests: R0795 R0796
#include <doctest/doctest.h>
#include <xxhash.h>

#include <algorithm>

#include "runtime/models/model_file.h"

using namespace sbx;
using namespace sbx::models;

namespace {

LinearParameters small_model() {
  FeatureSpec spec{.views = {{View::Words, 1, 1, 16}}, .bits = 20};
  NGrams ngrams;
  ngrams.cut("law code", spec);
  std::vector<uint32_t> buckets(ngrams.of(0).begin(), ngrams.of(0).end());
  const bool is_swapped = buckets[0] > buckets[1];
  std::ranges::sort(buckets);
  LinearParameters model{.table = FeatureTable(spec, buckets, {32, 32}),
                         .labels = {"code", "law"},
                         .none = -1.5F,
                         .stride = kLabelBlock,
                         .weights = std::vector<int8_t>(2 * kLabelBlock),
                         .scales = {1.0F / kOne, 1.0F / kOne},
                         .biases = {0, 0.5F}};
  const size_t law = is_swapped ? 1 : 0;
  model.weights[law * kLabelBlock + 1] = 2;
  model.weights[(1 - law) * kLabelBlock] = 3;
  return model;
}

std::string small_file() { return model_bytes(small_model(), R"({"name":"small"})"); }

/// The same content with a hash that fits, so that the reader of the parts is reached.
std::string resealed(std::string bytes) {
  constexpr size_t kHash = 8 + 4, kBody = kHash + 32;
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data() + kBody, bytes.size() - kBody));
  for (size_t i = 0; i < 16; ++i) {
    bytes[kHash + 2 * i] = "0123456789abcdef"[canonical.digest[i] >> 4];
    bytes[kHash + 2 * i + 1] = "0123456789abcdef"[canonical.digest[i] & 15];
  }
  return bytes;
}

}  // namespace

TEST_CASE("a model that was written is read again and says the same") {
  const auto model = parse_model(small_file(), "small.sbm");
  REQUIRE(model.ok());
  const auto classifier = std::dynamic_pointer_cast<const Classifier>(*model);
  REQUIRE(classifier);
  CHECK(classifier->labels() == std::vector<std::string>{"code", "law"});
  CHECK(classifier->identity().size() == 32);
  const LinearClassifier before(small_model(), {});
  for (const char* text : {"law", "code", "law and code", "neither", ""}) {
    CHECK((*classifier->classify(text, {})).probabilities == (*before.classify(text, {})).probabilities);
  }
  const auto logits = before.logits("law");  // one known word: a vector of length one
  CHECK(logits[0] == doctest::Approx(0));
  CHECK(logits[1] == doctest::Approx(2.5));
  CHECK(*read_model_card(small_file(), "small.sbm") == R"({"name":"small"})");
}

TEST_CASE("what is no model, another version's or cut short is told apart") {
  CHECK(parse_model("policy p serves", "x").error().code == "R0795");
  CHECK(parse_model("", "x").error().code == "R0795");
  std::string other = small_file();
  other[8] = 9;
  CHECK(parse_model(other, "x").error().code == "R0795");
  const std::string whole = small_file();
  for (size_t length = 8; length < whole.size(); ++length) CHECK(parse_model(whole.substr(0, length), "x").error().code != "");
  CHECK(parse_model(whole.substr(0, whole.size() - 1), "x").error().code == "R0796");
  CHECK(parse_model(whole + "x", "x").error().code == "R0796");
}

TEST_CASE("every changed bit is noticed") {
  const std::string whole = small_file();
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK_FALSE(parse_model(changed, "x").ok());
  }
}

TEST_CASE("content that fits its hash but cannot be is refused or harmless") {
  const std::string whole = small_file();
  constexpr size_t kBody = 8 + 4 + 32;
  size_t refused = 0;
  for (size_t at = kBody; at < whole.size(); ++at) {
    for (const int value : {0x00, 0x7F, 0x80, 0xFF}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(value);
      const auto model = parse_model(resealed(changed), "x");
      refused += !model.ok();
      if (!model) continue;
      const auto classifier = std::dynamic_pointer_cast<const Classifier>(*model);
      if (classifier) CHECK((*classifier->classify("law code", {})).probabilities.size() == classifier->labels().size());
    }
  }
  CHECK(refused > 100);
}
