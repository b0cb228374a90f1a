// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "tests/unit/syntax_support.h"

using namespace sbx;
using sbx::test::tree_of;

TEST_CASE("each declaration") {
  const std::pair<const char*, const char*> rows[] = {
      {"language 1", "language 1\n"},
      {"use std.safety", "use std.safety\n"},
      {"use \"models.sbx\" as m", "use \"models.sbx\" as m\n"},
      {"provider openai", "provider openai\n"},
      {"provider local { timeout: 2s }", "provider local\n  timeout: 2000000000ns\n"},
      {"attribute model.region: {eu, us}", "attribute model.region: {eu, us}\n"},
      {"input user.tier: {free, pro} or else free", "input user.tier: {free, pro} or else free\n"},
      {"input role: text from header(\"x-role\") verified or else \"none\"",
       "input role: text from header(\"x-role\") verified or else \"none\"\n"},
      {"input n: int from gateway", "input n: int from gateway\n"},
      {"input k: text from metadata(\"k\") claim", "input k: text from metadata(\"k\") claim\n"},
      {"budget spend: $500 per month for each user.team or else $0", "budget spend: $500 per month for each user.team or else $0\n"},
      {"budget spend: tenant.monthly per day", "budget spend: tenant.monthly per day\n"},
      {"table tenant by tenant_id { region: {eu, us}  monthly: money } from \"t.csv\"",
       "table tenant by tenant_id from \"t.csv\"\n  region: {eu, us}\n  monthly: money\n"},
      {"table way(a, b.c): {x, y} { u * : x  * -1 : y  5xx true : x }",
       "table way(a b.c): {x, y}\n  u * : x\n  * -1 : y\n  5xx true : x\n"},
      {"private signal a = b", "private signal a = b\n"},
      {"slot mode: {a, b} = a", "slot mode: {a, b} = a\n"},
      {"slot tags: set of {a, b}", "slot tags: set of {a, b}\n"},
      {"slot l: [text]", "slot l: [text]\n"},
      {"slot s: similarity(\"e5\")", "slot s: similarity(\"e5\")\n"},
      {"defaults { reasoning = off }", "defaults\n  reasoning = off\n"},
      {"unserved { deny 503 \"no\" }", "unserved\n  deny 503 \"no\"\n"},
      {"a over b, c.d", "over a > b c.d\n"},
      {"persona expert { inject: system \"\"\"careful\"\"\" }", "target persona expert\n  inject: system(\"careful\")\n"},
      {"require possible outcome == call for each role, tenant.grade", "require possible (== outcome call) for each role tenant.grade\n"},
      {"require a when b", "require a when b\n"},
      {"require possible", "require possible\n"},
      {"strict budget spend: $5 per day", "strict budget spend: $5 per day\n"},
      {"state rating: elo(k: 24) per (model, topic)", "state rating: elo(k: 24) per model topic\n"},
      {"on feedback when quality >= 0.5 { learn rating, odds }", "on feedback when (>= quality 0.5) learn rating odds\n"},
      {"on feedback {}", "on feedback\n"},
      {"graph g { node a { tool: x }  edges { a -> [b, c] } }", "graph g\n"},
      {"plan p = ask small else deny 413 \"long\"", "plan p\n"},
      {"strict tier t { first { route a { model = m } }  best b (margin: 0.05) { route c when d >= 1 { deny 403 } } }",
       "strict tier t\n  first\n    route a\n      model = m\n  best b margin 0.05\n    route c\n      when (>= d 1)\n      deny 403\n"},
      {"always { rule r over routes when a { reasoning = off }  rule s under x, y { tags add [b] } }",
       "always\n  rule r over routes\n    when a\n    reasoning = off\n  rule s under x y\n    tags add [b]\n"},
  };
  for (const auto& [text, tree] : rows) {
    CAPTURE(text);
    CHECK(tree_of(text) == tree);
  }
}

TEST_CASE("each action") {
  const std::pair<const char*, const char*> rows[] = {
      {"model = a(reasoning: high), then b on [timeout, 5xx, 429], then deny 503 \"x\"",
       "model = a(reasoning: high), then b on timeout 5xx 429, then deny 503 \"x\""},
      {"model = choose [a, b(x: 1)] by elo(per: topic), cheapest, then c",
       "model = choose [a b(x: 1)] by elo(per: topic) cheapest, then c"},
      {"model = choose up to 3 [a, b] by s or none", "model = choose up to 3 [a b] by s or none"},
      {"model = split 95/5 on user.id [a, b]", "model = split 95 5 on user.id [a b]"},
      {"model = split [a, b] 95/5 on user.id", "model = split 95 5 on user.id [a b]"},
      {"persona = choose [a, b] by s", "persona = choose [a b] by s"},
      {"reasoning = high", "reasoning = high"},
      {"header \"x\" = \"v\"", "header \"x\" = \"v\""},
      {"log = bodies(first: 2KiB, keep: 50000)", "log = bodies(first: 2048B, keep: 50000)"},
      {"deny 403", "deny 403"},
      {"respond \"hi\"", "respond \"hi\""},
      {"escalate human \"large refund\"", "escalate human \"large refund\""},
      {"escalate", "escalate"},
      {"tools only []", "tools only []"},
      {"tags add [a, b]", "tags add [a b]"},
      {"model only where region in [tenant.region, onprem]", "model only where (in region [tenant.region onprem])"},
      {"model without large", "model without large"},
      {"max_tokens at most 1k", "max_tokens at most 1000"},
      {"model.grade = pro", "model.grade = pro"},
  };
  for (const auto& [text, tree] : rows) {
    CAPTURE(text);
    CHECK(tree_of("otherwise { " + std::string(text) + " }") == "otherwise\n  " + std::string(tree) + "\n");
  }
  CHECK(tree_of("route r { escalate  reasoning = off  model = a  header \"x\" = \"1\"  tools only [a] }") ==
        "route r\n  escalate\n  reasoning = off\n  model = a\n  header \"x\" = \"1\"\n  tools only [a]\n");
}

TEST_CASE("policies and modules, with braces and without") {
  CHECK(tree_of("use a\npolicy p serves \"x\", \"y\"\nsignal a = b\nroute r { model = m }") ==
        "use a\npolicy p serves \"x\", \"y\"\n  signal a = b\n  route r\n    model = m\n");
  CHECK(tree_of("policy p under org.base(cap: $5) serves \"x\" { signal a = b }\npolicy q serves \"y\" { }") ==
        "policy p under org.base(cap: $5) serves \"x\"\n  signal a = b\npolicy q serves \"y\"\n");
  CHECK(tree_of("policy p serves \"x\" under b { }") == "policy p under b serves \"x\"\n");
  CHECK(tree_of("module org.baseline(cap: money)\nsignal a = b") == "module org.baseline (cap: money)\n  signal a = b\n");
}

TEST_CASE("tests and scenarios") {
  CHECK(
      tree_of("test \"t\" { given { text: \"a\"  user.tier: pro  topic: law 0.91  x: unknown  header(\"h\"): \"v\"  header \"i\": \"w\" }\n"
              "expect { route: r  asks: [topic] } }") ==
      "test \"t\"\n  given\n    text: \"a\"\n    user.tier: pro\n    topic: law 0.91\n    x: unknown\n    header(\"h\"): \"v\"\n"
      "    header(\"i\"): \"w\"\n  expect\n    route: r\n    asks: [topic]\n");
  std::string steps = "scenario \"s\"\n  step\n    given\n      a: 1\n    expect\n      b: 2\n  step\n    given\n      c: 3\n    expect\n";
  CHECK(tree_of("scenario \"s\" { step { given { a: 1 } expect { b: 2 } } step { given { c: 3 } } }") == steps);
  CHECK(tree_of("scenario \"s\" { given { a: 1 } expect { b: 2 } given { c: 3 } }") == steps);
}

TEST_CASE("what the standard library declares, with its words above") {
  CHECK(tree_of("/// Counts words.\n///\n/// Fast.\nextern signal keywords(any: [text] = [], at_least: int = 1, of: text = text): bool { "
                "cost: fast }") ==
        "extern signal keywords(any: [text] = [], at_least: int = 1, of: text = text): bool\n  cost: fast\n  doc \"Counts "
        "words.\\n\\nFast.\"\n");
  CHECK(tree_of("extern input header(name: text): text { cost: free  origin: claim }") ==
        "extern input header(name: text): text\n  cost: free\n  origin: claim\n");
  CHECK(tree_of("extern slot reasoning: {off, low} { default: off }") == "extern slot reasoning: {off, low}\n  default: off\n");
  CHECK(tree_of("extern selector cheapest()") == "extern selector cheapest()\n");
  CHECK(tree_of("extern provider local") == "extern provider local\n");
}

TEST_CASE("plans are read in full") {
  for (const char* plan :
       {"probe small times 3 as p case distinct(p) { 1: answer p[0]  2: ask [a, b] as v then majority  3: ask all then judge large of v  "
        "unknown: ask c }",
        "ask small with logprobs as a accept when a.certainty >= (0.85 if session.warm else lerp(d, 0.3: 0.8, 0.7: 0.92)) else ask large",
        "repeat 3 { ask a then judge b }", "deny 503 \"x\""}) {
    CAPTURE(plan);
    CHECK(tree_of("plan p = " + std::string(plan) + "\nsignal a = b") == "plan p\nsignal a = b\n");
  }
  CHECK(test::findings_of("plan p = ask\nsignal a = b") == "E0101 2:1 expected a name or `[` after `ask`, found `signal`\n");
}

TEST_CASE("the policies of the design parse") {
  std::filesystem::path folder = std::filesystem::path(SBX_SOURCE_DIR) / "tests/unit/policies";
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    CAPTURE(entry.path());
    test::Parsed parsed(test::contents(entry.path()));
    CHECK(parsed.findings() == "");
    CHECK(parsed.tree().find("<invalid>") == std::string::npos);
    ++count;
  }
  CHECK(count == 11);
}
