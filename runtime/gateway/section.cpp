// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/section.h"

#include <algorithm>
#include <filesystem>

#include "runtime/diag/render.h"
#include "runtime/gateway/quantities.h"
#include "runtime/gateway/secrets.h"

namespace sbx::gateway {

namespace {

constexpr int64_t kLongestWait = 86'400'000;  // a day

std::string ticked(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string_view a_kind(const Yaml& value) {
  switch (value.kind) {
    case Yaml::Kind::Nothing:
      return "there is no value";
    case Yaml::Kind::Text:
      return value.quoted ? "this is a text in quotes" : "";
    case Yaml::Kind::List:
      return "this is a list";
    case Yaml::Kind::Mapping:
      return "this is a mapping";
  }
  return {};
}

}  // namespace

std::string Around::path(std::string_view relative) const {
  if (relative.starts_with('/') || folder.empty()) return std::string(relative);
  return (std::filesystem::path(folder) / relative).lexically_normal().string();
}

Section::Section(const Yaml& node, Span at, std::string name, Around& around)
    : node_(node), at_(at), name_(std::move(name)), around_(around) {
  if (node.kind == Yaml::Kind::Mapping) return;
  DiagnosticBuilder found = around_.diags.report(Kind::BadSetting, node.kind == Yaml::Kind::Nothing ? at : node.span,
                                                 (name_.empty() ? "the settings are" : ticked(name_) + " is") + " not a mapping");
  found.at_span(std::string(a_kind(node)));
  if (node.kind == Yaml::Kind::Nothing && !name_.empty()) found.help("leave it out, or write its settings below it, further in");
}

const Yaml* Section::find(std::string_view name) {
  known_.emplace_back(name);
  for (const auto& [key, value] : node_.entries) {
    if (key.text == name) return &value;
  }
  return nullptr;
}

const Yaml* Section::require(std::string_view name, std::string_view example) {
  const Yaml* value = find(name);
  if (value == nullptr && node_.kind == Yaml::Kind::Mapping)
    around_.diags.report(Kind::MissingSetting, at_, ticked(full_name(name)) + " is missing").help("write " + ticked(example));
  return value;
}

Span Section::key(std::string_view name) const {
  for (const auto& [key, _] : node_.entries) {
    if (key.text == name) return key.span;
  }
  return at_;
}

std::string Section::full_name(std::string_view name) const { return name_.empty() ? std::string(name) : name_ + "." + std::string(name); }

DiagnosticBuilder Section::wrong(const Yaml& value, std::string_view name, std::string_view wanted) {
  DiagnosticBuilder found = around_.diags.report(Kind::BadSetting, value.kind == Yaml::Kind::Nothing ? key(name) : value.span,
                                                 ticked(full_name(name)) + " is not " + std::string(wanted));
  found.at_span(std::string(a_kind(value)));
  return found;
}

void Section::text(std::string_view name, std::string& to) {
  const Yaml* value = find(name);
  if (value == nullptr) return;
  if (value->kind != Yaml::Kind::Text || value->text.empty())
    wrong(*value, name, "a text");
  else
    to = value->text;
}

void Section::texts(std::string_view name, std::vector<std::string>& to) {
  const Yaml* value = find(name);
  if (value == nullptr) return;
  if (value->kind != Yaml::Kind::List) {
    DiagnosticBuilder found = wrong(*value, name, "a list");
    if (value->kind == Yaml::Kind::Text) found.help("write " + ticked(std::string(name) + ": [" + value->text + "]"));
    return;
  }
  to.clear();
  for (const Yaml& item : value->items) {
    if (item.kind == Yaml::Kind::Text)
      to.push_back(item.text);
    else
      wrong(item, name, "a list of texts");
  }
}

void Section::flag(std::string_view name, bool& to) {
  const Yaml* value = find(name);
  if (value == nullptr) return;
  if (!value->quoted && (value->text == "true" || value->text == "false"))
    to = value->text == "true";
  else
    wrong(*value, name, "`true` or `false`");
}

void Section::whole(std::string_view name, int64_t& to, int64_t least, int64_t most) {
  const Yaml* value = find(name);
  if (value == nullptr) return;
  const auto number = value->quoted ? std::nullopt : parse_whole(value->text);
  if (number && *number >= least && *number <= most)
    to = *number;
  else
    wrong(*value, name, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
}

void Section::duration(std::string_view name, int64_t& to_ms) {
  const Yaml* value = find(name);
  if (value == nullptr) return;
  const auto time = parse_duration(value->text);
  if (time && *time > 0 && *time <= kLongestWait)
    to_ms = *time;
  else if (time)
    wrong(*value, name, "a time from `1ms` to `24h`");
  else if (parse_whole(value->text))
    wrong(*value, name, "a time").help("say the unit: `" + value->text + "s` or `" + value->text + "ms`");
  else
    wrong(*value, name, "a time").help("write it as `500ms`, `2s` or `1m`");
}

void Section::size(std::string_view name, int64_t& to, int64_t least) {
  const Yaml* value = find(name);
  if (value == nullptr) return;
  const auto bytes = parse_size(value->text);
  if (!bytes)
    wrong(*value, name, "a size").help("write it as `65536`, `64KiB` or `32MiB`");
  else if (*bytes < least)
    wrong(*value, name, "a size of at least " + std::to_string(least) + " bytes");
  else
    to = *bytes;
}

void Section::share(std::string_view name, double& to) {
  const Yaml* value = find(name);
  if (value == nullptr) return;
  if (const auto share = parse_share(value->text))
    to = *share;
  else
    wrong(*value, name, "a share").help("write it as `0.1` or `10%`");
}

void Section::file(std::string_view name, std::string& to) {
  std::string path;
  text(name, path);
  if (path.empty()) return;
  to = around_.path(path);
  std::error_code error;
  if (std::filesystem::exists(to, error)) return;
  DiagnosticBuilder found = around_.diags.report(Kind::NoSuchFile, find(name)->span, "there is no file " + ticked(to));
  found.at_span("of " + ticked(full_name(name)));
  if (!path.starts_with('/') && !around_.folder.empty()) found.help("paths begin at the folder of the settings, " + ticked(around_.folder));
}

bool Section::secret(std::string_view stem, std::string& to) {
  const std::string ending = stem.empty() ? "" : std::string(stem) + "_";
  const std::string env = ending + "env", file = ending + "file";
  secrets_ = ticked(env + ": NAME") + " or " + ticked(file + ": PATH");
  const Yaml* variable = find(env);
  const Yaml* path = find(file);
  if (variable != nullptr && path != nullptr) {
    around_.diags.report(Kind::RepeatedSetting, key(file), ticked(full_name(file)) + " and " + ticked(env) + " say the same secret")
        .label(key(env), "here for the first time")
        .help("keep one of the two");
  } else if (variable != nullptr) {
    if (!is_variable(variable->text)) {
      around_.diags.report(Kind::SecretInSettings, key(env), ticked(full_name(env)) + " is not the name of a variable")
          .help("put the secret into the environment, and write the variable's name: " + ticked(env + ": OPENAI_API_KEY"));
    } else if (Result<std::string> secret = secret_of_variable(variable->text)) {
      to = *secret;
    } else {
      around_.diags.report(Kind::NoSecret, variable->span, secret.error().message).at_span("of " + ticked(full_name(env)));
    }
  } else if (path != nullptr) {
    const std::string where = around_.path(path->text);
    std::error_code error;
    if (path->text.empty() || !std::filesystem::exists(where, error)) {  // without the path: it may be the secret, at the wrong place
      DiagnosticBuilder found = around_.diags.report(Kind::NoSuchFile, path->span, "there is no such file");
      found.at_span("of " + ticked(full_name(file)));
      if (!path->text.starts_with('/') && !around_.folder.empty())
        found.help("paths begin at the folder of the settings, " + ticked(around_.folder));
      return true;
    }
    if (Result<std::string> secret = secret_of_file(where)) {
      to = *secret;
    } else {
      const Kind kind = secret.error().code == "R0727" ? Kind::NoSuchFile : Kind::NoSecret;
      around_.diags.report(kind, path->span, secret.error().message).at_span("of " + ticked(full_name(file)));
    }
    warn_if_readable(file, where);
  }
  return variable != nullptr || path != nullptr;
}

void Section::warn_if_readable(std::string_view name, const std::string& path) {
  if (path.empty() || !others_may_read(path)) return;
  around_.diags.report(Kind::ReadableSecret, find(name)->span, "every user of this machine may read the secret in " + ticked(path))
      .help("`chmod o-r " + path + "`");
}

void Section::finish() {
  for (const auto& [key, _] : node_.entries) {
    if (std::ranges::find(known_, key.text) == known_.end()) report_unknown(key);
  }
}

void Section::report_unknown(const Yaml& key) {
  if (names_secret(key.text)) {
    around_.diags.report(Kind::SecretInSettings, key.span, "a secret cannot be written in the settings")
        .help(secrets_.empty() ? "secrets are said by the environment or by files" : "say " + secrets_);
    return;
  }
  DiagnosticBuilder found = around_.diags.report(
      Kind::UnknownSetting, key.span, (name_.empty() ? "there is no setting " : ticked(name_) + " has no setting ") + ticked(key.text));
  if (const std::string meant = did_you_mean(key.text, known_); !meant.empty()) {
    found.help("did you mean " + ticked(meant) + "?").fix("write " + ticked(meant), {{key.span, meant}});
    return;
  }
  std::string all;
  for (const std::string& name : known_) {
    if (all.find(ticked(name)) == std::string::npos) all += (all.empty() ? "" : ", ") + ticked(name);
  }
  found.help("there are " + all);
}

}  // namespace sbx::gateway
