// SPDX-License-Identifier: Apache-2.0
#include "compiler/lsp/publish.h"

#include <filesystem>
#include <map>

#include "compiler/lsp/uri.h"
#include "compiler/witness/brief_request.h"

namespace sbx::lsp {
namespace {

enum class Tag : int { Unnecessary = 1 };

int severity_number(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return 1;
    case Severity::Warning:
      return 2;
    case Severity::Note:
      return 3;
  }
  return 3;
}

/// What never decides anything is shown faded.
bool is_unnecessary(Kind kind) {
  return kind == Kind::Contradiction || kind == Kind::Shadowed || kind == Kind::Unreachable || kind == Kind::Tautology ||
         kind == Kind::Unused || kind == Kind::UselessOver || kind == Kind::Redundant;
}

std::string whole_message(const Diagnostic& finding) {
  std::string text = finding.message;
  if (!finding.label.empty()) text += "\n" + finding.label;
  for (const std::string& note : finding.notes) text += "\nnote: " + note;
  for (const std::string& help : finding.help) text += "\nhelp: " + help;
  return text;
}

std::string fires(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "no route or rule holds on it" : "on it hold: " + text;
}

Json related(const Snapshot& snapshot, const Diagnostic& finding) {
  Json list = Json::array();
  for (const Label& label : finding.labels) {
    if (label.span.valid()) list.push_back({{"location", snapshot.location(label.span)}, {"message", label.message}});
  }
  if (finding.witness) {
    list.push_back({{"location", snapshot.location(finding.span)},
                    {"message", "a request that shows it: " + witness::brief_request(finding.witness->request) + " (" +
                                    fires(finding.witness->fires) + ")"}});
  }
  return list;
}

/// One for each file that is used and has findings of its own, at the `use`.
void add_of_used_files(const Snapshot& snapshot, const std::string& pages, Json& list) {
  std::map<FileId, std::vector<const Diagnostic*>> elsewhere;
  for (const Diagnostic& one : snapshot.checked.diags.all()) {
    if (!one.suppressed && one.span.valid() && one.span.file != snapshot.file) elsewhere[one.span.file].push_back(&one);
  }
  for (const auto& [file, found] : elsewhere) {
    Json json = diagnostic_json(snapshot, *found.front(), pages);
    Span at{snapshot.file, 0, 0};
    for (const NameUse& name : snapshot.names()) {
      if (name.kind == NameKind::Unit && !name.is_declaration && name.unit->file == file && name.span.file == snapshot.file) at = name.span;
    }
    json["range"] = snapshot.range(at);
    json["message"] = "in `" + std::filesystem::path(snapshot.checked.sources[file].path).filename().string() +
                      "`: " + found.front()->message + (found.size() > 1 ? " (and " + std::to_string(found.size() - 1) + " more)" : "");
    json["relatedInformation"] = Json::array();
    for (const Diagnostic* one : found)
      json["relatedInformation"].push_back({{"location", snapshot.location(one->span)}, {"message", one->message}});
    list.push_back(std::move(json));
  }
}

}  // namespace

Json diagnostic_json(const Snapshot& snapshot, const Diagnostic& finding, const std::string& pages) {
  const KindRow& kind = row(finding.kind);
  Json json;
  json["range"] = snapshot.range(finding.span);
  json["severity"] = severity_number(finding.severity);
  json["code"] = kind.code;
  if (!pages.empty()) json["codeDescription"] = {{"href", uri_of(pages + "/" + std::string(kind.code) + ".md")}};
  json["source"] = "signalbox";
  json["message"] = whole_message(finding);
  if (is_unnecessary(finding.kind)) json["tags"] = {static_cast<int>(Tag::Unnecessary)};
  json["relatedInformation"] = related(snapshot, finding);
  json["data"] = {{"name", kind.name}, {"policy", finding.policy}, {"rules", finding.rules}, {"blockers", finding.blockers}};
  json["data"]["request"] = finding.witness ? Json::parse(witness::short_request(finding.witness->request)) : Json(nullptr);
  return json;
}

Json diagnostics_json(const Snapshot& snapshot, const std::string& pages) {
  Json list = Json::array();
  for (const Diagnostic& one : snapshot.checked.diags.all()) {
    if (one.suppressed) continue;
    if (!one.span.valid() || one.span.file == snapshot.file) list.push_back(diagnostic_json(snapshot, one, pages));
  }
  add_of_used_files(snapshot, pages, list);
  return list;
}

}  // namespace sbx::lsp
