// SPDX-License-Identifier: Apache-2.0
// tests: R0785 R0786. Tokenizers by hand: what is counted, cut and placed, and files that are wrong. tests/models/tokenizers.mjs holds the
// tokens to those of Hugging Face's library.
#include <doctest/doctest.h>

#include <string>

#include "runtime/models/tokenizer.h"

using namespace sbx::models;

namespace {

std::string word_level(const std::string& more) {
  return R"({"model": {"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, "a": 1, "b": 2, "caf\u00e9": 3, "<s>": 4, "</s>": 5}},
    "pre_tokenizer": {"type": "Whitespace"})" + more + "}";
}

const char* const kFrame = R"(, "post_processor": {"type": "BertProcessing", "cls": ["<s>", 4], "sep": ["</s>", 5]})";

std::vector<uint32_t> ids(const std::vector<Token>& tokens) {
  std::vector<uint32_t> result;
  for (const Token& token : tokens) result.push_back(token.id);
  return result;
}

std::string code_of(const std::string& json) {
  const auto tokenizer = Tokenizer::parse(json);
  REQUIRE_FALSE(tokenizer.ok());
  return tokenizer.error().code;
}

std::string message_of(const std::string& json) { return Tokenizer::parse(json).error().message; }

}  // namespace

TEST_CASE("a text is counted without the tokens that are added") {
  const auto tokenizer = Tokenizer::parse(word_level(kFrame));
  REQUIRE(tokenizer.ok());
  CHECK(tokenizer->count("a b a") == 3);
  CHECK(tokenizer->count("") == 0);
  CHECK(tokenizer->added() == 2);
  const Encoding encoding = tokenizer->encode("a b");
  CHECK(encoding.ids == std::vector<int64_t>{4, 1, 2, 5});
  CHECK(encoding.first == 1);
  CHECK_FALSE(encoding.truncated);
}

TEST_CASE("a token stands for all characters that it was composed of, in code points") {
  const auto tokenizer = Tokenizer::parse(word_level(R"(, "normalizer": {"type": "NFC"})"));
  REQUIRE(tokenizer.ok());
  CHECK(tokenizer->tokenize("\U0001F600 cafe\u0301 a") == std::vector<Token>{{0, 0, 1}, {3, 2, 7}, {1, 8, 9}});
}

TEST_CASE("bytes that are no UTF-8 are a character each") {
  const auto tokenizer = Tokenizer::parse(word_level(""));
  REQUIRE(tokenizer.ok());
  CHECK(tokenizer->tokenize("\xFF\xC3 a") == std::vector<Token>{{0, 0, 2}, {1, 3, 4}});
}

TEST_CASE("what is cut off is said") {
  const auto tokenizer = Tokenizer::parse(word_level(std::string(kFrame) + R"(, "truncation": {"max_length": 4})"));
  REQUIRE(tokenizer.ok());
  CHECK(tokenizer->most_tokens() == 4);
  CHECK_FALSE(tokenizer->encode("a b").truncated);
  const Encoding cut = tokenizer->encode("a b a");
  CHECK(cut.truncated);
  CHECK(cut.ids == std::vector<int64_t>{4, 1, 2, 5});
  CHECK(tokenizer->count("a b a") == 3);
}

TEST_CASE("of merges the one that was learned first comes first, in long words too") {
  const auto tokenizer = Tokenizer::parse(R"({"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2, "bb": 3, "abab": 4}, "merges": ["a b", "b b", "ab ab"]}})");
  REQUIRE(tokenizer.ok());
  CHECK(ids(tokenizer->tokenize("abb")) == std::vector<uint32_t>{2, 1});
  CHECK(ids(tokenizer->tokenize("ababab")) == std::vector<uint32_t>{4, 2});
  std::string twenty_thousand;
  for (int i = 0; i < 20'000; ++i) twenty_thousand += "ab";
  CHECK(tokenizer->count(twenty_thousand) == 10'000);
}

TEST_CASE("files that are broken") {
  CHECK(code_of("") == "R0785");
  CHECK(code_of("[]") == "R0785");
  CHECK(code_of("{}") == "R0785");
  CHECK(code_of(R"({"model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": ["a b"]}})") == "R0785");
  CHECK(code_of(R"({"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [3]}})") == "R0785");
  CHECK(code_of(R"({"model": {"type": "BPE", "vocab": {"a": 0}}})") == "R0785");
  CHECK(code_of(R"({"model": {"type": "Unigram", "unk_id": 0}})") == "R0785");
  CHECK(code_of(R"({"model": {"type": "WordPiece", "vocab": {"a": -1}, "unk_token": "a"}})") == "R0785");
  CHECK(code_of(R"({"model": {"type": "WordPiece", "vocab": {"a": 1}}})") == "R0785");
  CHECK(code_of(R"({"model": {"type": "Unigram", "vocab": [["a", 0]], "unk_id": 1}})") == "R0785");
  CHECK(code_of(word_level(R"(, "normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"})")) == "R0785");
  CHECK(code_of(word_level(std::string(kFrame) + R"(, "truncation": {"max_length": 2})")) == "R0785");
  CHECK(code_of(std::string(100'000, '[')) == "R0785");
  CHECK(Tokenizer::open("/nowhere/tokenizer.json").error().code == "R0785");
}

TEST_CASE("what is not supported is named") {
  CHECK(code_of(word_level(R"(, "normalizer": {"type": "Homoglyphs"})")) == "R0786");
  CHECK(message_of(word_level(R"(, "normalizer": {"type": "Homoglyphs"})")).find("Homoglyphs") != std::string::npos);
  CHECK(code_of(R"({"pre_tokenizer": {"type": "UnicodeScripts"}, "model": {"type": "WordLevel", "vocab": {"[UNK]": 0}, "unk_token": "[UNK]"}})") == "R0786");
  CHECK(code_of(R"({"model": {"type": "Neural"}})") == "R0786");
  CHECK(code_of(R"({"model": {"type": "BPE", "dropout": 0.1, "vocab": {}, "merges": []}})") == "R0786");
  CHECK(code_of(word_level(R"(, "post_processor": {"type": "Sequence", "processors": [{"type": "BertProcessing", "cls": ["a", 1], "sep": ["a", 1]},
    {"type": "BertProcessing", "cls": ["a", 1], "sep": ["a", 1]}]})")) == "R0786");
  CHECK(code_of(word_level(R"(, "normalizer": {"type": "Replace", "pattern": {"Regex": "\\h"}, "content": ""})")) == "R0786");
  CHECK(code_of(word_level(R"(, "normalizer": {"type": "Replace", "pattern": {"Regex": "("}, "content": ""})")) == "R0786");
}

TEST_CASE("hostile tokenizers end in time") {
  std::string chain = R"(, "normalizer": {"type": "Sequence", "normalizers": [)";
  for (int i = 0; i < 40; ++i) chain += R"({"type": "Replace", "pattern": {"String": "a"}, "content": "aaaaaaaaaaaaaaaa"},)";
  chain += R"({"type": "NFC"}]})";
  const auto growing = Tokenizer::parse(word_level(chain));
  REQUIRE(growing.ok());
  CHECK(growing->count("a") == 1);

  const auto slow = Tokenizer::parse(word_level(R"(, "normalizer": {"type": "Replace", "pattern": {"Regex": "(a+)+$x"}, "content": ""})"));
  REQUIRE(slow.ok());
  CHECK(slow->count(std::string(60, 'a') + "b") == 1);
}
