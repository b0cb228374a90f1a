// SPDX-License-Identifier: Apache-2.0
// signalbox.h: routers and reports.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/embed/c_handles.h"
#include "runtime/embed/c_views.h"
#include "runtime/embed/inspect.h"
#include "runtime/program/signature.h"
#include "runtime/source/read_file.h"

using namespace sbx;
using namespace sbx::embed;

namespace {

sbx_status status_of(const std::optional<Error>& error) {
  if (!error) return SBX_OK;
  if (error->code == "R0701" || error->code == "R0702") return SBX_UNREADABLE;
  return error->code == "R0759" ? SBX_NOT_SUPPORTED : SBX_REJECTED;
}

std::optional<LoadRequest> read_options(const sbx_load_options* given) {
  const std::optional<sbx_load_options> known = known_part(given);
  if (!known) return std::nullopt;
  LoadRequest request{.path = optional_text(known->path),
                      .text = optional_text(known->source),
                      .object = optional_text(known->object),
                      .name = std::string(view(known->name)),
                      .policy = std::string(view(known->policy)),
                      .stdlib = std::string(view(known->stdlib)),
                      .object_options = {.public_key = std::string(view(known->public_key)),
                                         .signature = std::string(view(known->signature)),
                                         .revision = std::string(view(known->revision))},
                      .require_signature = known->require_signature != 0,
                      .dry_run = known->dry_run != 0};
  const int sources = int{request.path.has_value()} + int{request.text.has_value()} + int{request.object.has_value()};
  return sources == 1 ? std::optional(std::move(request)) : std::nullopt;
}

/// Gives the report to the caller, if he wants one.
sbx_status conclude(sbx_status status, std::string text, std::string json, sbx_report** out) {
  if (out != nullptr) *out = new sbx_report{std::move(text), std::move(json)};
  return status;
}

bool is_between_0_and_1(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  return found == json.end() || found->is_null() || (found->is_number() && *found >= 0 && *found <= 1);
}

bool is_amount(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  return found == json.end() || found->is_null() || (found->is_number() && *found >= 0);
}

}  // namespace

extern "C" {

uint32_t sbx_version(void) { return SBX_EMBED_VERSION; }
int32_t sbx_has_compiler(void) { return has_compiler() ? 1 : 0; }

sbx_router* sbx_router_new(void) {
  sbx_router* made = nullptr;
  (void)guarded([&] {
    made = new sbx_router;
    return sbx_status{SBX_OK};
  });
  return made;
}

void sbx_router_free(sbx_router* router) { delete router; }

sbx_status sbx_router_load(sbx_router* router, const sbx_load_options* options, sbx_report** report) {
  if (report != nullptr) *report = nullptr;
  return guarded([&]() -> sbx_status {
    const std::optional<LoadRequest> request = read_options(options);
    if (router == nullptr || !request) return SBX_INVALID;
    if (request->require_signature && request->object_options.public_key.empty()) return SBX_INVALID;
    const LoadReport loaded = router->router.load(*request);
    return conclude(status_of(loaded.error), load_text(loaded), load_json(loaded), report);
  });
}

sbx_status sbx_router_status(sbx_router* router, sbx_report** report) {
  if (report == nullptr) return SBX_INVALID;
  *report = nullptr;
  return guarded([&]() -> sbx_status {
    if (router == nullptr) return SBX_INVALID;
    return conclude(SBX_OK, "", status_json(router->router), report);
  });
}

sbx_status sbx_inspect(const sbx_load_options* options, sbx_report** report) {
  if (report == nullptr) return SBX_INVALID;
  *report = nullptr;
  return guarded([&]() -> sbx_status {
    const std::optional<LoadRequest> request = read_options(options);
    if (!request || request->text) return SBX_INVALID;
    const auto refused = [&](const Error& error) {
      const LoadReport failed{.error = error};
      return conclude(status_of(error), load_text(failed), load_json(failed), report);
    };
    Result<std::string> bytes = request->path ? read_file(*request->path) : Result<std::string>(*request->object);
    if (!bytes) return refused(bytes.error());
    std::optional<std::string> signature;
    if (!request->object_options.signature.empty()) signature = request->object_options.signature;
    if (!signature && request->path) {
      Result<std::optional<std::string>> beside = find_signature(*request->path);
      if (!beside) return refused(beside.error());
      signature = std::move(*beside);
    }
    const Result<Inspection> inspection = inspect(*bytes, signature, request->object_options.public_key);
    if (!inspection) return refused(inspection.error());
    return conclude(SBX_OK, inspection_text(*inspection), inspection_json(*inspection), report);
  });
}

sbx_text sbx_report_text(const sbx_report* report) { return report == nullptr ? kAbsent : text_of(report->text); }
sbx_text sbx_report_json(const sbx_report* report) { return report == nullptr ? kAbsent : text_of(report->json); }
void sbx_report_free(sbx_report* report) { delete report; }

sbx_status sbx_feedback(sbx_router* router, sbx_text json) {
  return guarded([&]() -> sbx_status {
    const auto document = nlohmann::json::parse(view(json), nullptr, false);
    if (router == nullptr || !document.is_object() || !document.contains("decision") || !document["decision"].is_string())
      return SBX_INVALID;
    if (!is_between_0_and_1(document, "quality") || !is_amount(document, "cost_usd") || !is_amount(document, "latency_ms"))
      return SBX_INVALID;
    if (const auto outcome = document.find("outcome"); outcome != document.end() && !outcome->is_null()) {
      constexpr std::string_view kOutcomes[] = {"ok", "malformed", "refused", "timeout", "error"};
      if (!outcome->is_string() || std::ranges::find(kOutcomes, outcome->get_ref<const std::string&>()) == std::end(kOutcomes))
        return SBX_INVALID;
    }
    return SBX_NOT_SUPPORTED;  // learned state comes with a later version
  });
}

}  // extern "C"
