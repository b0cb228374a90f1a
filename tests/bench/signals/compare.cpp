// SPDX-License-Identifier: Apache-2.0
// Learned signals beside a plain floor, on the same folds: signals_compare ROWS [--group] [--folds N] [--features N] [--language].
// `--language` trains the kind of that name, and leaves out the floor. Figures, not assertions; tests/bench/signals/rows makes the rows, docs/performance.md has the results.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string_view>

#include "runtime/learn/train_signal.h"
#include "runtime/source/read_file.h"

using namespace sbx;
using namespace sbx::learn;

namespace {

/// TF-IDF of single words and pairs, and of characters by two to five, a linear SVM with C = 1: all n-grams, none rounded away.
ClassifierRecipe floor_recipe() {
  return {.features = {.views = {{models::View::Words, 1, 2, 16}, {models::View::Characters, 2, 5, 16}}},
          .least_documents = 1,
          .most_features = size_t{1} << 24};
}

std::vector<double> hits(std::span<const ScoredRow> rows) {
  std::vector<double> right;
  for (const ScoredRow& row : rows) {
    if (!row.truth.empty()) right.push_back(row.truth == row.chosen);
  }
  return right;
}

void print(const char* name, const ClassificationFigures& f) {
  fmt::print("{:8} accuracy {:.4f} ({:.4f} to {:.4f})  macro F1 {:.4f}  ECE {:.4f}", name, f.accuracy.value_or(0), f.accuracy_interval->low,
             f.accuracy_interval->high, f.macro_f1.value_or(0), f.ece.value_or(0));
  if (f.oos_auroc) fmt::print("  out of scope AUROC {:.4f}", *f.oos_auroc);
  fmt::print("\n");
}

void print_groups(std::span<const LabelledRow> labelled, std::span<const ScoredRow> floor, std::span<const ScoredRow> ours) {
  std::vector<std::string> groups;
  for (const LabelledRow& row : labelled) groups.push_back(row.group);
  std::vector<std::string> names = groups;
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string& name : names.size() > 20 ? std::vector<std::string>{} : names) {
    double rows = 0, of_floor = 0, of_ours = 0;
    for (size_t i = 0; i < groups.size(); ++i) {
      if (groups[i] != name || ours[i].truth.empty()) continue;
      ++rows;
      of_floor += !floor.empty() && floor[i].truth == floor[i].chosen;
      of_ours += ours[i].truth == ours[i].chosen;
    }
    if (rows > 0) fmt::print("  {:16} {:5} rows  floor {:.4f}  signal {:.4f}\n", name, rows, of_floor / rows, of_ours / rows);
  }
}

int compare(const char* path, SignalTraining training) {
  const Result<std::string> bytes = read_file(path);
  if (!bytes) return fmt::print(stderr, "{}\n", bytes.error().message), 1;
  const Result<std::vector<LabelledRow>> labelled = read_labelled_rows(*bytes, path);
  if (!labelled) return fmt::print(stderr, "{}\n", labelled.error().message), 1;
  const bool is_language = training.kind == SignalModel::Language;
  if (!is_language) training.kind = model_for(*labelled);
  const Result<ClassifierRows> rows = classifier_rows(*labelled, training.kind);
  const Result<Folds> folds = folds_for(*labelled, training);
  if (!rows || !folds) return fmt::print(stderr, "{}\n", (rows ? folds.error() : rows.error()).message), 1;
  std::vector<std::vector<ScoredRow>> all;
  std::vector<ClassifierRecipe> recipes = {floor_recipe(), recipe_for(training)};
  if (is_language) recipes.erase(recipes.begin());
  for (const ClassifierRecipe& recipe : recipes) {
    const TrainedClassifier trained = train_classifier(*rows, *folds, recipe, training.seed);
    all.push_back(scored(*rows, trained.held_out, true));
    print(all.size() < recipes.size() ? "floor" : "signal", classification_figures(all.back(), rows->labels.size(), true));
  }
  if (is_language) return print_groups(*labelled, {}, all[0]), 0;
  const Interval better = paired_interval(hits(all[1]), hits(all[0]));
  fmt::print("signal - floor, 95 %: {:+.4f} to {:+.4f}\n", better.low, better.high);
  return print_groups(*labelled, all[0], all[1]), 0;
}

}  // namespace

int main(int count, char** arguments) {
  SignalTraining training{.seed = 1, .most_features = size_t{1} << 17};
  if (count < 2) return fmt::print(stderr, "signals_compare ROWS [--group] [--folds N] [--features N] [--language]\n"), 2;
  for (int i = 2; i < count; ++i) {
    const std::string_view option = arguments[i];
    if (option == "--group") training.by_group = true;
    if (option == "--language") training.kind = SignalModel::Language;
    if (option == "--folds" && i + 1 < count) training.folds = static_cast<uint32_t>(std::atoi(arguments[++i]));
    if (option == "--features" && i + 1 < count) training.most_features = static_cast<size_t>(std::atoi(arguments[++i]));
  }
  return compare(arguments[1], training);
}
