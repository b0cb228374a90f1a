// SPDX-License-Identifier: Apache-2.0
// Model files (.sbm): what `signalbox train signal` writes and policies name. A magic, a version, a hash of all that follows, a card in
// JSON for people, and what the kind of model needs (docs/design/model-files.md).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/models/linear_model.h"
#include "runtime/models/linear_tagger.h"
#include "runtime/models/model.h"

namespace sbx::models {

/// The model of a file: a Classifier, a Tagger or an Encoder. R0701 if it cannot be read, R0795 if it is no model file or another
/// version's, R0796 if it is damaged.
[[nodiscard]] Result<std::shared_ptr<const LearnedModel>> load_model_file(const std::string& path);
/// The same of bytes; `name` is only for messages.
[[nodiscard]] Result<std::shared_ptr<const LearnedModel>> parse_model(std::string_view bytes, std::string_view name);
/// The card alone.
[[nodiscard]] Result<std::string> read_model_card(std::string_view bytes, std::string_view name);

/// The bytes of a file; `card` is a JSON document.
[[nodiscard]] std::string model_bytes(const LinearParameters& parameters, std::string_view card);
[[nodiscard]] std::string model_bytes(const TaggerParameters& parameters, std::string_view card);

}  // namespace sbx::models
