// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/admin.h"

#include <dirent.h>
#include <sys/resource.h>

#include <nlohmann/json.hpp>

#include "runtime/gateway/identity.h"
#include "runtime/observe/status_page.h"

namespace sbx::gateway {

namespace {

using Json = nlohmann::ordered_json;

uint64_t open_files() {
  uint64_t count = 0;
  if (DIR* folder = ::opendir("/proc/self/fd")) {
    while (::readdir(folder) != nullptr) ++count;
    ::closedir(folder);
  }
  return count > 3 ? count - 3 : 0;  // `.`, `..` and the folder itself
}

http::Response fault(int status, std::string_view message) {
  return http::json(status, Json{{"error", {{"code", nullptr}, {"message", message}}}}.dump());
}

http::Response status_answer(const Serving& serving, const Standing& standing) {
  Json endpoints = Json::array();
  for (const auto& [id, provider] : serving.providers) {
    for (const auto& endpoint : provider->endpoints())
      endpoints.push_back({{"provider", id}, {"url", endpoint->name()}, {"state", endpoint->circuit().is_open() ? "open" : "closed"}});
  }
  const state::StoreStatus store = serving.store->status();
  const Json stored{{"kind", store.kind}, {"good", store.is_good}, {"trouble", store.trouble.empty() ? Json() : Json(store.trouble)}, {"entries", store.entries}};
  return http::json(200, "{" + serving.policies.status_json() + ",\"connections\":" + std::to_string(standing.connections) +
                             ",\"requests\":" + std::to_string(standing.inflight) + ",\"draining\":" + (standing.draining ? "true" : "false") +
                             ",\"endpoints\":" + endpoints.dump() + ",\"store\":" + stored.dump() + "}");
}

}  // namespace

observe::Gauges gauges_of(const Serving& serving, const Standing& standing) {
  observe::Gauges gauges{.connections = static_cast<uint64_t>(standing.connections), .inflight = static_cast<uint64_t>(standing.inflight), .open_files = open_files()};
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) gauges.max_open_files = limit.rlim_cur;
  for (const auto& [id, provider] : serving.providers) {
    for (const auto& endpoint : provider->endpoints()) gauges.endpoints.push_back({id, endpoint->name(), endpoint->circuit().is_open()});
  }
  return gauges;
}

http::Response answer_admin(Serving& serving, const http::Request& request, const Standing& standing) {
  const std::string_view path = request.path();
  if ((path == "/" || path == "/admin") && request.method == "GET")
    return {200, {{"content-type", "text/html; charset=utf-8"}, {"content-security-policy", std::string(observe::kStatusPageSecurity)}}, std::string(observe::status_page())};
  if (path == "/healthz") return http::json(200, R"({"status":"ok"})");
  if (path == "/metrics" && request.method == "GET")
    return {200, {{"content-type", "text/plain; version=0.0.4; charset=utf-8"}}, serving.observer.metrics(gauges_of(serving, standing))};
  if (!path.starts_with("/admin")) return fault(404, "there is nothing here; the interface is /, /admin/… and /metrics");
  if (!same_secret(shown_key(request.headers), serving.settings.admin.token)) {
    http::Response refused = fault(401, "show the token of the settings: `Authorization: Bearer …`");
    refused.headers.emplace_back("www-authenticate", "Bearer");
    return refused;
  }
  if (path == "/admin/status" && request.method == "GET") return status_answer(serving, standing);
  if (std::optional<http::Response> answer = serving.policies.answer(request)) return std::move(*answer);
  return fault(404, "there is nothing at " + std::string(path));
}

}  // namespace sbx::gateway
