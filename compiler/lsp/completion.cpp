// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "compiler/lsp/answers.h"
#include "compiler/lsp/candidates.h"

namespace sbx::lsp {
namespace {

Json item_json(const Item& item, const Json& range, const Client& client) {
  Json json = {{"label", item.label}, {"kind", static_cast<int>(item.kind)}};
  if (!item.detail.empty()) json["detail"] = item.detail;
  if (!item.documentation.empty()) json["documentation"] = item.documentation;
  const bool is_snippet = item.is_call && client.knows_snippets;
  if (is_snippet) json["insertTextFormat"] = 2;
  json["textEdit"] = {{"range", range}, {"newText", item.label + (is_snippet ? "($0)" : "")}};
  return json;
}

}  // namespace

Json complete(const Asked& asked, const Json& params) {
  const Snapshot& snapshot = asked.snapshot;
  const uint32_t byte = snapshot.byte(params);
  const Context context = context_at(snapshot, byte);
  const Json range = snapshot.lines.range(context.begin, byte);
  Json items = Json::array();
  std::set<std::string> seen;
  for (const Item& item : Candidates(snapshot, snapshot.unit_at(byte)).list(context)) {
    if (seen.insert(item.label).second) items.push_back(item_json(item, range, asked.client));
  }
  return {{"isIncomplete", false}, {"items", std::move(items)}};
}

}  // namespace sbx::lsp
