// SPDX-License-Identifier: Apache-2.0
// The files of a model's folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/result.h"

namespace sbx::models {

/// What `config.json` of Hugging Face's transformers says that matters here.
struct OnnxConfig {
  std::vector<std::string> labels;      // of `id2label`, by number
  std::optional<bool> exclusive;        // by `problem_type`
  std::optional<uint32_t> most_tokens;  // by `max_position_embeddings`
};

/// Empty where there is no such file. R0788.
Result<OnnxConfig> read_onnx_config(const std::string& path);

/// A hash (XXH3, 128 bits) of the folder's files `model.onnx…`, `tokenizer.json` and `config.json`, and of `settings`. R0788.
Result<std::string> hash_of_folder(const std::string& folder, const std::string& settings);

}  // namespace sbx::models
