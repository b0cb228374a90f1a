// SPDX-License-Identifier: Apache-2.0
// The standard library's model of languages, which is part of the program, so that a language is told without a file.
#pragma once

#include "runtime/models/linear_model.h"

namespace sbx::models {

struct TrainedLanguage {
  std::string code;         // ISO 639
  int64_t probability = 0;  // millionths
  bool truncated = false;
};

/// The likeliest of the languages that stdlib/models/language.sbm knew when the program was built; nothing where hardly an n-gram of the
/// text is in any of them.
[[nodiscard]] std::optional<TrainedLanguage> likeliest_language(std::string_view text);
[[nodiscard]] bool is_trained_language(std::string_view code);

}  // namespace sbx::models
