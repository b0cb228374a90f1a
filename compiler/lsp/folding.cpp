// SPDX-License-Identifier: Apache-2.0
// What can be folded: brackets over several lines, and runs of comments.
#include "compiler/lsp/answers.h"
#include "compiler/syntax/tokens.h"

namespace sbx::lsp {
namespace {

using syntax::Token;
using syntax::TokenKind;

bool is_comment(const Token& token) { return token.kind == TokenKind::Comment || token.kind == TokenKind::DocComment; }

void add(uint32_t first, uint32_t last, const char* kind, Json& folds) {
  if (last <= first) return;
  Json fold = {{"startLine", first}, {"endLine", last}};
  if (kind) fold["kind"] = kind;
  folds.push_back(std::move(fold));
}

}  // namespace

Json list_folds(const Asked& asked, const Json&) {
  const Snapshot& snapshot = asked.snapshot;
  Diagnostics ignored;
  const std::vector<Token> tokens = syntax::lex(snapshot.checked.sources, snapshot.file, ignored).tokens;
  const auto line = [&](uint32_t byte) { return snapshot.lines.position(byte).line; };
  Json folds = Json::array();
  std::vector<uint32_t> open;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (syntax::is_open(tokens[i].kind)) open.push_back(line(tokens[i].span.begin));
    if (syntax::is_close(tokens[i].kind) && !open.empty()) {
      const uint32_t last = line(tokens[i].span.begin);
      add(open.back(), last == 0 ? 0 : last - 1, nullptr, folds);  // the line that closes stays in sight
      open.pop_back();
    }
    if (!is_comment(tokens[i]) || !tokens[i].first_on_line) continue;
    const uint32_t first = line(tokens[i].span.begin);
    while (i + 1 < tokens.size() && is_comment(tokens[i + 1]) && line(tokens[i + 1].span.begin) == line(tokens[i].span.begin) + 1) ++i;
    add(first, line(tokens[i].span.begin), "comment", folds);
  }
  return folds;
}

}  // namespace sbx::lsp
