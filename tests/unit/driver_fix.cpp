// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "compiler/driver/fix.h"

namespace sbx::driver {
namespace {

/// What a language of a few words would say of a text: `@` cannot be read, `-` is an unknown name, `?` is a warning. Each offers the text
/// that follows it, to the next blank: `?-` offers to put an unknown name in the place of a warning.
Checked look_at(const std::string& text, size_t& looks) {
  ++looks;
  Checked checked;
  const FileId file = checked.sources.add("p.sbx", text);
  for (uint32_t i = 0; i < text.size(); ++i) {
    const Kind kind = text[i] == '@' ? Kind::UnexpectedToken : text[i] == '-' ? Kind::UnknownName : Kind::EqualOnLabel;
    if (text[i] != '@' && text[i] != '-' && text[i] != '?') continue;
    const auto end = static_cast<uint32_t>(std::min(text.find(' ', i), text.size()));
    const std::string instead = text.substr(i + 1, end - i - 1);
    checked.diags.report(kind, {file, i, i + 1}, std::string("a `") + text[i] + "`")
        .fix("write `" + instead + "`", {{{file, i, end}, instead}});
    i = end;
  }
  return checked;
}

struct Outcome {
  std::string text;
  size_t count, refused, looks;
  bool operator==(const Outcome&) const = default;
};

doctest::String toString(const Outcome& one) {
  return ("`" + one.text + "` " + std::to_string(one.count) + " " + std::to_string(one.refused) + " " + std::to_string(one.looks)).c_str();
}

Outcome fixed(const std::string& text) {
  size_t looks = 0;
  const Fixing fixing{.check = [&](const Texts& texts) -> Result<Checked> { return look_at(texts.at("p.sbx"), looks); },
                      .is_wanted = [](const Diagnostic&) { return true; },
                      .is_writable = [](const std::string&) { return true; }};
  Result<Fixed> done = apply_fixes(look_at(text, looks), fixing);
  REQUIRE(done);
  return {done->texts.contains("p.sbx") ? done->texts.at("p.sbx") : text, done->count, done->refused.size(), looks};
}

}  // namespace

TEST_CASE("what helps is kept, and checked once") {
  CHECK(fixed("a b") == Outcome{"a b", 0, 0, 1});
  CHECK(fixed("?a ?b -c") == Outcome{"a b c", 3, 0, 2});
}

TEST_CASE("a fix that makes something worse is left out, and the others are kept") {
  CHECK(fixed("?a ?-b ?c ?d").text == "a ?-b c d");
  CHECK(fixed("?a ?-b ?c ?d").count == 3);
  CHECK(fixed("?a ?-b ?c ?d").refused == 1);
  CHECK(fixed("-@a") == Outcome{"-@a", 0, 1, 2});
}

TEST_CASE("a fix may bring what it hid to light") {
  CHECK(fixed("@-?a") == Outcome{"a", 3, 0, 4});
  CHECK(fixed("-? -a") == Outcome{" a", 3, 0, 3});
}

TEST_CASE("a fix that mends nothing is left out") {
  CHECK(fixed("??a") == Outcome{"??a", 0, 1, 2});  // the same stands in the same place
}

TEST_CASE("many fixes of which one is bad cost few looks") {
  std::string text, expected;
  for (int i = 0; i < 64; ++i) {
    text += i == 40 ? "?-x " : "?x ";
    expected += i == 40 ? "?-x " : "x ";
  }
  const Outcome outcome = fixed(text);
  CHECK(outcome.text == expected);
  CHECK(outcome.looks < 20);
}

TEST_CASE("what is not wanted or not ours stays") {
  size_t looks = 0;
  Fixing fixing{.check = [&](const Texts& texts) -> Result<Checked> { return look_at(texts.at("p.sbx"), looks); },
                .is_wanted = [](const Diagnostic& one) { return one.kind == Kind::UnknownName; },
                .is_writable = [](const std::string&) { return true; }};
  CHECK(apply_fixes(look_at("?a -b", looks), fixing)->texts.at("p.sbx") == "?a b");
  fixing.is_writable = [](const std::string& path) { return path != "p.sbx"; };
  CHECK(apply_fixes(look_at("?a -b", looks), fixing)->texts.empty());
}

TEST_CASE("what is allowed is not fixed, and counts for nothing") {
  size_t looks = 0;
  const Fixing fixing{.check = [&](const Texts& texts) -> Result<Checked> { return look_at(texts.at("p.sbx"), looks); },
                      .is_wanted = [](const Diagnostic&) { return true; },
                      .is_writable = [](const std::string&) { return true; }};
  Checked checked = look_at("?a", looks);
  checked.diags.all().front().suppressed = "known";
  CHECK(apply_fixes(std::move(checked), fixing)->texts.empty());
}

}  // namespace sbx::driver
