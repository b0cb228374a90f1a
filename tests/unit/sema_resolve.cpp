// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "compiler/sema/catalog.h"
#include "compiler/sema/csv.h"
#include "compiler/sema/print.h"
#include "compiler/sema/resolve.h"
#include "compiler/syntax/parse.h"

using namespace sbx;

namespace {

struct Resolved {
  Diagnostics diags;
  std::vector<sema::Policy> policies;

  [[nodiscard]] std::vector<std::string> codes() const {
    std::vector<std::string> codes;
    for (const Diagnostic& one : diags.all()) codes.emplace_back(row(one.kind).code);
    return codes;
  }
};

Resolved resolve(const std::string& text) {
  static const Result<sema::Catalog> catalog = sema::load_catalog(std::string(SBX_SOURCE_DIR) + "/stdlib");
  REQUIRE(catalog.ok());
  Resolved result;
  SourceSet sources;
  std::vector<ast::File> files{syntax::parse(sources, sources.add("test.sbx", text), result.diags)};
  sema::load_modules(sources, files, *catalog, result.diags);
  result.policies = sema::resolve(sources, files, 1, *catalog, result.diags);
  return result;
}

const std::string kHead = "policy p serves \"auto\"\nmodel small { provider: local  name: \"small\" }\n";
const std::string kTail = "otherwise { model = small }\n";

}  // namespace

TEST_CASE("the meaning of a policy does not depend on its layout, comments or tests") {
  std::string dense = kHead +
                      "signal urgent = keywords(any: [\"now\"])\nroute a when urgent and tokens > 1k { model = small log = bodies(first: "
                      "2KiB, keep: 5) }\n" +
                      kTail;
  std::string airy = kHead +
                     "// words\nsignal urgent = keywords( any:  [\"now\"] )\n\nroute a\n  when (urgent) and tokens > 1000 {\n    model = "
                     "small\n    log = bodies( first: 2048,  keep: 5 )\n}\n" +
                     kTail + "test \"t\" { given { text: \"x\" } expect { route: otherwise } }\n";
  CHECK(sema::meaning_text(resolve(dense).policies.at(0)) == sema::meaning_text(resolve(airy).policies.at(0)));
  std::string other = kHead +
                      "signal urgent = keywords(any: [\"now\"])\nroute a when urgent and tokens > 1001 { model = small log = bodies(first: "
                      "2KiB, keep: 5) }\n" +
                      kTail;
  CHECK(sema::meaning_text(resolve(dense).policies.at(0)) != sema::meaning_text(resolve(other).policies.at(0)));
}

TEST_CASE("all errors of a file come in one run, without followers") {
  Resolved broken =
      resolve(kHead + "signal a = keywords(some: [\"x\"])\nsignal b = a and tokns > 1\nroute r when b { model = smal }\n" + kTail);
  CHECK(broken.codes() == std::vector<std::string>{"E0306", "E0201", "E0201"});
}

TEST_CASE("a label that `or else` names joins the labels and stands for none") {
  Resolved good = resolve(
      kHead + "signal topic = nearest({ math: [\"sum\"], law: [\"court\"] }) or else other\nroute r when topic is law { model = small }\n" +
      kTail);
  REQUIRE(good.codes().empty());
  for (const sema::Symbol& symbol : good.policies[0].symbols) {
    if (symbol.name == "topic") CHECK(symbol.type.members == std::vector<std::string>{"math", "law", "other"});
  }
}

TEST_CASE("a strict guard may ask whether a reading is known") {
  std::string head = kHead + "input risk: probability from header(\"x\") verified\n";
  CHECK(resolve(head + "strict tier s { route r when risk >= 0.5 { deny 403 \"x\" } }\n" + kTail).codes() ==
        std::vector<std::string>{"E0314"});
  CHECK(resolve(head + "strict tier s { route r when not risk? or risk >= 0.5 { deny 403 \"x\" } }\n" + kTail).codes().empty());
}

TEST_CASE("a chain of signals in any order of the text ends in a finding, never in a crash") {
  std::string chain = kHead;
  for (int i = 0; i < 5000; ++i) chain += "signal s" + std::to_string(i) + " = s" + std::to_string(i + 1) + " or tokens > 1\n";
  chain += "signal s5000 = tokens > 1\nroute r when s0 { model = small }\n" + kTail;
  CHECK(resolve(chain).codes() == std::vector<std::string>{"E0412"});
}

TEST_CASE("10,000 lines with 5,000 routes resolve without findings") {
  std::string text = kHead + "tier t {\n";
  for (int i = 0; i < 5000; ++i) text += "  route r" + std::to_string(i) + " when tokens > " + std::to_string(i) + " { model = small }\n";
  for (int i = 1; i < 5000; ++i) text += "  r" + std::to_string(i) + " over r" + std::to_string(i - 1) + "\n";
  Resolved good = resolve(text + "}\n" + kTail);
  CHECK(good.codes().empty());
  CHECK(good.policies.at(0).routes.size() == 5000);
}

TEST_CASE("comma-separated values keep quotes, line breaks and empty cells") {
  auto rows = sema::parse_csv("a,b\r\n\"x, \"\"y\"\"\",\n\n\"two\nlines\",z");
  REQUIRE(rows.ok());
  REQUIRE(rows->size() == 3);
  CHECK((*rows)[1].cells == std::vector<std::string>{"x, \"y\"", ""});
  CHECK((*rows)[2].cells == std::vector<std::string>{"two\nlines", "z"});
  CHECK(!sema::parse_csv("a,\"b").ok());
}
