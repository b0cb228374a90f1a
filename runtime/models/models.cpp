// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/models.h"

#include <algorithm>
#include <filesystem>

#include "runtime/base/variant.h"
#include "runtime/models/hashing_encoder.h"
#include "runtime/models/model_file.h"

namespace sbx::models {

namespace {

constexpr std::string_view kHashing = "ngrams";
constexpr std::string_view kDomains = "mmlu14", kTopic = "topic";  // as vLLM Semantic Router's policies call it: the same 14 labels

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "`" : ", `") + name + "`";
  return list.empty() ? "there are none" : "there are " + list;
}

template <class Kind>
Result<std::shared_ptr<const LearnedModel>> any_of(Result<std::shared_ptr<const Kind>> model) {
  if (!model) return model.error();
  return std::shared_ptr<const LearnedModel>(std::move(*model));
}

Result<std::shared_ptr<const LearnedModel>> open_folder(const FolderSource& from, const std::string& library) {
  OnnxSource source = from.onnx;
  source.library = library;
  switch (from.task) {
    case FolderSource::Task::Encoder:
      return any_of(open_onnx_encoder(source));
    case FolderSource::Task::Classifier:
      return any_of(open_onnx_classifier(source));
    case FolderSource::Task::Tagger:
      return any_of(open_onnx_tagger(source));
  }
  SBX_CHECK(false, "a task of no kind");
}

}  // namespace

Models::Models(ModelsSettings settings)
    : settings_(std::move(settings)), prototypes_(settings_.cache_folder), answers_(settings_.cached_bytes), workers_(settings_.threads) {}

std::vector<std::string> Models::names() const {
  std::vector<std::string> names;
  for (const ModelSource& source : settings_.models) names.push_back(source.name);
  names.emplace_back(kHashing);
  std::error_code failed;
  if (!settings_.library.empty()) {
    for (const auto& file : std::filesystem::directory_iterator(settings_.library, failed)) {
      if (file.path().extension() == ".sbm") names.push_back(file.path().stem().string());
    }
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Result<std::shared_ptr<const LearnedModel>> Models::find(std::string_view name) {
  const std::lock_guard lock(mutex_);
  if (const auto opened = opened_.find(name); opened != opened_.end()) return opened->second;
  Result<std::shared_ptr<const LearnedModel>> model = open(name);
  if (model) opened_.emplace(name, *model);
  return model;
}

Result<std::shared_ptr<const LearnedModel>> Models::open(std::string_view name) {
  const auto source = std::ranges::find(settings_.models, name, &ModelSource::name);
  if (source != settings_.models.end()) {
    return std::visit(overloaded{
                          [](const FileSource& from) { return load_model_file(from.path); },
                          [&](const FolderSource& from) { return open_folder(from, settings_.onnxruntime); },
                          [&](const RemoteSource& from) {
                            if (!network_) network_ = start_network();
                            return open_remote(from, network_);
                          },
                      },
                      source->from);
  }
  if (name == kHashing) return std::shared_ptr<const LearnedModel>(hashing_encoder());
  if (name == kDomains) return open(kTopic);
  const bool is_plain = name.find_first_of("/\\") == std::string_view::npos && !name.starts_with('.');
  const std::string file = settings_.library + "/" + std::string(name) + ".sbm";
  std::error_code failed;
  if (!settings_.library.empty() && is_plain && std::filesystem::exists(file, failed)) return load_model_file(file);
  return Error{"R0764", "no model is called `" + std::string(name) + "`; " + listed(names())};
}

Result<std::shared_ptr<const LearnedModel>> Models::open_file(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (const auto opened = opened_.find(path); opened != opened_.end()) return opened->second;
  Result<std::shared_ptr<const LearnedModel>> model = load_model_file(path);
  if (model) opened_.emplace(path, *model);
  return model;
}

Result<std::shared_ptr<const Encoder>> Models::encoder(std::string_view name) {
  if (name.empty()) name = settings_.encoder.empty() ? kHashing : std::string_view(settings_.encoder);
  const Result<std::shared_ptr<const LearnedModel>> model = find(name);
  if (!model) return model.error();
  if (auto encoder = std::dynamic_pointer_cast<const Encoder>(*model)) return encoder;
  return Error{"R0765", "`" + std::string(name) + "` is no encoder: it does not make vectors of texts"};
}

}  // namespace sbx::models
