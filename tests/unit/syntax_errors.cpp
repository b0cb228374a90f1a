// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "tests/unit/syntax_support.h"

using namespace sbx;
using sbx::test::findings_of;

TEST_CASE("one error, in our words") {
  const std::pair<const char*, const char*> rows[] = {
      {"route r model = a }", "E0101 1:9 expected `when` or `{` after `r`, found `model`\nE0103 1:19 `}` closes nothing\n"},
      {"signal x =", "E0101 1:11 expected an expression after `=`, found the end of the file\n"},
      {"signal = a", "E0101 1:8 expected a name after `signal`, found `=`\n"},
      {"signal x = a b", "E0101 1:14 `b` starts no declaration\n"},
      {"model m { context 32k }", "E0101 1:19 expected `:` after `context`, found `32k`\n"},
      {"otherwise { reasoning == off }", "E0101 1:23 expected `=` after `reasoning`, found `==`\n"},
      {"otherwise { model = a, b }", "E0101 1:24 expected `then` after `,`, found `b`\n"},
      {"otherwise { deny \"x\" }", "E0101 1:18 expected a status such as `403` after `deny`, found `\"x\"`\n"},
      {"route r when a = b { }", "E0101 1:16 expected `{` after `a`, found `=`\n"},
      {"rout r when a { }", "E0101 1:1 `rout` starts no declaration\n"},
      {"signal x = f(a: [b)", "E0102 1:17 `[` is never closed\n"},
      {"signal x = (a", "E0102 1:12 `(` is never closed\n"},
      {"route r when (a { model = b }", "E0102 1:14 `(` is never closed\n"},
      {"signal x = a ]", "E0103 1:14 `]` closes nothing\n"},
      {"signal x = \"abc", "E0104 1:12 this string does not end on its line\n"},
      {"route r when a { deny 403 \"abc }", "E0104 1:27 this string does not end on its line\n"},
      {"signal x = f([\"abc])", "E0104 1:15 this string does not end on its line\n"},
      {"signal x = \"\"\"abc", "E0104 1:12 this string does not end\n"},
      {"signal x = 1_000", "E0105 1:12 `1_000` is not a number\n"},
      {"signal x = 12q", "E0105 1:12 `12q` is not a number\n"},
      {"signal x = .5", "E0105 1:12 `.5` is not a number\n"},
      {"signal x = a;", "E0106 1:13 `;` means nothing here\n"},
      {"signal x = a && b", "E0106 1:14 `&&` means nothing here\n"},
      {"signal x = @@@ a", "E0106 1:12 `@` means nothing here\n"},
      {"signal x = \"\\d\"", "E0107 1:13 `\\d` is no escape\n"},
      {"signal x = \"\\u{D800}\"", "E0107 1:13 `\\u{D800}` is no escape\n"},
      {"rule r { }", "E0108 1:1 a `rule` stands in `always { … }`\n"},
      {"tier t { model m { } }", "E0108 1:10 `model` cannot stand in a tier\n"},
      {"always { route r { } }", "E0108 1:10 `route` cannot stand in `always`\n"},
      {"signal x = a < b < c", "E0109 1:18 `<` compares the result of a comparison\n"},
      {"test \"t\" { given { } given { } }", "E0110 1:22 `given` is given twice\n"},
      {"policy p serves \"a\" serves \"b\"", "E0110 1:21 `serves` is given twice\n"},
      {"policy p\npolicy q\n", "E0111 1:1 this has no braces, but the file holds another policy or module\n"},
      {"= a", "E0101 1:1 expected a declaration, found `=`\n"},
  };
  for (const auto& [text, findings] : rows) {
    CAPTURE(text);
    CHECK(findings_of(text) == std::string(findings));
  }
}

TEST_CASE("each broken piece is one finding and hides no other") {
  CHECK(findings_of(R"(policy p serves "auto"
model small { provider: local name: "x" context 32k }
signal a = keywords(any: ["x" "y"])
signal b =
signal c = a and b
rout code when a { model = small }
route one when user.tier = pro { model = small }
route two a { model = small  reasoning == high  tools only [] }
tier t bad {
  route five when a { model = }
  route six when a { deny 403 "x"  oops  model = small }
}
test "x" { given { text "a"  injection: 0.5 } expect { route: } }
signal last = +
)") ==
        R"(E0101 2:49 expected `:` after `context`, found `32k`
E0101 3:31 expected `]` or `,` after `"x"`, found `"y"`
E0101 5:1 expected an expression after `=`, found `signal`
E0101 6:1 `rout` starts no declaration
E0101 7:26 expected `{` after `tier`, found `=`
E0101 8:11 expected `when` or `{` after `two`, found `a`
E0101 8:40 expected `=` after `reasoning`, found `==`
E0101 9:8 expected `{` after `t`, found `bad`
E0101 10:31 expected a name after `=`, found `}`
E0101 11:42 expected `=` after `oops`, found `model`
E0101 13:30 expected `:` after `"a"`, found `injection`
E0101 13:63 expected an expression after `:`, found `}`
E0101 14:15 expected an expression after `=`, found `+`
)");
}

TEST_CASE("a forgotten brace is found by the indentation") {
  CHECK(findings_of(R"(tier t {
  route a when x {
    model = small
  route b when y { model = small }
}
otherwise { model = small
signal k = a b
)") == R"(E0102 2:18 `{` is never closed
E0102 6:11 `{` is never closed
E0101 7:14 `b` starts no declaration
)");
}

TEST_CASE("what is whole survives, and broken names stay known") {
  test::Parsed parsed("signal a = )(\nsignal b = c\nroute broken when { model = m }\ntier t { route r { model = } route s { model = m } }");
  CHECK(parsed.tree() == "<invalid>\nsignal b = c\n<invalid>\ntier t\n  route r\n    <invalid>\n  route s\n    model = m\n");
  const auto& invalid = std::get<ast::Invalid>(parsed.file.decls.at(2).node);
  REQUIRE(invalid.names.size() >= 2);
  CHECK(invalid.names.at(1).text == "broken");
}

TEST_CASE("what the grammar's tool says reaches nobody") {
  for (const char* text : {"signal",
                           "route",
                           "policy",
                           "model m {",
                           "a",
                           "a b",
                           "test {",
                           "table x(",
                           "plan p =",
                           "extern",
                           "use",
                           "{",
                           "}",
                           "\"",
                           "otherwise { model",
                           "signal x = [",
                           "tier t { first { best",
                           "input a:",
                           "budget b: per",
                           "on x",
                           "require"}) {
    std::string findings = findings_of(text);
    CAPTURE(text);
    CHECK(findings != "");
    for (const char* foreign : {"mismatched", "viable", "extraneous", "IDENTIFIER", "<EOF>", "K_"})
      CHECK(findings.find(foreign) == std::string::npos);
  }
}
