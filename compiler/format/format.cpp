// SPDX-License-Identifier: Apache-2.0
// Lay out, read again, compare: the text is handed out only if it says the same.
#include "compiler/format/format.h"

#include <utility>
#include <vector>

#include "compiler/format/lines.h"
#include "compiler/syntax/layout.h"
#include "compiler/syntax/print.h"

namespace sbx::format {
namespace {

using syntax::Layout;
using syntax::TokenKind;

/// Every token's text in order, the parentheses we mean to add included, comments without their trailing space.
std::vector<std::string> texts(const SourceSet& sources, const Layout& layout) {
  std::vector<std::string> result;
  for (size_t i = 0; i < layout.tokens.size(); ++i) {
    result.insert(result.end(), layout.roles[i].open_before, "(");
    std::string text(sources.text(layout.tokens[i].span));
    bool comment = layout.tokens[i].kind == TokenKind::Comment || layout.tokens[i].kind == TokenKind::DocComment;
    while (comment && (text.back() == ' ' || text.back() == '\t')) text.pop_back();
    result.push_back(std::move(text));
    result.insert(result.end(), layout.roles[i].close_after, ")");
  }
  return result;
}

std::string meaning(const Layout& layout) { return syntax::print(layout.file, {.spans = false, .parentheses = false}); }

bool says_the_same(const SourceSet& sources, const Layout& layout, const std::string& text) {
  SourceSet again;
  FileId file = again.add("formatted", text);
  Diagnostics diags;
  std::optional<Layout> second = syntax::layout_of(again, file, diags);
  return second && texts(again, *second) == texts(sources, layout) && meaning(*second) == meaning(layout) &&
         lay_out(again, *second) == text;
}

}  // namespace

Result<std::string> format(const SourceSet& sources, FileId file, Diagnostics& diags) {
  std::optional<Layout> layout = syntax::layout_of(sources, file, diags);
  if (!layout)
    return Error{std::string(row(diags.all().front().kind).code), "`" + sources[file].path + "` has syntax errors and is left as it is"};
  std::string text = lay_out(sources, *layout);
  if (!says_the_same(sources, *layout, text)) {
    return Error{"R0702", "formatting would change the meaning of `" + sources[file].path + "`, which is a bug: it is left as it is"};
  }
  return text;
}

}  // namespace sbx::format
