// SPDX-License-Identifier: Apache-2.0
// The learned models that policies name: where each comes from, opened when first asked for, and what they share.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/models/answer.h"
#include "runtime/models/onnx.h"
#include "runtime/models/prototypes.h"
#include "runtime/models/remote.h"
#include "runtime/models/workers.h"

namespace sbx::models {

/// A file that `signalbox train signal` wrote.
struct FileSource {
  std::string path;
};

/// A folder that ONNX Runtime computes, and what the model is there for.
struct FolderSource {
  enum class Task : uint8_t { Encoder, Classifier, Tagger } task = Task::Encoder;
  OnnxSource onnx;
};

struct ModelSource {
  std::string name;
  std::variant<FileSource, FolderSource, RemoteSource> from;
};

struct ModelsSettings {
  std::vector<ModelSource> models;
  std::string onnxruntime;    // the library; empty: SBX_ONNXRUNTIME, else the system's
  std::string encoder;        // the name of the one that examples are compared by; empty: `ngrams`, which has learned nothing
  std::string library;        // the folder of the standard library's models; empty: there are none
  std::string cache_folder;   // for vectors of examples; empty: in memory only
  size_t cached_bytes = 64 << 20;  // answers kept for texts that come again
  size_t threads = 32;        // on which models are asked that take their time
};

/// Thread-safe, and shared by all policies of a process, so that a reload opens nothing again.
class Models {
 public:
  explicit Models(ModelsSettings settings);
  Models(const Models&) = delete;
  Models& operator=(const Models&) = delete;

  /// A model by the name that the settings, or the standard library, give it. R0764 if nobody does; what is wrong with it otherwise.
  [[nodiscard]] Result<std::shared_ptr<const LearnedModel>> find(std::string_view name);
  /// The same of one kind; R0765 if it is of another. An empty name is the usual encoder's.
  [[nodiscard]] Result<std::shared_ptr<const Encoder>> encoder(std::string_view name);
  [[nodiscard]] Result<std::shared_ptr<const LearnedModel>> open_file(const std::string& path);
  /// All names there are, sorted.
  [[nodiscard]] std::vector<std::string> names() const;

  [[nodiscard]] PrototypeStore& prototypes() { return prototypes_; }
  [[nodiscard]] AnswerCache& answers() { return answers_; }
  [[nodiscard]] Workers& workers() { return workers_; }

 private:
  [[nodiscard]] Result<std::shared_ptr<const LearnedModel>> open(std::string_view name);

  const ModelsSettings settings_;
  std::mutex mutex_;  // guards what follows
  std::map<std::string, std::shared_ptr<const LearnedModel>, std::less<>> opened_;  // by name, or a file's path
  std::shared_ptr<Network> network_;  // once a remote model is opened
  PrototypeStore prototypes_;
  AnswerCache answers_;
  Workers workers_;  // ends first: what it runs uses the others
};

}  // namespace sbx::models
