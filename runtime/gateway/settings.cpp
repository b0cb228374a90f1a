// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/settings.h"

#include <filesystem>

#include "runtime/gateway/settings_file.h"
#include "runtime/gateway/settings_models.h"
#include "runtime/gateway/settings_parts.h"

namespace sbx::gateway {

namespace {

namespace fs = std::filesystem;

void read_limits(Section& all, LimitSettings& to) {
  const Yaml* value = all.find("limits");
  if (value == nullptr) return;
  Section limits(*value, all.key("limits"), "limits", all.around());
  limits.size("body_bytes", to.body_bytes, 1024);
  limits.size("header_bytes", to.header_bytes, 1024);
  limits.whole("connections", to.connections, 1, 1'000'000);
  limits.duration("request_timeout", to.request_timeout_ms);
  limits.duration("drain_timeout", to.drain_ms);
  limits.finish();
}

void read_cache(Section& all, CacheSettings& to) {
  const Yaml* value = all.find("cache");
  if (value == nullptr) return;
  Section cache(*value, all.key("cache"), "cache", all.around());
  cache.size("bytes", to.bytes, 1 << 20);
  cache.duration("ttl", to.ttl_ms);
  cache.share("similarity", to.similarity);
  cache.finish();
}

/// `state: memory`, or `state: {store: …}` with `memory`, `sqlite:PATH` or the URL of a Redis, whose password is a secret.
void read_state(Section& all, std::string& store) {
  constexpr std::string_view kSqlite = "sqlite:", kPlace = "redis://";
  const Yaml* value = all.find("state");
  if (value == nullptr) return;
  const Yaml* where = value;
  std::string password;
  if (value->kind == Yaml::Kind::Text) {
    store = value->text;
  } else {
    Section state(*value, all.key("state"), "state", all.around());
    state.text("store", store);
    if (const Yaml* said = state.find("store")) where = said;
    state.secret("password", password);
    state.finish();
  }
  if (store.starts_with(kSqlite)) {
    store = std::string(kSqlite) + all.around().path(store.substr(kSqlite.size()));
  } else if (store.starts_with(kPlace) || store.starts_with("redis+unix:")) {
    if (store.find('@') != std::string::npos) {
      all.diags().report(Kind::SecretInSettings, where->span, "a password stands in the address").help("write `password_env: NAME` or `password_file: PATH` beside `store`");
    } else if (!password.empty() && store.starts_with(kPlace)) {
      store.insert(kPlace.size(), ":" + password + "@");
    }
  } else if (store != "memory") {
    all.diags()
        .report(Kind::BadSetting, where->span, store.find('@') == std::string::npos ? "`" + store + "` is no store" : "this is no store")
        .help("write `memory`, `sqlite:PATH` or `redis://HOST:PORT/DB`");
  }
}

/// A file that need not be there, in a folder that must.
void read_log_path(Section& from, const Yaml* value, std::string& to) {
  from.text("path", to);
  if (value == nullptr || to.empty()) return;
  to = from.around().path(to);
  const fs::path folder = fs::path(to).parent_path();
  std::error_code error;
  if (!folder.empty() && !fs::is_directory(folder, error))
    from.diags()
        .report(Kind::NoSuchFile, value->span, "there is no folder `" + folder.string() + "`")
        .at_span("of `" + from.full_name("path") + "`");
}

void read_decision_log(Section& all, observe::LogOptions& to) {
  const Yaml* value = all.find("decision_log");
  if (value == nullptr) return;
  Section log(*value, all.key("decision_log"), "decision_log", all.around());
  read_log_path(log, log.require("path", "path: decisions.jsonl"), to.path);
  log.texts("mask", to.mask);
  log.size("rotate_bytes", to.rotate_bytes, 0);
  log.whole("keep_files", to.keep_files, 1, 1000);
  log.share("sample", to.sample);
  log.finish();
}

/// Where the bodies are kept that a policy says to keep.
void read_recordings(Section& all, std::string& to) {
  const Yaml* value = all.find("recordings");
  if (value == nullptr) return;
  Section recordings(*value, all.key("recordings"), "recordings", all.around());
  read_log_path(recordings, recordings.require("path", "path: recordings.jsonl"), to);
  recordings.finish();
}

Settings read_all(const Yaml& document, Span start, Around& around) {
  Settings settings;
  Section all(document, start, "", around);
  read_address(all, "listen", settings.listen);
  all.whole("threads", settings.threads, 1, 256);
  read_admin(all, settings.admin);
  read_ext_proc(all, settings.ext_proc);
  read_tls(all, settings.tls);
  read_policy(all, settings.policy);
  read_providers(all, settings.providers);
  read_clients(all, settings.clients);
  read_trust(all, settings.trust);
  read_limits(all, settings.limits);
  read_cache(all, settings.cache);
  read_guardrails(all, settings.guardrails);
  read_retrievers(all, settings.retrievers);
  read_state(all, settings.store);
  read_decision_log(all, settings.decision_log);
  read_recordings(all, settings.decision_log.recordings);
  read_otlp(all, settings.otlp);
  read_models(all, settings.models);
  all.finish();
  warn_of_network(all, settings);
  return settings;
}

}  // namespace

std::optional<Settings> read_settings(const std::string& path, SourceSet& sources, Diagnostics& diags) {
  Settings settings;
  const bool is_sound = read_document(path, sources, diags, [&](const Yaml& document, Span start, Around& around) {
    settings = read_all(document, start, around);
  });
  settings.file = path;
  return is_sound ? std::optional(std::move(settings)) : std::nullopt;
}

}  // namespace sbx::gateway
