// SPDX-License-Identifier: Apache-2.0
// Training of linear classifiers: the optimum, calibration and repeatability.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "runtime/learn/calibrate.h"
#include "runtime/learn/pieces.h"
#include "runtime/learn/random.h"
#include "runtime/learn/train_classifier.h"
#include "runtime/models/model_file.h"

using namespace sbx;
using namespace sbx::learn;

namespace {

/// Rows of two words each: one that tells the label, mostly, and one that does not.
ClassifierRows rows_of(size_t count, double noise) {
  ClassifierRows rows{.texts = {}, .labels = {"billing", "cards", "travel"}, .row_labels = {}};
  const char* words[] = {"invoice", "card", "flight"};
  const char* others[] = {"please", "now", "today", "tomorrow", "help"};
  Random random(11);
  for (size_t i = 0; i < count; ++i) {
    const auto label = static_cast<uint16_t>(random.below(3));
    const size_t said = random.unit() < noise ? random.below(3) : label;
    rows.texts.push_back(std::string(words[said]) + " " + others[random.below(5)]);
    rows.row_labels.push_back({label});
  }
  return rows;
}

ClassifierRecipe recipe() {
  return {.features = {.views = {{models::View::Words, 1, 2}, {models::View::WithinWords, 2, 4}}, .bits = 16}, .least_documents = 1};
}

Folds folds_of(const ClassifierRows& rows, uint32_t count) {
  std::vector<uint32_t> strata;
  for (const LabelIds& ids : rows.row_labels) strata.push_back(ids.front());
  return stratified_folds(strata, count, 0);
}

}  // namespace

TEST_CASE("dual descent ends where the gradient of the primal is nothing") {
  SparseRows rows;
  std::vector<LabelIds> labels;
  Random random(3);
  for (int i = 0; i < 200; ++i) {
    const double x = random.unit() * 2 - 1, y = random.unit() * 2 - 1;
    rows.columns.insert(rows.columns.end(), {0, 1});
    rows.values.insert(rows.values.end(), {static_cast<float>(x), static_cast<float>(y)});
    rows.end_row();
    labels.push_back(LabelIds{static_cast<uint16_t>(x + 0.5 * y + 0.3 * random.unit() > 0 ? 1 : 0)});
  }
  const LinearWeights found =
      train_one_vs_rest(rows, labels, 2, 2, {.cost = 0.7, .label_costs = {}, .tolerance = 1e-5, .most_epochs = 4000});
  for (size_t label = 0; label < 2; ++label) {
    // gradient of ½‖w‖² + ½b² + C Σ max(0, 1 - y(w·x + b))²
    double gradient[3] = {found.of(0)[label], found.of(1)[label], found.biases[label]};
    for (size_t row = 0; row < rows.size(); ++row) {
      const double sign = labels[row].front() == label ? 1 : -1, x = rows.values[2 * row], y = rows.values[2 * row + 1];
      const double slack = 1 - sign * (found.of(0)[label] * x + found.of(1)[label] * y + found.biases[label]);
      if (slack <= 0) continue;
      gradient[0] -= 2 * 0.7 * slack * sign * x;
      gradient[1] -= 2 * 0.7 * slack * sign * y;
      gradient[2] -= 2 * 0.7 * slack * sign;
    }
    for (const double part : gradient) CHECK(part == doctest::Approx(0).epsilon(0.01));
  }
}

TEST_CASE("a temperature gives back the slope that margins were scaled by") {
  Random random(5);
  Margins margins;
  std::vector<LabelIds> labels;
  for (int i = 0; i < 4000; ++i) {
    const double logit = 6 * random.unit() - 3;
    margins.push_back({logit / 2.5, 0});
    labels.push_back(LabelIds{static_cast<uint16_t>(random.unit() < 1 / (1 + std::exp(-logit)) ? 0 : 1)});
  }
  CHECK(fit_temperature(margins, labels) == doctest::Approx(2.5).epsilon(0.08));
  CHECK_FALSE(fit_none(margins, labels, 2.5));
  std::vector<double> first;
  std::vector<bool> has;
  for (size_t i = 0; i < margins.size(); ++i) {
    first.push_back(margins[i][0] + 1);
    has.push_back(labels[i].front() == 0);
  }
  const Slope line = fit_sigmoid(first, has);
  CHECK(line.slope == doctest::Approx(2.5).epsilon(0.08));
  CHECK(line.offset == doctest::Approx(-2.5).epsilon(0.1));
}

TEST_CASE("labels that words tell are learned, held out rows included") {
  const ClassifierRows rows = rows_of(300, 0.1);
  const TrainedClassifier trained = train_classifier(rows, folds_of(rows, 5), recipe(), 1);
  REQUIRE(trained.held_out.size() == 300);
  size_t right = 0;
  for (size_t i = 0; i < 300; ++i) {
    const auto& p = trained.held_out[i];
    right += std::max_element(p.begin(), p.end()) - p.begin() == rows.row_labels[i].front();
    CHECK(p[0] + p[1] + p[2] == 1000000);
  }
  CHECK(right > 270);  // about 0.93 of the words tell the truth
  CHECK(right < 295);
  const models::LinearClassifier classifier(trained.parameters, {});
  const auto answer = classifier.classify("my FLIGHT", {});
  CHECK((*answer).probabilities[2] > 800000);
  CHECK((*answer).probabilities[2] < 990000);
}

TEST_CASE("the same rows and seed give the same bytes, and few features are enough") {
  const ClassifierRows rows = rows_of(120, 0.1);
  ClassifierRecipe few = recipe();
  few.most_features = 9;
  const auto bytes = [&](const ClassifierRecipe& by, uint64_t seed) {
    return models::model_bytes(train_classifier(rows, folds_of(rows, 3), by, seed).parameters, "{}");
  };
  CHECK(bytes(few, 1) == bytes(few, 1));
  CHECK(bytes(few, 1).size() < bytes(recipe(), 1).size());
  const auto small = train_classifier(rows, folds_of(rows, 3), few, 1);
  CHECK(small.parameters.table.size() == 9);
  CHECK((*models::LinearClassifier(small.parameters, {}).classify("flight", {})).probabilities[2] > 500000);
}

TEST_CASE("rows out of scope teach what no label is") {
  ClassifierRows rows = rows_of(200, 0);
  for (int i = 0; i < 60; ++i) {
    rows.texts.push_back(i % 2 ? "what is the weather" : "sing me a song");
    rows.row_labels.push_back({});
  }
  std::vector<uint32_t> strata;
  for (const LabelIds& ids : rows.row_labels) strata.push_back(ids.empty() ? 9 : ids.front());
  const TrainedClassifier trained = train_classifier(rows, stratified_folds(strata, 4, 0), recipe(), 1);
  REQUIRE(trained.parameters.none.has_value());
  const models::LinearClassifier classifier(trained.parameters, {});
  const auto highest = [&](const char* text) {
    const std::vector<int64_t> all = (*classifier.classify(text, {})).probabilities;
    return *std::max_element(all.begin(), all.end());
  };
  CHECK(highest("flight today") > 800000);
  CHECK(highest("weather song") < 400000);
}

TEST_CASE("labels that do not exclude each other are found together") {
  ClassifierRows rows = rows_of(150, 0);
  for (size_t i = 0; i < 75; ++i) {
    rows.texts.push_back(i % 2 ? "invoice flight" : "help");
    rows.row_labels.push_back(i % 2 ? LabelIds{0, 2} : LabelIds{});
  }
  ClassifierRecipe independent = recipe();
  independent.exclusive = false;
  std::vector<std::string> none(rows.texts.size());
  const TrainedClassifier trained = train_classifier(rows, group_folds(none, 3), independent, 1);
  const models::LinearClassifier classifier(trained.parameters, {});
  const auto both = *classifier.classify("flight invoice", {});
  CHECK(both.probabilities[0] > 500000);
  CHECK(both.probabilities[1] < 500000);
  CHECK(both.probabilities[2] > 500000);
}

TEST_CASE("texts are cut into words, once for each label, and into pairs") {
  const ClassifierRows rows{
      .texts = {"Guten Morgen, liebe 2 Leute", "morgen", "l'eau est"}, .labels = {"de", "fr"}, .row_labels = {{0}, {0}, {1}}};
  const std::vector<size_t> places = {0, 1, 2};
  const ClassifierRows pieces = with_pieces(rows, places);
  const std::vector<std::string> expected = {
      "Guten Morgen, liebe 2 Leute", "morgen", "l'eau est", "Guten", "Guten Morgen", "Morgen", "liebe", "liebe 2", "Leute", "l'eau", "est"};
  CHECK(pieces.texts == expected);
  CHECK(pieces.row_labels.size() == expected.size());
  CHECK(pieces.row_labels.back() == LabelIds{1});
}

TEST_CASE("rows that are never held out are learned from and not judged") {
  ClassifierRows rows = rows_of(60, 0);
  Folds folds = folds_of(rows, 3);
  rows.texts.insert(rows.texts.end(), {"ticket", "ticket now", "ticket please"});
  rows.row_labels.insert(rows.row_labels.end(), 3, LabelIds{2});
  folds.resize(rows.texts.size(), kNeverHeldOut);
  const TrainedClassifier trained = train_classifier(rows, folds, recipe(), 1);
  CHECK(trained.held_out.size() == 60);
  CHECK((*models::LinearClassifier(trained.parameters, {}).classify("ticket", {})).probabilities[2] > 500000);
}
