// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <chrono>

#include "tests/unit/syntax_support.h"

using namespace sbx;
using sbx::test::findings_of;

namespace {

std::string repeat(std::string_view text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("limits are coded errors, and nothing crashes") {
  CHECK(findings_of(std::string(10 << 20, 'x')) == "E0401 1:1 the file has 10485760 bytes, more than 4 MiB\n");
  CHECK(findings_of("signal x = " + repeat("(", 50000) + "a" + repeat(")", 50000)) == "E0402 1:268 brackets are nested deeper than 256\n");
  CHECK(findings_of("signal x = " + repeat("(", 50000)) == "E0402 1:268 brackets are nested deeper than 256\n");
  CHECK(findings_of("signal x = " + repeat("(", 256) + "a" + repeat(")", 256)) == "");
  CHECK(findings_of("signal x = [" + repeat("\"a\", ", 60000) + "]") == "E0403 1:250003 this statement has more than 100,000 words\n");
  CHECK(findings_of("signal x = a\xFF") == "E0404 1:13 the file is not UTF-8: byte 12 starts no character\n");
  CHECK(findings_of("signal x = \"\xED\xA0\x80\"") == "E0404 1:13 the file is not UTF-8: byte 12 starts no character\n");
  CHECK(findings_of(std::string("signal x = a\0b", 14)) == "E0405 1:13 the file holds a NUL byte\n");
  for (const char* link : {"not ", "- ", "a if b else ", "a + ", "a or else ", "a if {} else ", "{} + "}) {
    CAPTURE(link);
    CHECK(findings_of("signal x = " + repeat(link, 20000) + "a").starts_with("E0406 "));
  }
  CHECK(findings_of("signal x = " + repeat("a and b or ", 20000) + "a") == "");
  CHECK(findings_of("slot x: " + repeat("set of ", 20000) + "a").starts_with("E0406 "));
  CHECK(findings_of("plan x = " + repeat("ask a else ", 20000) + "ask b").starts_with("E0406 "));
  CHECK(findings_of(repeat("private ", 20000)) != "");
}

TEST_CASE("a flood of errors stays a readable report") {
  for (const char* text : {"; ", "})] ", "= ", "signal ", "\"\n", "route r { x\n", "a over\n"}) {
    CAPTURE(text);
    test::Parsed parsed(repeat(text, 20000));
    CHECK(parsed.diags.has_errors());
    CHECK(parsed.diags.all().size() <= 1000);
  }
}

TEST_CASE("time grows with the text, not faster") {
  std::string text = "policy p serves \"a\"\n";
  for (int i = 0; i < 2000; ++i) {
    std::string n = std::to_string(i);
    text +=
        "route r" + n +
        " when topic is code and (difficulty >= 0.5 or user.tier == pro) {\n  model = a, then b on [timeout]\n  reasoning = high\n}\n\n";
  }
  auto start = std::chrono::steady_clock::now();
  CHECK(findings_of(text) == "");
  CHECK(findings_of(text + "signal") != "");
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  CHECK(seconds.count() < 20.0);  // about 0.5 s optimised, 3 s with sanitizers on a loaded machine
}
