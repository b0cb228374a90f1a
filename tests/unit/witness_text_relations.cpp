// SPDX-License-Identifier: Apache-2.0
// tests: E0503. What is said of two signals of one text holds for random lists, patterns and texts, read by the signals that serve.
#include <random>

#include "compiler/relate_texts.h"
#include "tests/unit/signals_rig.h"

using namespace sbx;
using namespace sbx::signals;

namespace {

using Random = std::mt19937_64;

const std::string& any_of(const std::vector<std::string>& items, Random& random) { return items[random() % items.size()]; }

const std::vector<std::string> kWords{"urgent",    "Urgent", "urgnet", "very urgent", "very",  "c++",  "C",      "c",  "now",
                                      "right now", "right",  "now!",   "help",        "helps", "日本", "日本語", "本", "ﬁle"};
const std::vector<std::string> kPatterns{"now", "(?i)NOW", "^now",   "now$",          "^now$",        "\\bnow\\b",    "[a-z]+", "^[^n]",
                                         "\\d", "\\d\\d",  "^\\d+$", "right now|now", "very.*urgent", "urgent.*very", "^c",     "(?m)^c$"};
const std::vector<std::string> kGlue{" ", "", ", ", "\n", "s", "4", "42", ".", " - "};

std::vector<std::string> some(Random& random, size_t most) {
  std::vector<std::string> items;
  for (size_t i = random() % (most + 1); i > 0; --i) items.push_back(any_of(kWords, random));
  return items;
}

SignalInfo random_keywords(Random& random) {
  const std::vector<std::string> any = some(random, 3), all = some(random, 1), none = some(random, random() % 3 == 0 ? 2 : 0);
  ConstantRecord arguments{{"any", texts(any)}, {"all", texts(all)}, {"none", texts(none)}};
  if (any.size() == 3 && random() % 2 == 0) arguments.push_back({"at_least", {Decimal{2, 0}}});
  if (random() % 4 == 0) arguments.push_back({"edits", {Decimal{1, 0}}});
  if (random() % 8 == 0) arguments.push_back({"of", {std::string("text.system")}});
  return info_of("keywords", std::move(arguments));
}

std::string random_text(Random& random) {
  std::string text;
  for (size_t i = random() % 4; i > 0; --i) text += any_of(kWords, random) + any_of(kGlue, random);
  return text;
}

Manifest random_signals(Random& random) {
  Manifest manifest;
  while (manifest.signals.size() < 12) {
    SignalInfo info = random_keywords(random);
    if (!validate(info)) manifest.signals.add(std::move(info));
  }
  while (manifest.signals.size() < 20) manifest.signals.add(info_of("pattern", {{"expression", {any_of(kPatterns, random)}}}));
  return manifest;
}

}  // namespace

TEST_CASE("no text reads what keywords and patterns are said to exclude") {
  Random random(7);
  size_t related = 0;
  for (int round = 0; round < 100; ++round) {
    const Manifest manifest = random_signals(random);
    const std::vector<analysis::Exclusion> exclusions = relate_texts(manifest).exclusions;
    related += exclusions.size();
    Result<SignalSet> set = SignalSet::bind(manifest, "");
    REQUIRE(set.ok());
    Texts texts;
    for (int i = 0; i < 60; ++i) {
      Request request = request_of(random_text(random));
      request.text_system = random_text(random);
      texts.start();
      const auto reads = [&](const analysis::Truth& truth) {
        return std::get<bool>(set->read(truth.signal, request, texts).value) == truth.holds;
      };
      for (const analysis::Exclusion& one : exclusions) {
        INFO(one.one.signal.index << " and " << one.other.signal.index << " on \"" << request.text << "\"");
        CHECK_FALSE((reads(one.one) && reads(one.other)));
      }
    }
  }
  CHECK(related > 1'000);
}

TEST_CASE("what is known of lists: members within members, all of them, so many of them, and what they exclude") {
  const auto related = [](const ConstantRecord& one, const ConstantRecord& other) {
    Manifest manifest;
    manifest.signals.add(info_of("keywords", one));
    manifest.signals.add(info_of("keywords", other));
    std::string text;
    for (const auto& [a, b] : relate_keywords(manifest).exclusions) {
      const auto name = [](const analysis::Truth& truth) {
        return (truth.holds ? "" : "not ") + std::string(truth.signal.index == 0 ? "a" : "b");
      };
      text += (text.empty() ? "" : ", ") + name(a) + " with " + name(b);
    }
    return text;
  };
  const ConstantRecord a{{"any", texts({"x", "y"})}}, typos{{"any", texts({"urgent"})}, {"edits", {Decimal{1, 0}}}};
  CHECK(related(a, {{"any", texts({"X"})}}) == "b with not a");
  CHECK(related(a, {{"all", texts({"y z", "w"})}}) == "b with not a");
  CHECK(related(a, {{"none", texts({"x"})}}) == "not b with not a");
  CHECK(related(a, {{"none", texts({"x", "y"})}}) == "a with b, not b with not a");
  CHECK(related({{"any", texts({"x", "y", "z"})}, {"at_least", {Decimal{2, 0}}}}, a) == "a with not b");
  CHECK(related({{"all", texts({"x", "y"})}}, a) == "a with not b");
  CHECK(related(a, {{"any", texts({"x"})}, {"of", {std::string("text.all")}}}) == "");
  CHECK(related({{"any", texts({"urgent"})}}, typos) == "a with not b");
  CHECK(related(typos, {{"any", texts({"urgent"})}}) == "b with not a");
  CHECK(related({{"any", texts({"c++"})}}, {{"any", texts({"c"})}}) == "a with not b");
}
