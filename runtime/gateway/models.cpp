// SPDX-License-Identifier: Apache-2.0
// What a client may ask for: the virtual models that the policy serves.
#include <nlohmann/json.hpp>

#include "runtime/gateway/serving.h"

namespace sbx::gateway {

namespace {

using Json = nlohmann::ordered_json;

/// In the shape of the client's dialect. All that the policy's models have is not promised: the smallest context of them is.
Json model_of(Dialect dialect, const std::string& id, const Manifest& manifest) {
  if (dialect == Dialect::Messages) return {{"type", "model"}, {"id", id}, {"display_name", id}, {"created_at", "1970-01-01T00:00:00Z"}};
  Json model{{"id", id}, {"object", "model"}, {"created", 0}, {"owned_by", "signalbox"}};
  std::optional<int64_t> context;
  for (const Model& one : manifest.models) {
    if (one.context_tokens && (!context || *one.context_tokens < *context)) context = one.context_tokens;
  }
  if (context) model["context_window"] = *context;
  return model;
}

}  // namespace

http::Response answer_models(Serving& serving, const http::Request& request) {
  constexpr std::string_view kAll = "/v1/models";
  const Dialect dialect = guess_dialect(request);
  const std::shared_ptr<embed::Generation> generation = serving.policies.pick({}).generation;
  if (!generation) return error_answer(dialect, 503, "no policy is loaded");
  const Manifest& manifest = generation->manifest();
  // A policy that names no virtual model takes any; it is then listed by its own name.
  std::vector<std::string> ids = manifest.serves;
  if (ids.empty()) ids.push_back(manifest.name);
  if (request.path() != kAll) {
    const std::string id(request.path().substr(kAll.size() + 1));
    for (const std::string& one : ids) {
      if (one == id) return http::json(200, model_of(dialect, id, manifest).dump());
    }
    return error_answer(dialect, 404, "there is no model `" + id + "` here", "model_not_found");
  }
  Json list{{"object", "list"}, {"data", Json::array()}};
  if (dialect == Dialect::Messages) list = {{"data", Json::array()}, {"has_more", false}, {"first_id", ids.front()}, {"last_id", ids.back()}};
  for (const std::string& id : ids) list["data"].push_back(model_of(dialect, id, manifest));
  return http::json(200, list.dump());
}

}  // namespace sbx::gateway
