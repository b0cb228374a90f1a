// SPDX-License-Identifier: Apache-2.0
// The formatter's text as edits of the lines that change, so that the cursor stays where it is.
#include "compiler/format/format.h"

#include <algorithm>

#include "compiler/lsp/answers.h"

namespace sbx::lsp {
namespace {

/// Lines with their endings.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

size_t bytes_of(const std::vector<std::string_view>& lines, size_t count) {
  size_t bytes = 0;
  for (size_t i = 0; i < count; ++i) bytes += lines[i].size();
  return bytes;
}

}  // namespace

Json format_document(const Asked& asked, const Json&) {
  const Snapshot& snapshot = asked.snapshot;
  SourceSet sources;
  Diagnostics diags;
  Result<std::string> after = format::format(sources, sources.add(snapshot.path, snapshot.text()), diags);
  if (!after) return nullptr;  // what is wrong with the text is published
  const std::string& before = snapshot.text();
  Json edits = Json::array();
  if (*after == before) return edits;
  const std::vector<std::string_view> old = lines_of(before), now = lines_of(*after);
  const size_t most = std::min(old.size(), now.size());
  size_t head = 0, tail = 0;
  while (head < most && old[head] == now[head]) ++head;
  while (tail < most - head && old[old.size() - 1 - tail] == now[now.size() - 1 - tail]) ++tail;
  const auto begin = static_cast<uint32_t>(bytes_of(old, head)), end = static_cast<uint32_t>(bytes_of(old, old.size() - tail));
  const size_t from = bytes_of(now, head), until = bytes_of(now, now.size() - tail);
  edits.push_back({{"range", snapshot.lines.range(begin, end)}, {"newText", after->substr(from, until - from)}});
  return edits;
}

}  // namespace sbx::lsp
