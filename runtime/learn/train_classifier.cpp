// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/train_classifier.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "runtime/learn/calibrate.h"
#include "runtime/learn/pieces.h"

namespace sbx::learn {

namespace {

using models::FeatureTable;
using models::LinearParameters;
using models::SparseText;

/// The n-grams of enough rows, and how rare they are.
FeatureTable count_features(const ClassifierRows& rows, std::span<const size_t> places, const ClassifierRecipe& recipe) {
  std::vector<uint32_t> documents(size_t{1} << recipe.features.bits);
  models::NGrams ngrams;
  std::vector<uint32_t> seen;
  for (const size_t place : places) {
    ngrams.cut(rows.texts[place], recipe.features);
    seen.clear();
    for (size_t view = 0; view < recipe.features.views.size(); ++view)
      seen.insert(seen.end(), ngrams.of(view).begin(), ngrams.of(view).end());
    std::ranges::sort(seen);
    const auto repeated = std::ranges::unique(seen);
    seen.erase(repeated.begin(), repeated.end());
    for (const uint32_t bucket : seen) ++documents[bucket];
  }
  std::vector<uint32_t> buckets;
  std::vector<uint8_t> rarities;
  for (uint32_t bucket = 0; bucket < documents.size(); ++bucket) {
    if (documents[bucket] == 0 || documents[bucket] < recipe.least_documents) continue;
    buckets.push_back(bucket);
    rarities.push_back(models::rarity(places.size(), documents[bucket]));
  }
  return FeatureTable(recipe.features, std::move(buckets), std::move(rarities));
}

SparseRows vectors_of(const ClassifierRows& rows, std::span<const size_t> places, const FeatureTable& table) {
  SparseRows vectors;
  SparseText text;
  for (const size_t place : places) {
    table.read(rows.texts[place], text);
    vectors.columns.insert(vectors.columns.end(), text.rows.begin(), text.rows.end());
    for (const int16_t value : text.values) vectors.values.push_back(static_cast<float>(value) / static_cast<float>(models::kOne));
    vectors.end_row();
  }
  return vectors;
}

/// The columns with the largest sums of squared weights, ascending.
std::vector<uint32_t> strongest(const LinearWeights& weights, size_t columns, size_t most) {
  std::vector<double> strength(columns);
  for (size_t column = 0; column < columns; ++column) {
    for (const float weight : weights.of(column)) strength[column] += static_cast<double>(weight) * static_cast<double>(weight);
  }
  std::vector<uint32_t> order(columns);
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater<>{}, [&](uint32_t column) { return strength[column]; });
  order.resize(most);
  std::ranges::sort(order);
  return order;
}

FeatureTable only(const FeatureTable& table, std::span<const uint32_t> columns) {
  std::vector<uint32_t> buckets;
  std::vector<uint8_t> rarities;
  for (const uint32_t column : columns) {
    buckets.push_back(table.buckets()[column]);
    rarities.push_back(table.rarities()[column]);
  }
  return FeatureTable(table.spec(), std::move(buckets), std::move(rarities));
}

/// Weights rounded to a byte, with a scale for each label.
LinearParameters rounded(FeatureTable table, const LinearWeights& weights, const ClassifierRows& rows, bool exclusive) {
  LinearParameters result{.table = std::move(table),
                          .labels = rows.labels,
                          .exclusive = exclusive,
                          .none = {},
                          .stride = weights.stride,
                          .weights = std::vector<int8_t>(weights.weights.size()),
                          .scales = {},
                          .biases = weights.biases};
  for (size_t label = 0; label < weights.labels; ++label) {
    float largest = 0;
    for (size_t i = label; i < weights.weights.size(); i += weights.stride) largest = std::max(largest, std::abs(weights.weights[i]));
    const float scale = largest > 0 ? largest / 127 : 1;
    for (size_t i = label; i < weights.weights.size(); i += weights.stride)
      result.weights[i] = static_cast<int8_t>(std::lround(weights.weights[i] / scale));
    result.scales.push_back(scale / static_cast<float>(models::kOne));
  }
  return result;
}

OneVsRestOptions options_of(const ClassifierRecipe& recipe, std::span<const LabelIds> labels, size_t label_count, uint64_t seed) {
  OneVsRestOptions options{.cost = recipe.cost, .label_costs = {}, .seed = seed};
  if (!recipe.balanced) return options;
  std::vector<double> counts(label_count);
  for (const LabelIds& ids : labels) {
    for (const uint16_t id : ids) ++counts[id];
  }
  const double mean = static_cast<double>(labels.size()) / static_cast<double>(label_count);
  for (const double count : counts) options.label_costs.push_back(mean / std::max(count, 1.0));
  return options;
}

/// Logits in place of margins: one slope for exclusive labels, a line for each of others.
void calibrate(LinearParameters& parameters, const Margins& margins, std::span<const LabelIds> labels) {
  if (parameters.exclusive) {
    const double slope = fit_temperature(margins, labels);
    if (const auto none = fit_none(margins, labels, slope)) parameters.none = static_cast<float>(*none);
    for (float& scale : parameters.scales) scale *= static_cast<float>(slope);
    for (float& bias : parameters.biases) bias *= static_cast<float>(slope);
    return;
  }
  for (size_t label = 0; label < parameters.labels.size(); ++label) {
    std::vector<double> of_label;
    std::vector<bool> has;
    for (size_t row = 0; row < margins.size(); ++row) {
      of_label.push_back(margins[row][label]);
      has.push_back(std::ranges::find(labels[row], label) != labels[row].end());
    }
    const Slope line = fit_sigmoid(of_label, has);
    parameters.scales[label] *= static_cast<float>(line.slope);
    parameters.biases[label] = static_cast<float>(line.slope * parameters.biases[label] + line.offset);
  }
}

/// The probabilities that the calibrated model would give to margins of another one.
std::vector<std::vector<int64_t>> calibrated(const Margins& margins, const LinearParameters& before, const LinearParameters& after) {
  std::vector<std::vector<int64_t>> result;
  for (const std::vector<double>& row : margins) {
    std::vector<double> logits;
    for (size_t label = 0; label < row.size(); ++label) {
      const double slope = static_cast<double>(after.scales[label]) / before.scales[label];
      logits.push_back(slope * (row[label] - before.biases[label]) + after.biases[label]);
    }
    result.push_back(models::probabilities(logits, after.exclusive, after.none));
  }
  return result;
}

LinearParameters fit_pieces(const ClassifierRows& rows, std::span<const size_t> places, const ClassifierRecipe& recipe, uint64_t seed) {
  const ClassifierRows pieces = with_pieces(rows, places);
  std::vector<size_t> all(pieces.texts.size());
  std::iota(all.begin(), all.end(), 0);
  ClassifierRecipe of_pieces = recipe;
  of_pieces.pieces = false;
  return fit_classifier(pieces, all, of_pieces, seed);
}

}  // namespace

LinearParameters fit_classifier(const ClassifierRows& rows, std::span<const size_t> places, const ClassifierRecipe& recipe, uint64_t seed) {
  if (recipe.pieces) return fit_pieces(rows, places, recipe, seed);
  std::vector<LabelIds> labels;
  for (const size_t place : places) labels.push_back(rows.row_labels[place]);
  const OneVsRestOptions options = options_of(recipe, labels, rows.labels.size(), seed);
  FeatureTable table = count_features(rows, places, recipe);
  LinearWeights weights = train_one_vs_rest(vectors_of(rows, places, table), labels, table.size(), rows.labels.size(), options);
  if (table.size() > recipe.most_features) {
    table = only(table, strongest(weights, table.size(), recipe.most_features));
    weights = train_one_vs_rest(vectors_of(rows, places, table), labels, table.size(), rows.labels.size(), options);
  }
  return rounded(std::move(table), weights, rows, recipe.exclusive);
}

TrainedClassifier train_classifier(const ClassifierRows& rows, const Folds& folds, const ClassifierRecipe& recipe, uint64_t seed,
                                   const Progress& progress) {
  const size_t count = fold_count(folds);
  const auto held = static_cast<size_t>(std::ranges::count_if(folds, [](uint32_t fold) { return fold != kNeverHeldOut; }));
  Margins margins(held);  // those that never are come last
  for (size_t fold = 0; fold < count; ++fold) {
    if (progress) progress(fold, count + 1);
    std::vector<size_t> learned;
    for (size_t row = 0; row < folds.size(); ++row) {
      if (folds[row] != fold) learned.push_back(row);
    }
    const models::LinearClassifier classifier(fit_classifier(rows, learned, recipe, seed), {});
    for (size_t row = 0; row < folds.size(); ++row) {
      if (folds[row] == fold) margins[row] = classifier.logits(rows.texts[row]);
    }
  }
  if (progress) progress(count, count + 1);
  std::vector<size_t> all(rows.texts.size());
  std::iota(all.begin(), all.end(), 0);
  LinearParameters parameters = fit_classifier(rows, all, recipe, seed);
  const LinearParameters uncalibrated = parameters;
  calibrate(parameters, margins, std::span(rows.row_labels).first(held));
  std::vector<std::vector<int64_t>> held_out = calibrated(margins, uncalibrated, parameters);
  return {std::move(parameters), std::move(held_out)};
}

}  // namespace sbx::learn
