// SPDX-License-Identifier: Apache-2.0
// Who may come in, and by what door.
#include <algorithm>
#include <array>

#include "runtime/diag/render.h"
#include "runtime/gateway/settings_parts.h"
#include "runtime/http/address.h"

namespace sbx::gateway {

namespace {

constexpr std::array<std::string_view, 7> kFields{"user.id",    "user.tier",   "user.region", "user.team",
                                                  "user.roles", "user.groups", "session.id"};

bool is_header_name(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kMarks.find(c) != std::string_view::npos;
  });
}

bool is_local(const std::string& address) {
  const Result<http::Address> place = http::parse_address(address);
  return !place || place->is_local();
}

ClientSettings read_client(const Yaml& value, size_t index, Around& around) {
  ClientSettings client;
  Section from(value, value.span, "clients[" + std::to_string(index) + "]", around);
  if (!from.secret("key", client.key) && value.kind == Yaml::Kind::Mapping)
    around.diags.report(Kind::MissingSetting, value.span, "`" + from.full_name("key_env") + "` is missing")
        .help("write `key_env: NAME` or `key_file: PATH`");
  from.text("id", client.id);
  from.text("tier", client.tier);
  from.text("region", client.region);
  from.text("team", client.team);
  from.texts("roles", client.roles);
  from.texts("groups", client.groups);
  from.finish();
  return client;
}

void read_trusted_headers(Section& trust, TrustSettings& to) {
  const Yaml* value = trust.find("headers");
  if (value == nullptr) return;
  Section headers(*value, trust.key("headers"), "trust.headers", trust.around());
  for (std::string_view field : kFields) {
    const Yaml* name = headers.find(field);
    if (name == nullptr) continue;
    if (name->kind == Yaml::Kind::Text && is_header_name(name->text))
      to.headers.emplace_back(field, name->text);
    else
      headers.wrong(*name, field, "the name of a header");
  }
  headers.finish();
}

/// A setting that is one of some words.
template <class Value>
void read_word(Section& from, std::string_view name, Value& to, std::initializer_list<std::pair<std::string_view, Value>> words) {
  const Yaml* value = from.find(name);
  if (value == nullptr) return;
  std::string all;
  for (const auto& [word, meaning] : words) {
    if (value->kind == Yaml::Kind::Text && value->text == word) {
      to = meaning;
      return;
    }
    all += (all.empty() ? "`" : ", `") + std::string(word) + "`";
  }
  from.wrong(*value, name, "one of " + all);
}

}  // namespace

void read_address(Section& from, std::string_view name, std::string& to) {
  std::string address;
  from.text(name, address);
  if (address.empty()) return;
  if (const Result<http::Address> place = http::parse_address(address); !place) {
    from.wrong(*from.find(name), name, "an address")
        .note(place.error().message)
        .help("write `127.0.0.1:8080`, or `unix:/run/signalbox/http`");
    return;
  }
  to = address.starts_with("unix:") ? "unix:" + from.around().path(std::string_view(address).substr(5)) : address;
}

void read_admin(Section& all, AdminSettings& to) {
  const Yaml* value = all.find("admin");
  if (value == nullptr) return;
  Section admin(*value, all.key("admin"), "admin", all.around());
  admin.require("listen", "listen: 127.0.0.1:8081");
  read_address(admin, "listen", to.listen);
  if (!admin.secret("token", to.token) && value->kind == Yaml::Kind::Mapping)
    all.diags()
        .report(Kind::MissingSetting, admin.at(), "`admin.token_file` is missing")
        .note("whoever reaches the admin interface could change the policy")
        .help("write `token_file: PATH` or `token_env: NAME`");
  if (!to.listen.empty() && !is_local(to.listen))
    all.diags()
        .report(Kind::OpenToNetwork, admin.key("listen"), "the admin interface listens on the network, and its token travels in the clear")
        .help("listen on `127.0.0.1` or at `unix:PATH`, and reach it through `ssh` or a proxy with TLS");
  admin.finish();
}

void read_ext_proc(Section& all, ExtProcSettings& to) {
  using Body = ExtProcSettings::Body;
  using Mode = ExtProcSettings::BodyMode;
  const Yaml* value = all.find("ext_proc");
  if (value == nullptr) return;
  Section from(*value, all.key("ext_proc"), "ext_proc", all.around());
  from.require("listen", "listen: unix:ext-proc.sock");
  read_address(from, "listen", to.listen);
  read_word(from, "body", to.body, {{"auto", Body::Auto}, {"always", Body::Always}, {"never", Body::Never}});
  read_word(from, "body_mode", to.body_mode, {{"buffered", Mode::Buffered}, {"streamed", Mode::Streamed}, {"full_duplex", Mode::FullDuplexStreamed}});
  if (const Yaml* name = from.find("model_header")) {
    if (name->kind == Yaml::Kind::Text && is_header_name(name->text))
      to.model_header = name->text;
    else
      from.wrong(*name, "model_header", "the name of a header");
  }
  from.flag("pick_endpoints", to.pick_endpoints);
  from.whole("endpoint_requests", to.endpoint_requests, 0, 1'000'000);
  from.finish();
}

void read_tls(Section& all, std::optional<TlsSettings>& to) {
  const Yaml* value = all.find("tls");
  if (value == nullptr) return;
  to.emplace();
  Section tls(*value, all.key("tls"), "tls", all.around());
  tls.require("certificate_file", "certificate_file: server.pem");
  tls.file("certificate_file", to->certificate_file);
  tls.require("key_file", "key_file: server.key");
  tls.file("key_file", to->key_file);
  tls.file("client_ca_file", to->client_ca_file);
  tls.warn_if_readable("key_file", to->key_file);
  tls.finish();
}

void read_clients(Section& all, std::vector<ClientSettings>& to) {
  const Yaml* value = all.find("clients");
  if (value == nullptr) return;
  if (value->kind != Yaml::Kind::List) {
    all.wrong(*value, "clients", "a list").help("write `- {id: alice, key_env: ALICE_KEY}` below it");
    return;
  }
  if (value->items.empty())
    all.wrong(*value, "clients", "a client or more").help("leave `clients` out where anybody who can connect may ask");
  for (const Yaml& item : value->items) {
    ClientSettings client = read_client(item, to.size(), all.around());
    const bool known = !client.key.empty() && std::ranges::any_of(to, [&](const ClientSettings& one) { return one.key == client.key; });
    if (known) all.diags().report(Kind::RepeatedSetting, item.span, "an earlier client has the same key").help("give each client its own");
    to.push_back(std::move(client));
  }
}

void read_trust(Section& all, TrustSettings& to) {
  const Yaml* value = all.find("trust");
  if (value == nullptr) return;
  Section trust(*value, all.key("trust"), "trust", all.around());
  read_trusted_headers(trust, to);
  trust.texts("verified", to.verified);
  trust.flag("metadata", to.metadata);
  trust.finish();
}

void warn_of_network(const Section& all, const Settings& settings) {
  if (!settings.ext_proc.listen.empty() && !is_local(settings.ext_proc.listen) && !settings.tls)
    all.diags().report(Kind::OpenToNetwork, all.key("ext_proc"), "requests and keys travel in the clear to the external processor")
        .help("say `tls`, or listen at `unix:PATH` or on `127.0.0.1`");
  if (is_local(settings.listen)) return;
  Diagnostics& diags = all.diags();
  if (!settings.tls)
    diags.report(Kind::OpenToNetwork, all.key("listen"), "requests and keys travel in the clear")
        .help("say `tls`, or listen on `127.0.0.1` behind a proxy with TLS");
  if (settings.clients.empty() && (!settings.tls || settings.tls->client_ca_file.empty()))
    diags.report(Kind::OpenToNetwork, all.key("listen"), "anybody who reaches `" + settings.listen + "` may use the models")
        .help("say `clients`, or `tls` with `client_ca_file`");
}

}  // namespace sbx::gateway
