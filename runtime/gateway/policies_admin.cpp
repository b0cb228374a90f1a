// SPDX-License-Identifier: Apache-2.0
// `/admin/policies…`, `/admin/shadow`, `/admin/canary` (docs/guides/hot-loading.md).
#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "runtime/gateway/policies_state.h"
#include "runtime/program/object_file.h"
#include "runtime/program/signature.h"

namespace sbx::gateway {

namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

http::Response refuse(int status, std::string_view code, const std::string& message) {
  return http::json(status, dumped({{"error", {{"code", code}, {"message", message}}}}));
}

http::Response misused(const std::string& message) { return refuse(400, "R0773", message); }

http::Response not_kept(uint64_t number) { return refuse(404, "R0774", "generation " + std::to_string(number) + " is not kept"); }

http::Response wrong_method(const std::string& allowed) {
  http::Response response = refuse(405, "R0773", "this takes " + allowed);
  response.headers.emplace_back("allow", allowed);
  return response;
}

/// The object of a body, with no other keys than these.
Result<Json> object_of(const std::string& body, const std::vector<std::string>& keys) {
  Json json = Json::parse(body, nullptr, false);
  if (!json.is_object()) return Error{"R0773", "the body must be a JSON object"};
  for (const auto& [key, ignored] : json.items()) {
    if (std::ranges::find(keys, key) == keys.end()) return Error{"R0773", "unknown key `" + key + "`"};
  }
  return json;
}

std::optional<uint64_t> generation_of(const Json& json) {
  const auto found = json.find("generation");
  if (found == json.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<uint64_t>();
}

bool is_set(const http::Request& request, std::string_view name, bool otherwise) {
  const std::optional<std::string> value = request.query(name);
  return value ? *value != "0" && *value != "false" : otherwise;
}

/// The first name in the query that is none of these; empty: there is none. A dry run that is spelt wrong must not serve.
std::string_view unknown_in_query(const http::Request& request, std::initializer_list<std::string_view> names) {
  std::string_view query(request.target);
  query.remove_prefix(std::min(query.size(), query.find('?')));
  while (!query.empty()) {
    query.remove_prefix(1);
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(one.size());
    const std::string_view name = one.substr(0, one.find('='));
    if (!name.empty() && std::ranges::find(names, name) == names.end()) return name;
  }
  return {};
}

/// The bytes of a signature, of `x-signalbox-signature` in base64; empty if they are none.
std::string signature_of(const http::Request& request) {
  const std::optional<std::string_view> text = http::find(request.headers, "x-signalbox-signature");
  constexpr size_t kEncoded = (kSignatureBytes + 2) / 3 * 4;
  if (!text || text->size() != kEncoded) return {};
  std::string bytes(kEncoded, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), reinterpret_cast<const unsigned char*>(text->data()),
                                     static_cast<int>(text->size()));
  if (length < static_cast<int>(kSignatureBytes)) return {};
  bytes.resize(kSignatureBytes);
  return bytes;
}

/// An object by its first bytes, a path by the type of the body, else a text.
Result<Candidate> candidate_of(const http::Request& request) {
  if (request.body.empty()) return Error{"R0773", "the body must be a policy's text, an object, or `{\"path\":\"…\"}`"};
  if (is_object_file(request.body)) return Candidate{.object = request.body, .signature = signature_of(request)};
  const std::string_view type = http::find(request.headers, "content-type").value_or("");
  if (!type.starts_with("application/json")) return Candidate{.text = request.body};
  Result<Json> json = object_of(request.body, {"path"});
  if (!json) return json.error();
  const auto path = json->find("path");
  if (path == json->end() || !path->is_string()) return Error{"R0773", "`path` must be the name of a file"};
  return Candidate{.path = path->get<std::string>()};
}

}  // namespace

http::Response Policies::State::post_policy(const http::Request& request) {
  if (const std::string_view unknown = unknown_in_query(request, {"dry_run", "activate"}); !unknown.empty())
    return misused("the query has `" + std::string(unknown) + "`; it may have `dry_run` and `activate`");
  const Result<Candidate> candidate = candidate_of(request);
  if (!candidate) return misused(candidate.error().message);
  const bool is_dry = is_set(request, "dry_run", false);
  const bool serves = !is_dry && is_set(request, "activate", true);
  const LoadedPolicy loaded = load(*candidate, is_dry ? Admission::Dry : serves ? Admission::Activate : Admission::Keep);
  if (!loaded.generation) return http::json(loaded.status, loaded.document);
  const Manifest& manifest = loaded.generation->manifest();
  return http::json(200, dumped({{"generation", is_dry ? Json(nullptr) : Json(loaded.generation->number)},
                                 {"diff", loaded.diff.empty() ? Json(nullptr) : Json::parse(loaded.diff, nullptr, false)},
                                 {"policy", {{"name", manifest.name}, {"revision", manifest.revision}, {"file", manifest.file}}},
                                 {"active", serves},
                                 {"dry_run", is_dry}}));
}

http::Response Policies::State::put_shadow(const std::string& body) {
  const Result<Json> json = object_of(body, {"generation"});
  if (!json) return misused(json.error().message);
  const std::optional<uint64_t> number = generation_of(*json);
  if (!number) return misused("`generation` must be the number of one that is kept");
  const std::shared_ptr<embed::Generation> generation = find(*number);
  if (!generation) return not_kept(*number);
  auto made = std::make_shared<Shadow>(generation);
  const std::lock_guard lock(mutex);
  if (generation == active) return refuse(409, "R0773", "generation " + std::to_string(*number) + " is the one that serves");
  shadow = made;
  return http::json(200, dumped({{"shadow", Json::parse(made->json())}}));
}

http::Response Policies::State::put_canary(const std::string& body) {
  const Result<Json> json = object_of(body, {"generation", "percent", "key"});
  if (!json) return misused(json.error().message);
  const std::optional<uint64_t> number = generation_of(*json);
  if (!number) return misused("`generation` must be the number of one that is kept");
  const double percent = json->contains("percent") && (*json)["percent"].is_number() ? (*json)["percent"].get<double>() : -1;
  if (!(percent >= 0 && percent <= 100)) return misused("`percent` must be a number from 0 to 100");
  const std::string text = json->contains("key") ? ((*json)["key"].is_string() ? (*json)["key"].get<std::string>() : "") : "user.id";
  std::optional<CanaryKey> key = CanaryKey::parse(text);
  if (!key)
    return misused("`key` must be one of user.id, user.tier, user.region, user.team, session.id, header(\"NAME\"), metadata(\"NAME\")");
  const std::shared_ptr<embed::Generation> generation = find(*number);
  if (!generation) return not_kept(*number);
  auto made = std::make_shared<const Canary>(generation, percent, std::move(*key));
  const std::lock_guard lock(mutex);
  if (generation == active) return refuse(409, "R0773", "generation " + std::to_string(*number) + " is the one that serves");
  canary = made;
  return http::json(200, dumped({{"canary", Json::parse(made->json())}}));
}

/// What lies below `/admin/policies/`.
http::Response Policies::State::answer_one(const http::Request& request, std::string_view rest) {
  const bool activates = rest.ends_with("/activate");
  if (activates) rest.remove_suffix(std::string_view("/activate").size());
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (error != std::errc() || end != rest.data() + rest.size())
    return refuse(404, "R0774", "`" + std::string(rest) + "` is no generation's number");
  if (activates) {
    if (request.method != "POST") return wrong_method("POST");
    if (!activate(number)) return not_kept(number);
    return http::json(200, kept_json(number));
  }
  if (request.method != "GET") return wrong_method("GET");
  if (!is_set(request, "diff", false)) {
    std::string entry = kept_json(number);
    return entry == "null" ? not_kept(number) : http::json(200, std::move(entry));
  }
  const std::lock_guard lock(mutex);
  const auto found = std::ranges::find(kept, number, [](const Kept& one) { return one.generation->number; });
  if (found == kept.end()) return not_kept(number);
  return http::json(200, found->diff_document.empty() ? "null" : found->diff_document);
}

http::Response Policies::State::answer_trial(const http::Request& request, bool is_shadow) {
  if (request.method == "PUT") return is_shadow ? put_shadow(request.body) : put_canary(request.body);
  const std::string name = is_shadow ? "shadow" : "canary";
  std::shared_ptr<Shadow> ended_shadow;
  std::shared_ptr<const Canary> ended_canary;
  const std::lock_guard lock(mutex);
  if (request.method == "DELETE") (is_shadow ? void(shadow.swap(ended_shadow)) : canary.swap(ended_canary));
  if (request.method != "GET" && request.method != "DELETE") return wrong_method("GET, PUT, DELETE");
  const std::string now = is_shadow ? (shadow ? shadow->json() : "null") : (canary ? canary->json() : "null");
  return http::json(200, "{\"" + name + "\":" + now + "}");
}

std::optional<http::Response> Policies::answer(const http::Request& request) {
  const std::string_view path = request.path();
  if (path == "/admin/shadow" || path == "/admin/canary") return state_->answer_trial(request, path == "/admin/shadow");
  if (path == "/admin/policies") {
    if (request.method == "POST") return state_->post_policy(request);
    if (request.method == "GET") return http::json(200, state_->list_json());
    return wrong_method("GET, POST");
  }
  constexpr std::string_view kOne = "/admin/policies/";
  if (path.starts_with(kOne)) return state_->answer_one(request, path.substr(kOne.size()));
  return std::nullopt;
}

}  // namespace sbx::gateway
