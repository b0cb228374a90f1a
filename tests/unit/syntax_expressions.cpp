// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "tests/unit/syntax_support.h"

using namespace sbx;
using sbx::test::expr_of;

TEST_CASE("precedence, tightest first") {
  const std::pair<const char*, const char*> rows[] = {
      {"a and b or c", "(or (and a b) c)"},
      {"a or b and c", "(or a (and b c))"},
      {"a and b and c", "(and a b c)"},
      {"not a and b", "(and (not a) b)"},
      {"not a == b", "(not (== a b))"},
      {"not x in [a]", "(not (in x [a]))"},
      {"a + b * c", "(+ a (* b c))"},
      {"a - b - c", "(- (- a b) c)"},
      {"a * b / c", "(/ (* a b) c)"},
      {"-a * b", "(* (negate a) b)"},
      {"0.5 * a + 0.5 * b >= 0.3", "(>= (+ (* 0.5 a) (* 0.5 b)) 0.3)"},
      {"a or else b", "(or-else a b)"},
      {"a or b or else c", "(or-else (or a b) c)"},
      {"a if b or c else d", "(if (or b c) a d)"},
      {"a if b else c if d else e", "(if b a (if d c e))"},
      {"a? and not b?", "(and (known a) (not (known b)))"},
      {"0.3 * (x above 0.79)", "(* 0.3 (paren (above x 0.79)))"},
      {"topic is code and topic.confidence >= 0.7", "(and (is topic code) (>= topic.confidence 0.7))"},
      {"topics has code or topics has law", "(or (has topics code) (has topics law))"},
      {"a.b in [x, y, \"z\"]", "(in a.b [x y \"z\"])"},
      {"((a))", "(paren (paren a))"},
  };
  for (const auto& [text, tree] : rows) {
    CAPTURE(text);
    CHECK(expr_of(text) == tree);
  }
}

TEST_CASE("numbers carry their units exactly") {
  const std::pair<const char*, const char*> rows[] = {
      {"32k", "32000"},
      {"4Ki", "4096"},
      {"1M", "1000000"},
      {"0.80", "0.8"},
      {"5%", "0.05(fraction)"},
      {"$500", "$500"},
      {"$0.05/M", "$0.05/M"},
      {"$1.5k", "$1500"},
      {"200ms", "200000000ns"},
      {"2s", "2000000000ns"},
      {"4KiB", "4096B"},
      {"-0.12", "-0.12"},
      {"1.5k", "1500"},
      {"0", "0"},
      {"1min", "60000000000ns"},
      {"$10000", "$10000"},
      {"100", "100"},
      {"- 3", "-3"},
  };
  for (const auto& [text, tree] : rows) {
    CAPTURE(text);
    CHECK(expr_of(text) == tree);
  }
  CHECK(expr_of("1234567890123456789012") == "E0407 1:12 `1234567890123456789012` has more than 18 digits\nsignal x = <invalid>\n");
}

TEST_CASE("strings resolve their escapes, long strings have none") {
  CHECK(expr_of(R"("a\"b\\c\n\u{1F600}")") == "\"a\\\"b\\\\c\\n\xF0\x9F\x98\x80\"");
  CHECK(expr_of("\"\"\"say \"hi\" \\d+\n2\"\"\"") == "\"say \\\"hi\\\" \\\\d+\\n2\"");
  CHECK(expr_of("\"\"") == "\"\"");
  CHECK(expr_of("\"内部仓库\"") == "\"内部仓库\"");
}

TEST_CASE("calls, lists and records") {
  const std::pair<const char*, const char*> rows[] = {
      {"f()", "f()"},
      {"keywords(any: [\"a\", ...], at_least: 2,)", "keywords(any: [\"a\" ...], at_least: 2)"},
      {"safety.pii(at: 0.85)", "safety.pii(at: 0.85)"},
      {"bands(x, low: < 0.3, mid: < -0.12, high)", "bands(x, low: (bound< 0.3), mid: (bound< -0.12), high)"},
      {"lerp(d, 0.3: 0.80, 0.7: 0.92)", "lerp(d, 0.3: 0.8, 0.7: 0.92)"},
      {"nearest({ a: [\"x\"]  b: [\"y\"] }, floor: { legal: 0.80, else: 0.72 })",
       "nearest({a: [\"x\"], b: [\"y\"]}, floor: {legal: 0.8, else: 0.72})"},
      {"argmax { code: a  law: b } margin 0.05", "(argmax {code: a, law: b} margin 0.05)"},
      {"argmax { code: a } ties [code, law]", "(argmax {code: a} ties code law)"},
      {"c(all: [a, any: [b, c]])", "c(all: [a {any: [b c]}])"},
      {"time.hour(\"Europe/Paris\")", "time.hour(\"Europe/Paris\")"},
      {"[a, b,]", "[a b]"},
      {"true", "true"},
  };
  for (const auto& [text, tree] : rows) {
    CAPTURE(text);
    CHECK(expr_of(text) == tree);
  }
}

TEST_CASE("keywords are names wherever a name may stand") {
  for (const char* word :
       {"model", "table",  "state", "graph",    "plan", "first", "best",  "by",   "on",  "as",     "from", "none", "route", "rule", "test",
        "given", "expect", "deny",  "escalate", "tier", "over",  "under", "each", "per", "policy", "use",  "set",  "of",    "step"}) {
    CAPTURE(word);
    CHECK(expr_of(word) == word);
    CHECK(expr_of(std::string(word) + " >= 1") == "(>= " + std::string(word) + " 1)");
    std::string declared = "signal " + std::string(word) + " = a\n";
    CHECK(test::tree_of(declared) == declared);
  }
  CHECK(expr_of("event.types has none") == "(has event.types none)");
  CHECK(expr_of("session.previous_model == user.in") == "(== session.previous_model user.in)");
}

TEST_CASE("names are Unicode and normalised") {
  CHECK(test::tree_of("signal привет = 内部\n") == "signal привет = 内部\n");
  CHECK(test::tree_of("signal cafe\xCC\x81 = a\n") == "signal caf\xC3\xA9 = a\n");
}

TEST_CASE("spans are bytes, whatever stands before them") {
  test::Parsed parsed("// привет 😀\nsignal x = \"日本\" == y");
  REQUIRE(parsed.findings() == "");
  const auto& signal = std::get<ast::SignalDecl>(parsed.file.decls.at(0).node);
  const auto& compare = std::get<ast::Compare>(signal.value.node);
  const std::string& text = parsed.sources[parsed.file.source].text;
  CHECK(parsed.sources.text(compare.right->span) == "y");
  CHECK(compare.right->span.begin == text.size() - 1);
  CHECK(parsed.sources.text(compare.left->span) == "\"日本\"");
  CHECK(parsed.sources.text(signal.value.span) == "\"日本\" == y");
  CHECK(parsed.sources.text(parsed.file.decls.at(0).span) == "signal x = \"日本\" == y");
}

TEST_CASE("a byte order mark is passed over") {
  test::Parsed parsed("\xEF\xBB\xBFsignal x = y");
  CHECK(parsed.findings() == "");
  CHECK(parsed.sources.text(parsed.file.decls.at(0).span) == "signal x = y");
}
