// SPDX-License-Identifier: Apache-2.0
// The parts of model files, each with the two directions beside each other. Readers say by ModelReader::failed that something cannot be.
#pragma once

#include <optional>

#include "runtime/models/linear_model.h"
#include "runtime/models/linear_tagger.h"
#include "runtime/models/model_bytes.h"

namespace sbx::models {

void write(const FeatureTable& table, ModelWriter& to);
[[nodiscard]] std::optional<FeatureTable> read_table(ModelReader& from);

void write(std::span<const std::string> labels, ModelWriter& to);
[[nodiscard]] std::vector<std::string> read_labels(ModelReader& from);

void write(const LinearParameters& parameters, ModelWriter& to);
[[nodiscard]] std::optional<LinearParameters> read_linear(ModelReader& from);

void write(const TaggerParameters& parameters, ModelWriter& to);
[[nodiscard]] std::optional<TaggerParameters> read_tagger(ModelReader& from);

}  // namespace sbx::models
