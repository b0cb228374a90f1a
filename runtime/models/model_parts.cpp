// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/model_parts.h"

#include <algorithm>

namespace sbx::models {

namespace {

constexpr size_t kMostLabels = 4096, kLongestLabel = 256;

FeatureSpec read_spec(ModelReader& from) {
  FeatureSpec spec{.views = {}, .bits = from.u8(), .most_bytes = from.u32()};
  const uint8_t views = from.u8();
  for (uint8_t i = 0; i < views && !from.failed(); ++i) {
    const auto view = static_cast<View>(from.u8());
    const uint8_t least = from.u8(), most = from.u8(), weight = from.u8();
    spec.views.push_back({view, least, most, weight});
  }
  if (!is_valid(spec)) from.fail();
  return spec;
}

}  // namespace

void write(const FeatureTable& table, ModelWriter& to) {
  const FeatureSpec& spec = table.spec();
  to.u8(spec.bits);
  to.u32(spec.most_bytes);
  to.u8(static_cast<uint8_t>(spec.views.size()));
  for (const ViewSpec& view : spec.views) {
    for (const uint8_t value : {static_cast<uint8_t>(view.view), view.from, view.to, view.weight}) to.u8(value);
  }
  to.ascending(table.buckets());
  to.bytes(table.rarities());
}

std::optional<FeatureTable> read_table(ModelReader& from) {
  FeatureSpec spec = read_spec(from);
  if (from.failed()) return std::nullopt;
  std::vector<uint32_t> buckets = from.ascending(uint64_t{1} << spec.bits);
  std::vector<uint8_t> rarities = from.bytes(buckets.size());
  if (std::ranges::count(rarities, 0) > 0) from.fail();
  if (from.failed()) return std::nullopt;
  return FeatureTable(std::move(spec), std::move(buckets), std::move(rarities));
}

void write(std::span<const std::string> labels, ModelWriter& to) {
  to.u32(static_cast<uint32_t>(labels.size()));
  for (const std::string& label : labels) to.text(label);
}

std::vector<std::string> read_labels(ModelReader& from) {
  const uint32_t count = from.u32();
  if (count == 0 || count > kMostLabels) from.fail();
  std::vector<std::string> labels;
  for (uint32_t i = 0; i < count && !from.failed(); ++i) labels.push_back(from.text(kLongestLabel));
  return labels;
}

void write(const LinearParameters& parameters, ModelWriter& to) {
  write(parameters.labels, to);
  to.u8(parameters.exclusive);
  to.u8(parameters.none.has_value());
  to.f32(parameters.none.value_or(0));
  to.f32s(parameters.scales);
  to.f32s(parameters.biases);
  write(parameters.table, to);
  to.bytes(parameters.weights);
}

std::optional<LinearParameters> read_linear(ModelReader& from) {
  std::vector<std::string> labels = read_labels(from);
  const uint8_t exclusive = from.u8(), has_none = from.u8();
  const float none = from.f32();
  std::vector<float> scales = from.f32s(labels.size()), biases = from.f32s(labels.size());
  if (exclusive > 1 || has_none > 1) from.fail();
  std::optional<FeatureTable> table = read_table(from);
  if (from.failed()) return std::nullopt;
  const size_t stride = (labels.size() + kLabelBlock - 1) / kLabelBlock * kLabelBlock;
  std::vector<int8_t> weights = from.signed_bytes(table->size() * stride);
  if (from.failed()) return std::nullopt;
  return LinearParameters{.table = std::move(*table),
                          .labels = std::move(labels),
                          .exclusive = exclusive == 1,
                          .none = has_none ? std::optional(none) : std::nullopt,
                          .stride = stride,
                          .weights = std::move(weights),
                          .scales = std::move(scales),
                          .biases = std::move(biases)};
}

void write(const TaggerParameters& parameters, ModelWriter& to) {
  write(parameters.labels, to);
  to.u8(parameters.bits);
  to.u32(parameters.most_bytes);
  to.u8(parameters.patterns);
  to.f32(parameters.scale);
  to.f32s(parameters.transitions);
  to.ascending(parameters.buckets);
  to.bytes(parameters.weights);
}

std::optional<TaggerParameters> read_tagger(ModelReader& from) {
  TaggerParameters parameters;
  parameters.labels = read_labels(from);
  parameters.bits = from.u8();
  parameters.most_bytes = from.u32();
  const uint8_t patterns = from.u8();
  parameters.patterns = patterns == 1;
  parameters.scale = from.f32();
  // As much work a token as the square of the tags: more labels than this are none of a tagger's.
  if (parameters.labels.size() > 128 || parameters.bits < 8 || parameters.bits > 32 || patterns > 1) from.fail();
  if (from.failed()) return std::nullopt;
  const size_t tags = parameters.tags();
  parameters.transitions = from.f32s(tags * tags);
  if (std::ranges::any_of(parameters.transitions, [](float score) { return score > 50 || score < -50; })) from.fail();
  parameters.buckets = from.ascending(uint64_t{1} << parameters.bits);
  parameters.stride = (tags + kLabelBlock - 1) / kLabelBlock * kLabelBlock;
  parameters.weights = from.signed_bytes(parameters.buckets.size() * parameters.stride);
  if (from.failed()) return std::nullopt;
  return parameters;
}

}  // namespace sbx::models
