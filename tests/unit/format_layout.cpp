// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "compiler/format/format.h"

using namespace sbx;

namespace {

std::string formatted(const std::string& text) {
  SourceSet sources;
  Diagnostics diags;
  FileId file = sources.add("test.sbx", text);
  Result<std::string> result = format::format(sources, file, diags);
  return result ? *result : result.error().code + "\n";
}

}  // namespace

TEST_CASE("one space between tokens, two between statements") {
  const std::pair<const char*, const char*> rows[] = {
      {"signal   urgent=keywords ( any : [ \"a\",\"b\" ] )", "signal urgent = keywords(any: [\"a\", \"b\"])\n"},
      {"model m{provider:local name:\"x\"  price:{in:$1/M,out:$2/M}}",
       "model m { provider: local  name: \"x\"  price: { in: $1/M, out: $2/M } }\n"},
      {"otherwise{model=a,then b on[timeout,5xx]reasoning=off}", "otherwise { model = a, then b on [timeout, 5xx]  reasoning = off }\n"},
      {"input x:{ a,b }or else a", "input x: {a, b} or else a\n"},
      {"signal x = - 0.5*a-b+-c", "signal x = -0.5 * a - b + -c\n"},
      {"signal x = bands( y ,low:<-0.3, high )", "signal x = bands(y, low: < -0.3, high)\n"},
      {"signal x = f( {a:[ ... ]} ,b:\"\"\"x\ny\"\"\" )", "signal x = f({ a: [...] }, b: \"\"\"x\ny\"\"\")\n"},
      {"route r when not a . b ?and(c){ deny 403}", "route r when not a.b? and (c) { deny 403 }\n"},
      {"otherwise { model = split 95 / 5 on user.id [ a,b ] }", "otherwise { model = split 95/5 on user.id [a, b] }\n"},
      {"table way(a,b):{x,y}{u * :x  * -1: y}", "table way(a, b): {x, y} { u * : x  * -1 : y }\n"},
      {"best b(margin:0.05){}", "best b (margin: 0.05) {}\n"},
      {"test \"t\"{given{topic:law 0.91 x:unknown}expect{route:r}}",
       "test \"t\" { given { topic: law 0.91  x: unknown }  expect { route: r } }\n"},
      {"extern signal k(any:[text]=[] ,n:int=1):bool{cost:fast}", "extern signal k(any: [text] = [], n: int = 1): bool { cost: fast }\n"},
      {"graph g { node    a {tool:x}\n a->[b,c] }", "graph g { node  a { tool: x }\n  a->[b,c] }\n"},
      {"plan p = case x{1:answer p [ 0 ] 2:ask a(b:c)}", "plan p = case x { 1: answer p[0]  2: ask a(b: c) }\n"},
  };
  for (const auto& [text, wanted] : rows) {
    CAPTURE(text);
    CHECK(formatted(text) == std::string(wanted));
  }
}

TEST_CASE("lines are the author's, indentation is ours") {
  CHECK(formatted(R"(

policy p serves "a"



use std.safety
tier t {

    route a when x or
          y
          { model = b,
            then c
            reasoning = off }
  // about nothing

}
signal x = keywords(any: [
"a", // first
      "b",
  ])
signal y = nearest({
 a: ["x"]
    b: ["y"],
}, floor: 0.5,
   margin: 0.1) or else a
)") == R"(policy p serves "a"

use std.safety
tier t {
  route a when x or
    y
    { model = b,
        then c
      reasoning = off }
  // about nothing
}
signal x = keywords(any: [
  "a",  // first
  "b",
])
signal y = nearest({
  a: ["x"]
  b: ["y"],
}, floor: 0.5,
  margin: 0.1) or else a
)");
}

TEST_CASE("parentheses are written where `and` meets `or`") {
  CHECK(formatted("signal x = a and b or c") == "signal x = (a and b) or c\n");
  CHECK(formatted("signal x = a or b and c or d and e") == "signal x = a or (b and c) or (d and e)\n");
  CHECK(formatted("signal x = (a and b) or c") == "signal x = (a and b) or c\n");
  CHECK(formatted("signal x = (a or b and c) and d") == "signal x = (a or (b and c)) and d\n");
  CHECK(formatted("plan p = ask a accept when b and c or d else ask e") == "plan p = ask a accept when (b and c) or d else ask e\n");
  CHECK(formatted("signal x = a and b or else c") == "signal x = a and b or else c\n");
  CHECK(formatted("signal x = a // why\n and b // because\n or c") == "signal x = (a  // why\n  and b)  // because\n  or c\n");
}

TEST_CASE("every comment stays where it was") {
  CHECK(formatted("// head   \n\n/// doc\nsignal x = [ // open\n a, // a\n // b\n] // end\n\n\n// tail") ==
        "// head\n\n/// doc\nsignal x = [  // open\n  a,  // a\n  // b\n]  // end\n\n// tail\n");
  CHECK(formatted("tier t { // t\n}") == "tier t {  // t\n}\n");
  CHECK(formatted("//only") == "//only\n");
  CHECK(formatted("") == "");
  CHECK(formatted("\r\n signal a = b\r\n\r\n// c\r\n") == "signal a = b\n\n// c\n");
}

TEST_CASE("a broken file is left as it is") {
  CHECK(formatted("signal x = (") == "E0102\n");
  CHECK(formatted(std::string("a\0b", 3)) == "E0405\n");
}
