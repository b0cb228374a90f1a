// SPDX-License-Identifier: Apache-2.0
// Above each test: run it. Above each finding with a request: show that.
#include "compiler/lsp/answers.h"

namespace sbx::lsp {
namespace {

Json lens(const Snapshot& snapshot, Span span, const char* title, const char* command, Json arguments) {
  Json json = {{"range", snapshot.range(span)}};
  json["command"] = {{"title", title}, {"command", command}, {"arguments", std::move(arguments)}};
  return json;
}

}  // namespace

Json list_code_lenses(const Asked& asked, const Json&) {
  const Snapshot& snapshot = asked.snapshot;
  Json list = Json::array();
  for (const sema::Policy& policy : snapshot.checked.policies) {
    for (const sema::Test& test : policy.tests) {
      if (test.span.file != snapshot.file) continue;
      list.push_back(
          lens(snapshot, {test.span.file, test.span.begin, test.span.begin}, "run", kRunTest, {snapshot.uri, test.title, policy.name}));
    }
  }
  for (const Diagnostic& finding : snapshot.checked.diags.all()) {
    if (finding.suppressed || !finding.witness || finding.span.file != snapshot.file) continue;
    Json position = to_json(snapshot.lines.position(finding.span.begin));
    list.push_back(lens(snapshot, {finding.span.file, finding.span.begin, finding.span.begin}, "show the request", kShowWitness,
                        {snapshot.uri, std::move(position)}));
  }
  return list;
}

}  // namespace sbx::lsp
