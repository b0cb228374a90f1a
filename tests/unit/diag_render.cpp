// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "runtime/diag/render.h"

using namespace sbx;

namespace {

Span find(const SourceSet& sources, FileId file, std::string_view text) {
  auto at = static_cast<uint32_t>(sources[file].text.find(text));
  return {file, at, at + static_cast<uint32_t>(text.size())};
}

}  // namespace

TEST_CASE("a finding shows its line, its labels and what to do") {
  SourceSet sources;
  FileId file = sources.add("p.sbx", "signal urgent = keywords()\nroute a when urgnt { }\n");
  Diagnostics diags;
  diags.report(Kind::UnknownName, find(sources, file, "urgnt"), "unknown name `urgnt`")
      .at_span("not declared")
      .label(find(sources, file, "urgent"), "`urgent` is declared here")
      .note("names are case-sensitive")
      .help("did you mean `urgent`?")
      .fix("write `urgent`", {{find(sources, file, "urgnt"), "urgent"}});
  CHECK(render(diags.all()[0], sources) == R"(error[E0201]: unknown name `urgnt`
 --> p.sbx:2:14
  |
1 | signal urgent = keywords()
  |        ------ `urgent` is declared here
2 | route a when urgnt { }
  |              ^^^^^ not declared
  = note: names are case-sensitive
  = help: did you mean `urgent`?
2 | route a when urgent { }
  |              ++++++
)");
}

TEST_CASE("labels of one line hang below it, gaps are skipped, other files follow") {
  SourceSet sources;
  FileId file = sources.add("a.sbx", "one two three\n2\n3\n4\nfive\n");
  FileId other = sources.add("b.sbx", "elsewhere\n");
  Diagnostics diags;
  diags.report(Kind::TypeMismatch, find(sources, file, "three"), "m")
      .at_span("c")
      .label(find(sources, file, "one"), "a")
      .label(find(sources, file, "two"), "b")
      .label(find(sources, file, "five"), "e")
      .label(find(sources, other, "where"), "o");
  CHECK(render(diags.all()[0], sources) == R"(error[E0301]: m
 --> a.sbx:1:9
  |
1 | one two three
  | --- --- ^^^^^ c
  | |   |
  | |   b
  | a
...
5 | five
  | ---- e
 ::: b.sbx:1:5
  |
1 | elsewhere
  |     ----- o
)");
}

TEST_CASE("tabs, wide and combining characters keep the underline below its text") {
  SourceSet sources;
  FileId file = sources.add("w.sbx", "\t中文 e\xCC\x81 x\x01y\n");
  Diagnostics diags;
  diags.report(Kind::UnknownName, find(sources, file, "x\x01y"), "m");
  CHECK(render(diags.all()[0], sources) ==
        "error[E0201]: m\n --> w.sbx:1:8\n  |\n1 |     中文 e\xCC\x81 x\xE2\x90\x81y\n  |            ^^^\n");
}

TEST_CASE("a very long line is shown through a window, and no place at all is fine") {
  SourceSet sources;
  FileId file = sources.add("l.sbx", std::string(1'000'000, 'a') + "HERE" + std::string(1'000'000, 'b'));
  Diagnostics diags;
  diags.report(Kind::UnknownName, find(sources, file, "HERE"), "m").at_span("this");
  std::string text = render(diags.all()[0], sources);
  CHECK(text.size() < 1000);
  CHECK(text.find("aHEREb") != std::string::npos);
  CHECK(text.find("^^^^ this") != std::string::npos);

  diags.report(Kind::CannotRead, {}, "cannot read `x`").help("check the path");
  CHECK(render(diags.all()[1], sources) == "error[R0701]: cannot read `x`\n  = help: check the path\n");
}

TEST_CASE("a place at the end of the file and invalid UTF-8 do not stop the renderer") {
  SourceSet sources;
  FileId file = sources.add("e.sbx", "abc\xFF\xFE\n");
  Diagnostics diags;
  diags.report(Kind::UnexpectedToken, {file, 6, 6}, "end");
  diags.report(Kind::UnexpectedToken, {file, 3, 4}, "byte");
  CHECK(render(diags.all()[0], sources) == "error[E0101]: end\n --> e.sbx:2:1\n  |\n2 |\n  | ^\n");
  CHECK(render(diags.all()[1], sources).find("\xEF\xBF\xBD") != std::string::npos);
}

TEST_CASE("only near names are offered") {
  CHECK(did_you_mean("urgnt", {"urgent", "agent"}) == "urgent");
  CHECK(did_you_mean("tpoic", {"topic", "tokens"}) == "topic");
  CHECK(did_you_mean("Topic", {"topic"}) == "topic");
  CHECK(did_you_mean("привт", {"привет"}) == "привет");
  CHECK(did_you_mean("xyz", {"topic", "a"}) == "");
  CHECK(did_you_mean("ab", {"ac"}) == "");
}

TEST_CASE("findings sort by place and lose exact duplicates") {
  SourceSet sources;
  FileId file = sources.add("s.sbx", "abcdef");
  Diagnostics diags;
  diags.report(Kind::TypeMismatch, {file, 3, 4}, "b");
  diags.report(Kind::UnknownName, {file, 1, 2}, "a");
  diags.report(Kind::TypeMismatch, {file, 3, 4}, "b");
  diags.sort();
  REQUIRE(diags.all().size() == 2);
  CHECK(diags.all()[0].message == "a");
  CHECK(diags.count(Severity::Error) == 2);
}
