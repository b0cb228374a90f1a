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

/// One of the words, or the finding that it is none.
template <class Value, size_t kCount>
void read_word(Section& from, std::string_view name, const std::array<std::pair<std::string_view, Value>, kCount>& words, Value& to) {
  const Yaml* value = from.find(name);
  if (value == nullptr) return;
  std::string all;
  for (const auto& [word, meant] : words) {
    if (value->text == word) {
      to = meant;
      return;
    }
    all += (all.empty() ? "`" : ", `") + std::string(word) + "`";
  }
  from.wrong(*value, name, "one of its words").help("there are " + all);
}

models::FolderSource read_folder(Section& from) {
  using Task = models::FolderSource::Task;
  models::FolderSource folder;
  models::OnnxSource& onnx = folder.onnx;
  from.file("onnx", onnx.folder);
  from.require("task", "task: classifier");
  read_word(from, "task", std::array{std::pair{std::string_view("encoder"), Task::Encoder}, std::pair{std::string_view("classifier"), Task::Classifier}, std::pair{std::string_view("tagger"), Task::Tagger}}, folder.task);
  read_word(from, "pooling", std::array{std::pair{std::string_view("mean"), models::Pooling::Mean}, std::pair{std::string_view("first"), models::Pooling::First}}, onnx.pooling);
  read_word(from, "rule", std::array{std::pair{std::string_view("maximum"), models::WindowRule::Maximum}, std::pair{std::string_view("mean"), models::WindowRule::Mean}}, onnx.rule);
  from.texts("labels", onnx.labels);
  from.text("alarm", onnx.alarm);
  int64_t threads = onnx.threads, window = onnx.window, overlap = onnx.overlap, most = onnx.most_windows, batch = onnx.batch, queue = onnx.queue;
  from.whole("threads", threads, 1, 256);
  from.whole("window", window, 0, 1'000'000);
  from.whole("overlap", overlap, 0, 100'000);
  from.whole("most_windows", most, 1, 10'000);
  from.whole("batch", batch, 1, 4096);
  from.whole("queue", queue, 1, 1'000'000);
  onnx.threads = static_cast<int>(threads);
  onnx.window = static_cast<uint32_t>(window);
  onnx.overlap = static_cast<uint32_t>(overlap);
  onnx.most_windows = static_cast<uint32_t>(most);
  onnx.batch = static_cast<uint32_t>(batch);
  onnx.queue = static_cast<uint32_t>(queue);
  return folder;
}

models::ModelSource read_model(const Yaml& name, const Yaml& value, Around& around) {
  Section from(value, name.span, "models." + name.text, around);
  models::ModelSource model{name.text, models::FileSource{}};
  std::string file;
  if (value.kind != Yaml::Kind::Mapping || from.find("file") != nullptr) {
    from.require("file", "file: model.sbm");
    from.file("file", file);
    model.from = models::FileSource{file};
  } else if (from.find("onnx") != nullptr) {
    model.from = read_folder(from);
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
  all.file("onnxruntime", to.onnxruntime);
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
