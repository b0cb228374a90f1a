// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/onnx_folder.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include "runtime/models/tokenizer_json.h"

namespace sbx::models {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> read_labels(const JsonNode& config) {
  std::vector<std::string> labels;
  simdjson::dom::object by_number;
  if (!config.at("id2label").get(by_number)) return labels;
  labels.resize(by_number.size());
  for (size_t i = 0; i < labels.size(); ++i) {
    labels[i] = config.at("id2label").text(std::to_string(i));
  }
  return labels;
}

// RoBERTa and its kin count positions from the one after padding.
uint32_t unused_positions(const JsonNode& config) {
  const std::string type = config.text("model_type", "");
  const bool shifted = type.find("roberta") != std::string::npos || type == "camembert" || type == "mpnet";
  return shifted ? config.number("pad_token_id", 1) + 1 : 0;
}

bool belongs(const std::string& name) { return name.starts_with("model.onnx") || name == "tokenizer.json" || name == "config.json"; }

}  // namespace

Result<OnnxConfig> read_onnx_config(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return OnnxConfig{};
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (parser.load(path).get(document)) return Error{"R0788", "`" + path + "` is not JSON"};
  std::optional<Error> problem;
  const JsonNode config(document, "config", problem);
  OnnxConfig result;
  result.labels = read_labels(config);
  const std::string kind = config.text("problem_type", "");
  if (!kind.empty()) result.exclusive = kind != "multi_label_classification";
  if (const uint32_t positions = config.number("max_position_embeddings", 0), unused = unused_positions(config); positions > unused) {
    result.most_tokens = positions - unused;
  }
  if (problem) return Error{"R0788", "`" + path + "`: " + problem->message};
  return result;
}

Result<std::string> hash_of_folder(const std::string& folder, const std::string& settings) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (belongs(entry.path().filename().string())) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(), XXH3_freeState);
  XXH3_128bits_reset(state.get());
  XXH3_128bits_update(state.get(), settings.data(), settings.size());
  std::vector<char> block(1 << 20);
  for (const fs::path& path : files) {
    const std::string name = path.filename().string() + '\n' + std::to_string(fs::file_size(path, error)) + '\n';
    XXH3_128bits_update(state.get(), name.data(), name.size());
    std::ifstream file(path, std::ios::binary);
    while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0) {
      XXH3_128bits_update(state.get(), block.data(), static_cast<size_t>(file.gcount()));
    }
    if (!file.eof()) return Error{"R0788", "cannot read `" + path.string() + "`"};
  }
  const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
  std::array<char, 33> hexadecimal{};
  std::snprintf(hexadecimal.data(), hexadecimal.size(), "%016llx%016llx", static_cast<unsigned long long>(hash.high64), static_cast<unsigned long long>(hash.low64));
  return "onnx:" + std::string(hexadecimal.data());
}

}  // namespace sbx::models
