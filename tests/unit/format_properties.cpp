// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "compiler/format/format.h"
#include "compiler/syntax/tokens.h"
#include "tests/unit/syntax_support.h"

using namespace sbx;

namespace {

std::string formatted(const std::string& text) {
  SourceSet sources;
  Diagnostics diags;
  FileId file = sources.add("test.sbx", text);
  Result<std::string> result = format::format(sources, file, diags);
  REQUIRE_MESSAGE(result.ok(), result.error().message);
  return *result;
}

std::vector<std::string> comments(const std::string& text) {
  SourceSet sources;
  Diagnostics diags;
  FileId file = sources.add("test.sbx", text);
  std::vector<std::string> found;
  for (const syntax::Token& token : syntax::lex(sources, file, diags).tokens) {
    if (token.kind != syntax::TokenKind::Comment && token.kind != syntax::TokenKind::DocComment) continue;
    std::string comment(sources.text(token.span));
    comment.erase(comment.find_last_not_of(" \t") + 1);
    found.push_back(comment);
  }
  return found;
}

void check_properties(const std::string& text) {
  test::Parsed before(text);
  if (before.diags.has_errors()) return;
  std::string once = formatted(text);
  test::Parsed after(once);
  CHECK(after.findings() == "");
  CHECK(after.tree({.spans = false, .parentheses = false}) == before.tree({.spans = false, .parentheses = false}));
  CHECK(formatted(once) == once);
  CHECK(comments(once) == comments(text));
}

/// The same tokens with other space and comments between them; line breaks only where `breaks`.
std::string scrambled(const std::string& text, std::mt19937& random) {
  SourceSet sources;
  Diagnostics diags;
  FileId file = sources.add("test.sbx", text);
  static const char* const kGaps[] = {" ", "   ", "\n", "\n\n\n", "\t", " // c\n", "\n  //d \n ", "\r\n"};
  std::string result;
  for (const syntax::Token& token : syntax::lex(sources, file, diags).tokens) {
    if (token.kind == syntax::TokenKind::Comment || token.kind == syntax::TokenKind::DocComment) continue;
    result += sources.text(token.span);
    result += kGaps[random() % std::size(kGaps)];
  }
  return result;
}

}  // namespace

TEST_CASE("formatting keeps meaning and comments, and is done after once: every policy we have") {
  size_t count = 0;
  for (const auto& path : test::all_policies()) {
    CAPTURE(path);
    check_properties(test::contents(path));
    ++count;
  }
  CHECK(count >= 11);
}

TEST_CASE("the same, whatever the space and comments between the tokens") {
  std::mt19937 random(7);
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(SBX_SOURCE_DIR) / "tests/unit/policies")) {
    CAPTURE(entry.path());
    for (int round = 0; round < 10; ++round) check_properties(scrambled(test::contents(entry.path()), random));
  }
}
