// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/identity.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>

namespace sbx::gateway {

namespace {

constexpr std::array kHopByHop{"connection",        "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
                               "trailer",           "trailers",   "transfer-encoding",  "upgrade",             "http2-settings",   "host",
                               "content-length",    "expect",     "content-encoding",   "accept-encoding"};

std::string lower(std::string_view name) {
  std::string result(name);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return result;
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    std::string_view part = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), part.size() + 1));
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

void take(std::optional<std::string>& member, const std::string& value) {
  if (!value.empty()) member = value;
}

void become(const ClientSettings& client, User& user) {
  take(user.id, client.id);
  take(user.tier, client.tier);
  take(user.region, client.region);
  take(user.team, client.team);
  if (!client.roles.empty() || !user.roles) user.roles = client.roles;
  if (!client.groups.empty() || !user.groups) user.groups = client.groups;
}

void trust(std::string_view field, std::string_view value, Request& request) {
  if (field == "user.id") request.user.id = value;
  if (field == "user.tier") request.user.tier = value;
  if (field == "user.region") request.user.region = value;
  if (field == "user.team") request.user.team = value;
  if (field == "user.roles") request.user.roles = split(value);
  if (field == "user.groups") request.user.groups = split(value);
  if (field == "session.id") request.session.id = value;
}

bool is_trusted(const TrustSettings& trust, std::string_view header) {
  return std::ranges::any_of(trust.headers, [&](const auto& one) { return http::same_name(one.second, header); }) ||
         std::ranges::any_of(trust.verified, [&](const std::string& one) { return http::same_name(one, header); });
}

/// The text of an argument of a signal.
std::string_view argument(const SignalInfo& signal, std::string_view name) {
  for (const auto& [key, value] : signal.arguments) {
    const auto* text = std::get_if<std::string>(&value.value);
    if (key == name && text != nullptr) return *text;
  }
  return {};
}

}  // namespace

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view shown_key(const http::Headers& headers) {
  constexpr std::string_view kBearer = "bearer ";
  if (const auto shown = http::find(headers, "authorization"); shown && http::same_name(shown->substr(0, kBearer.size()), kBearer))
    return shown->substr(kBearer.size());
  return http::find(headers, "x-api-key").value_or(std::string_view{});
}

std::optional<size_t> client_of(const Settings& settings, const http::Headers& headers) {
  const std::string_view key = shown_key(headers);
  std::optional<size_t> known;
  for (size_t i = 0; i < settings.clients.size(); ++i) {
    if (same_secret(key, settings.clients[i].key)) known = i;  // all are looked at, whichever it is
  }
  return known;
}

bool identify(const Settings& settings, const http::Request& from, Request& request) {
  const std::optional<size_t> client = client_of(settings, from.headers);
  if (!client && !settings.clients.empty()) return false;
  for (const auto& [field, header] : settings.trust.headers) {
    if (const auto value = http::find(from.headers, header)) trust(field, *value, request);
  }
  if (client) become(settings.clients[*client], request.user);  // what a key says counts before what headers say
  for (const auto& [name, value] : from.headers) {
    std::string key = lower(name);
    if (key != "authorization" && key != "x-api-key" && key != "api-key") request.headers.emplace_back(std::move(key), value);
  }
  return true;
}

std::string unvouched(const TrustSettings& trust, const Manifest& manifest) {
  for (const SignalInfo& signal : manifest.signals) {
    if (!signal.verified) continue;
    const std::string_view header = signal.kind == "header" ? argument(signal, "name") : std::string_view{};
    if (!header.empty() && !is_trusted(trust, header))
      return "`" + signal.name + "` reads the header `" + std::string(header) +
             "`, which neither `trust.headers` nor `trust.verified` names";
    if (signal.kind == "metadata" && !trust.metadata) return "`" + signal.name + "` reads the metadata of the body, and `trust.metadata` is not set";
  }
  return {};
}

bool is_named(std::string_view list, std::string_view header) {
  return !list.empty() && std::ranges::any_of(split(list), [&](const std::string& one) { return http::same_name(one, header); });
}

void strip_for_upstream(const Settings& settings, http::Headers& headers) {
  const std::string connection(http::find(headers, "connection").value_or(std::string_view{}));  // what it names is for this hop too
  std::erase_if(headers, [&](const auto& header) {
    const std::string name = lower(header.first);
    return std::ranges::find(kHopByHop, name) != kHopByHop.end() || name.starts_with("x-signalbox-") || is_trusted(settings.trust, name) || is_named(connection, name);
  });
  if (settings.clients.empty()) return;
  http::erase(headers, "authorization");
  http::erase(headers, "x-api-key");
}

}  // namespace sbx::gateway
