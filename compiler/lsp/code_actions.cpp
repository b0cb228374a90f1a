// SPDX-License-Identifier: Apache-2.0
// The fixes that findings offer.
#include "compiler/lsp/answers.h"
#include "compiler/lsp/publish.h"

namespace sbx::lsp {
namespace {

bool is_wanted(const Json& params) {
  const Json only = params.value("/context/only"_json_pointer, Json());
  if (!only.is_array()) return true;
  for (const Json& kind : only) {
    if (kind == "quickfix" || kind == "") return true;
  }
  return false;
}

Json edit_json(const Snapshot& snapshot, const Fix& fix) {
  Json changes = Json::object();
  for (const Edit& edit : fix.edits) {
    const Json place = snapshot.location(edit.span);
    changes[place["uri"].get<std::string>()].push_back({{"range", place["range"]}, {"newText", edit.text}});
  }
  return {{"changes", std::move(changes)}};
}

Json action(const Snapshot& snapshot, const Diagnostic& finding, const Fix& fix, bool is_preferred) {
  Json json = {{"title", fix.title}, {"kind", "quickfix"}};
  json["diagnostics"] = Json::array({diagnostic_json(snapshot, finding, "")});
  json["isPreferred"] = is_preferred;
  json["edit"] = edit_json(snapshot, fix);
  return json;
}

}  // namespace

Json list_code_actions(const Asked& asked, const Json& params) {
  const Snapshot& snapshot = asked.snapshot;
  Json list = Json::array();
  if (!is_wanted(params)) return list;
  const Json& range = params.at("range");
  const uint32_t begin = snapshot.lines.byte(position_in(range.at("start"))), end = snapshot.lines.byte(position_in(range.at("end")));
  for (const Diagnostic& finding : snapshot.checked.diags.all()) {
    if (finding.suppressed || finding.span.file != snapshot.file || finding.span.end < begin || end < finding.span.begin) continue;
    for (size_t i = 0; i < finding.fixes.size(); ++i)
      list.push_back(action(snapshot, finding, finding.fixes[i], finding.fixes.size() == 1));
    if (!finding.witness) continue;
    Json json = {{"title", "show the request"}, {"kind", "quickfix"}};
    json["command"] = {{"title", "show the request"}, {"command", kShowWitness}};
    json["command"]["arguments"] = {snapshot.uri, to_json(snapshot.lines.position(finding.span.begin))};
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace sbx::lsp
