// SPDX-License-Identifier: Apache-2.0
// Attacks of a source that nobody learned from: signals_attacks ROWS. Each group of rows labelled `attack` is left out in turn; the
// threshold lets 1 % of the unseen half of the hard harmless rows through (groups that begin with `hard`, every second row). Figures, not
// assertions; tests/bench/signals/rows makes the rows, docs/performance.md has the results.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "runtime/learn/train_signal.h"
#include "runtime/source/read_file.h"

using namespace sbx;
using namespace sbx::learn;

namespace {

/// As signals_compare has it.
ClassifierRecipe floor_recipe() {
  return {.features = {.views = {{models::View::Words, 1, 2, 16}, {models::View::Characters, 2, 5, 16}}},
          .least_documents = 1,
          .most_features = size_t{1} << 24};
}

enum class Part { Learned, Attack, Harmless };

/// Where each row goes when a source of attacks is left out.
std::vector<Part> parts_of(std::span<const LabelledRow> rows, const std::string& left_out) {
  std::vector<Part> parts;
  size_t hard = 0;
  for (const LabelledRow& row : rows) {
    const bool is_attack = row.labels == std::vector<std::string>{"attack"};
    const bool is_unseen = row.group.starts_with("hard") && hard++ % 2 == 1;
    parts.push_back(is_attack && row.group == left_out ? Part::Attack : is_unseen ? Part::Harmless : Part::Learned);
  }
  return parts;
}

void judge(const ClassifierRows& rows, std::span<const Part> parts, const ClassifierRecipe& recipe) {
  std::vector<size_t> learned;
  for (size_t row = 0; row < parts.size(); ++row) {
    if (parts[row] == Part::Learned) learned.push_back(row);
  }
  const models::LinearClassifier classifier(fit_classifier(rows, learned, recipe, 1), {});
  std::vector<double> scores, reached;
  std::vector<bool> is_attack;
  for (size_t row = 0; row < parts.size(); ++row) {
    if (parts[row] == Part::Learned) continue;
    scores.push_back(classifier.logits(rows.texts[row])[0]);  // `attack` comes before `benign`
    is_attack.push_back(parts[row] == Part::Attack);
  }
  const std::optional<Operating> at = at_false_positives(scores, is_attack, 0.01);
  for (size_t i = 0; i < scores.size(); ++i) {
    if (is_attack[i]) reached.push_back(scores[i] >= at->threshold);
  }
  const Interval range = interval(reached, {.seed = 1});
  fmt::print("  {:.3f} ({:.3f} to {:.3f}) AUROC {:.3f}", at->recall, range.low, range.high, *auroc(scores, is_attack));
}

int compare(const char* path) {
  const Result<std::string> bytes = read_file(path);
  if (!bytes) return fmt::print(stderr, "{}\n", bytes.error().message), 1;
  const Result<std::vector<LabelledRow>> labelled = read_labelled_rows(*bytes, path);
  if (!labelled) return fmt::print(stderr, "{}\n", labelled.error().message), 1;
  const SignalTraining training{.kind = SignalModel::Binary, .most_features = size_t{1} << 17};
  const Result<ClassifierRows> rows = classifier_rows(*labelled, training.kind);
  if (!rows) return fmt::print(stderr, "{}\n", rows.error().message), 1;
  std::set<std::string> sources;
  for (const LabelledRow& row : *labelled) {
    if (row.labels == std::vector<std::string>{"attack"} && row.group != "own") sources.insert(row.group);
  }
  for (const std::string& source : sources) {
    const std::vector<Part> parts = parts_of(*labelled, source);
    fmt::print("{:16}", source);
    for (const ClassifierRecipe& recipe : {floor_recipe(), recipe_for(training)}) judge(*rows, parts, recipe);
    fmt::print("\n");
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) { return count == 2 ? compare(arguments[1]) : (fmt::print(stderr, "signals_attacks ROWS\n"), 2); }
