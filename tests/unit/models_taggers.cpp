// SPDX-License-Identifier: Apache-2.0
// Personal data by its form, tokens, and the sums of linear-chain taggers against all taggings of short texts, one by one.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "runtime/models/linear_tagger.h"
#include "runtime/models/pii_patterns.h"

using namespace sbx;
using namespace sbx::models;

namespace {

std::string found(std::string_view text) {
  std::string list;
  for (const TextSpan& span : find_personal_data(text)) list += (list.empty() ? "" : " ") + span.label + ":" + std::to_string(span.start) + "-" + std::to_string(span.end);
  return list;
}

/// All taggings that are allowed, with their scores.
void each_tagging(size_t count, size_t tags, const std::function<void(const std::vector<uint16_t>&)>& use) {
  std::vector<uint16_t> tagging(count);
  for (;;) {
    bool allowed = true;
    for (size_t i = 0; i < count; ++i) allowed &= may_follow(i == 0 ? 0 : tagging[i - 1], tagging[i]);
    if (allowed) use(tagging);
    size_t at = 0;
    while (at < count && ++tagging[at] == tags) tagging[at++] = 0;
    if (at == count) return;
  }
}

}  // namespace

TEST_CASE("where a token stands in its line is a feature of it") {
  const auto of = [](std::string_view text, size_t token) {
    const Tokens tokens = cut_tokens(text, 20, 1000);
    const auto features = tokens.features(token);
    return std::vector<uint32_t>(features.begin(), features.end());
  };
  CHECK(of("Ann Lee\nOslo", 2) == of("Ann Lee\n  Oslo", 2));
  CHECK(of("Ann Lee\nOslo", 2) != of("Ann Lee Oslo", 2));
  CHECK(of("Ann Lee\nOslo", 2) != of("Ann Lee\n\nOslo", 2));
}

TEST_CASE("checksums are those of the standards") {
  CHECK(has_luhn_checksum("4111111111111111"));
  CHECK(has_luhn_checksum("79927398713"));
  CHECK_FALSE(has_luhn_checksum("4111111111111112"));
  CHECK_FALSE(has_luhn_checksum(""));
  CHECK(has_iban_checksum("GB82WEST12345698765432"));
  CHECK(has_iban_checksum("DE89370400440532013000"));
  CHECK_FALSE(has_iban_checksum("GB82WEST12345698765431"));
}

TEST_CASE("nothing longer than the standards allow is looked at") {
  const std::string name(64, 'n'), domain = std::string(249, 'd') + ".org";
  CHECK(found(name + "@a.org") == "EMAIL_ADDRESS:0-70");
  CHECK(found("n" + name + "@a.org") == "DOMAIN_NAME:66-71");
  CHECK(found("a@" + domain) == "EMAIL_ADDRESS:0-255");
  CHECK(found("a@d" + domain) == "");
  std::string digits;
  for (int i = 0; i < 100'000; ++i) digits += "1 ";
  CHECK(found(digits) == "PHONE_NUMBER:199962-199999");  // the last 19
}

TEST_CASE("personal data is found where its form says so") {
  CHECK(found("mail a.b+c@example.co.uk now") == "EMAIL_ADDRESS:5-24");
  CHECK(found("card 4111 1111 1111 1111.") == "CREDIT_CARD:5-24");
  CHECK(found("card 4111 1111 1111 1112.") == "PHONE_NUMBER:5-24");
  CHECK(found("to GB82 WEST 1234 5698 7654 32 please") == "IBAN_CODE:3-30");
  CHECK(found("from 192.168.0.1 to 300.1.1.1") == "IP_ADDRESS:5-16");
  CHECK(found("ssn 078-05-1120") == "US_SSN:4-15");
  CHECK(found("ssn 000-05-1120") != "US_SSN:4-15");
  CHECK(found("see https://example.org/a?b=1, or www.example.net.") == "DOMAIN_NAME:4-29 DOMAIN_NAME:34-49");
  CHECK(found("call +49 (30) 1234567") == "PHONE_NUMBER:5-21");
  CHECK(found("\u00e9\u00e9 a@b.io") == "EMAIL_ADDRESS:3-9");
  for (const char* none : {"", "version 1.2.3", "in 2024 we had 12345 rows", "e.g. this", "a@b", "12/05/2024", "3.14", "@", "file.cpp"}) CHECK(found(none) == "");
}

TEST_CASE("tokens are words, numbers and marks, at places in code points") {
  const Tokens tokens = cut_tokens("Zo\u00eb's no. 12", 18, 1000);
  REQUIRE(tokens.size() == 6);
  CHECK(tokens.places[0].end == 3);
  CHECK(tokens.places[1].start == 3);
  CHECK(tokens.places[5].start == 10);
  CHECK(tokens.places[5].end == 12);
  CHECK(tokens.features(0).size() > 20);
  CHECK(cut_tokens("", 18, 1000).size() == 0);
  CHECK(cut_tokens("ab cd", 18, 2).size() == 1);
}

TEST_CASE("the best tagging and the sums are those of all taggings") {
  constexpr size_t kTags = 5, kCount = 4;
  TagScores scores;
  std::vector<float> transitions;
  uint32_t state = 7;
  const auto next = [&] { return static_cast<float>((state = state * 1664525 + 1013904223) >> 16) / 32768.0F - 1.0F; };
  for (size_t i = 0; i < kTags * kCount; ++i) scores.push_back(2 * next());
  for (size_t i = 0; i < kTags * kTags; ++i) transitions.push_back(next());
  double total = 0, highest = -1e9, of_third = 0;
  std::vector<uint16_t> best;
  each_tagging(kCount, kTags, [&](const std::vector<uint16_t>& tagging) {
    double score = 0;
    for (size_t i = 0; i < kCount; ++i) score += scores[i * kTags + tagging[i]] + transitions[(i == 0 ? 0U : tagging[i - 1]) * kTags + tagging[i]];
    total += std::exp(score);
    if (tagging[2] == 3) of_third += std::exp(score);
    if (score <= highest) return;
    highest = score;
    best = tagging;
  });
  CHECK(likeliest_tags(scores, transitions, kTags) == best);
  const Chain chain = sum_over_tags(scores, transitions, kTags);
  CHECK(chain.alpha[2 * kTags + 3] * chain.beta[2 * kTags + 3] == doctest::Approx(of_third / total));
  for (size_t token = 0; token < kCount; ++token) {
    double sum = 0;
    for (size_t tag = 0; tag < kTags; ++tag) sum += chain.alpha[token * kTags + tag] * chain.beta[token * kTags + tag];
    CHECK(sum == doctest::Approx(1));
  }
}
