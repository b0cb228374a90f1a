// SPDX-License-Identifier: Apache-2.0
// What a name is; of a finding the request that shows it, of a requirement that it is proved.
#include "compiler/lsp/answers.h"
#include "compiler/lsp/describe.h"
#include "compiler/witness/brief_request.h"

namespace sbx::lsp {
namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "`" : ", `") + name + "`";
  return text;
}

std::string describe_witness(const Diagnostic& finding) {
  const Json request = Json::parse(witness::short_request(finding.witness->request));
  std::string text = "**" + std::string(row(finding.kind).code) + "** " + finding.message + "\n\nA request that shows it:\n```json\n";
  text += request.dump(2, ' ', false, Json::error_handler_t::replace);
  text += "\n```\n";
  return finding.witness->fires.empty() ? text + "No route or rule holds on it.\n"
                                        : text + "On it hold " + listed(finding.witness->fires) + ".\n";
}

std::string describe_proved(const Proved& proved) {
  return "`" + proved.text + "` " + (proved.level == Level::Proved ? "holds for every request.\n" : "holds, as far as its readings are known.\n");
}

}  // namespace

Json hover(const Asked& asked, const Json& params) {
  const Snapshot& snapshot = asked.snapshot;
  const uint32_t byte = snapshot.byte(params);
  const NameUse* name = snapshot.name_at(byte);
  std::string text = name ? describe(snapshot, *name) : "";
  for (const Diagnostic* finding : snapshot.findings_at(byte)) {
    if (finding->witness) text += (text.empty() ? "" : "\n---\n") + describe_witness(*finding);
  }
  for (const Proved& proved : snapshot.checked.diags.proved()) {
    if (proved.span.file == snapshot.file && proved.span.begin <= byte && byte <= proved.span.end) text += (text.empty() ? "" : "\n---\n") + describe_proved(proved);
  }
  if (text.empty()) return nullptr;
  Json result = {{"contents", {{"kind", asked.client.reads_markdown ? "markdown" : "plaintext"}, {"value", text}}}};
  if (name) result["range"] = snapshot.range(name->span);
  return result;
}

}  // namespace sbx::lsp
