// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/settings_models.h"

#include <algorithm>
#include <array>

#include "runtime/gateway/settings_file.h"
#include "runtime/gateway/settings_parts.h"

namespace sbx::gateway {

namespace {

using models::Protocol;

struct ServerKind {
  std::string_view name;
  Protocol protocol;
  bool classifies;
};
constexpr std::array<ServerKind, 5> kKinds{{{"openai", Protocol::OpenAiEmbeddings, false},
                                      {"tei-embed", Protocol::TeiEmbed, false},
                                      {"tei", Protocol::TeiPredict, true},
                                      {"vllm", Protocol::VllmClassify, true},
                                      {"judge", Protocol::Judge, true}}};

const ServerKind* read_kind(Section& from) {
  const Yaml* value = from.require("kind", "kind: openai");
  if (value == nullptr) return nullptr;
  const auto* found = std::ranges::find(kKinds, value->text, &ServerKind::name);
  if (found != kKinds.end()) return found;
  from.wrong(*value, "kind", "a kind of server")
      .help("there are `openai` and `tei-embed` for vectors, `tei`, `vllm` and `judge` for labels");
  return nullptr;
}

models::RemoteSource read_remote(Section& from) {
  models::RemoteSource remote;
  const ServerKind* kind = read_kind(from);
  if (const Yaml* url = from.require("url", "url: http://127.0.0.1:8080")) read_url(from, *url, "url", remote.url);
  from.text("model", remote.model);
  from.secret("key", remote.key);
  from.file("ca_file", remote.ca_file);
  from.texts("labels", remote.labels);
  from.text("question", remote.question);
  from.duration("timeout", remote.timeout_ms);
  from.whole("retries", remote.retries, 0, 10);
  from.whole("failures", remote.failures, 1, 1000);
  from.duration("open", remote.open_ms);
  if (kind == nullptr) return remote;
  remote.protocol = kind->protocol;
  if (kind->classifies && remote.labels.size() < 2) from.require("labels", "labels: [benign, injection]");
  if (kind->protocol == Protocol::Judge && remote.question.empty()) from.require("question", "question: Is the request about law?");
  return remote;
}

models::ModelSource read_model(const Yaml& name, const Yaml& value, Around& around) {
  Section from(value, name.span, "models." + name.text, around);
  models::ModelSource model{name.text, models::FileSource{}};
  std::string file;
  if (value.kind != Yaml::Kind::Mapping || from.find("file") != nullptr) {
    from.require("file", "file: model.sbm");
    from.file("file", file);
    model.from = models::FileSource{file};
  } else {
    model.from = read_remote(from);
  }
  from.finish();
  return model;
}

}  // namespace

void read_models(Section& all, models::ModelsSettings& to) {
  if (const Yaml* value = all.find("models")) {
    if (value->kind != Yaml::Kind::Mapping) {
      all.wrong(*value, "models", "a mapping from names to models").help("write `models: {guard: {file: guard.sbm}}`");
    } else {
      for (const YamlEntry& entry : value->entries) to.models.push_back(read_model(entry.key, entry.value, all.around()));
    }
  }
  all.text("encoder", to.encoder);
}

std::optional<models::ModelsSettings> read_models_file(const std::string& path, SourceSet& sources, Diagnostics& diags) {
  models::ModelsSettings settings;
  const bool is_sound = read_document(path, sources, diags, [&](const Yaml& document, Span start, Around& around) {
    Section all(document, start, "", around);
    read_models(all, settings);
    all.finish();
  });
  return is_sound ? std::optional(std::move(settings)) : std::nullopt;
}

}  // namespace sbx::gateway
