// SPDX-License-Identifier: Apache-2.0
// What loading came to, as documents.
#include <nlohmann/json.hpp>

#include "runtime/embed/router.h"

namespace sbx::embed {

namespace {

using Json = nlohmann::ordered_json;

Json policy_json(const std::shared_ptr<Generation>& generation) {
  if (!generation) return nullptr;
  const Manifest& manifest = generation->manifest();
  return {{"name", manifest.name}, {"revision", manifest.revision}, {"file", manifest.file}};
}

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string load_json(const LoadReport& report) {
  Json json{{"schema", "signalbox.load/1"}, {"loaded", report.in_force}};
  json["generation"] = report.in_force ? Json(report.loaded->number) : Json(nullptr);
  json["policy"] = policy_json(report.loaded);
  json["error"] = report.error ? Json{{"code", report.error->code}, {"message", report.error->message}} : Json(nullptr);
  json["check"] = report.check.empty() ? Json(nullptr) : Json::parse(report.check, nullptr, false);
  return dumped(json);
}

std::string load_text(const LoadReport& report) {
  const bool told = report.error && report.findings.find("error[" + report.error->code + "]") != std::string::npos;
  if (!report.error || told) return report.findings;
  return report.findings + "error[" + report.error->code + "]: " + report.error->message + "\n";
}

std::string status_json(const Router& router) {
  const std::shared_ptr<Generation> current = router.current();
  Json json{{"schema", "signalbox.status/1"}};
  json["generation"] = current ? Json(current->number) : Json(nullptr);
  json["policy"] = policy_json(current);
  json["needs_body"] = current ? Json(current->needs_body()) : Json(nullptr);
  json["compiler"] = has_compiler();
  json["alive"] = router.alive();
  return dumped(json);
}

}  // namespace sbx::embed
