// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/eval_run.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "runtime/learn/encoder_fit.h"
#include "runtime/program/lookup.h"

namespace sbx::driver {
namespace {

using learn::Choice;
using Columns = std::vector<std::optional<size_t>>;

constexpr size_t kNeighbourDimension = 64;  // of the vectors that the baseline `knn` compares

std::vector<size_t> every_row(const OutcomeData& data) {
  std::vector<size_t> rows(data.table.rows.size());
  std::iota(rows.begin(), rows.end(), size_t{0});
  return rows;
}

void add(std::vector<size_t>& candidates, std::optional<size_t> column) {
  if (column && std::ranges::find(candidates, *column) == candidates.end()) candidates.push_back(*column);
}

/// The columns of the models that some outcome of the policy may ask.
void add_asked(const Manifest& manifest, const Columns& columns, std::vector<size_t>& candidates) {
  const auto of_outcome = [&](const Outcome& outcome) {
    for (const Candidate& candidate : outcome.candidates) {
      if (const auto* ask = std::get_if<Ask>(&candidate.target)) add(candidates, columns[ask->model.index]);
      if (const auto* some = std::get_if<Selection>(&candidate.target)) {
        for (const Ask& ask : some->among) add(candidates, columns[ask.model.index]);
      }
      if (const auto* some = std::get_if<SplitChoice>(&candidate.target)) {
        for (const Ask& ask : some->among) add(candidates, columns[ask.model.index]);
      }
    }
  };
  for (const Outcome* outcome : outcomes_of(manifest)) of_outcome(*outcome);
}

Result<std::vector<size_t>> named(const OutcomeData& data, const Manifest& manifest, const Columns& columns,
                                  const std::vector<std::string>& names) {
  std::vector<size_t> candidates;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(data.table.models, name);
    std::optional<size_t> column;
    if (found != data.table.models.end()) column = static_cast<size_t>(found - data.table.models.begin());
    for (size_t i = 0; i < columns.size() && !column; ++i) {
      if (manifest.models[manifest.models.id_at(i)].name == name) column = columns[i];
    }
    if (!column) return Error{"R0703", "the rows know no model `" + name + "`"};
    add(candidates, column);
  }
  return candidates;
}

/// One policy over the rows of an arena and the logged rows.
class Deciding {
 public:
  Deciding(const OutcomeData& data, RowDecider& policy, const Manifest& manifest, const EvalOptions& options)
      : data_(data), policy_(policy), manifest_(manifest), options_(options), columns_(learn::columns_of(data.table, manifest)) {}

  Result<std::vector<Choice>> rows(const learn::Arena& arena, const learn::OutcomeFolds& folds) {
    std::vector<Choice> choices(arena.rows.size());
    const bool is_taught = folds.count > 0 && !learn::trained_calls(manifest_).empty();
    if (is_taught) {
      Result<std::vector<learn::SeenRow>> seen = policy_.see(data_.requests);
      if (!seen) return seen.error();
      seen_ = std::move(*seen);
    }
    for (size_t fold = 0; fold < (is_taught ? folds.count : 1); ++fold) {
      std::optional<Learned> taught;
      if (is_taught) {
        Result<Learned> made = teach(folds, fold);
        if (!made) return made.error();
        taught = std::move(*made);
      }
      const Learned* learned = taught ? &*taught : options_.learned;
      if (auto error = check_learned(manifest_, learned)) return *error;
      for (size_t i = 0; i < choices.size(); ++i) {
        if (is_taught && folds.of_row[arena.rows[i]] != fold) continue;
        const Result<Decision> decision = policy_.decide(data_.requests[arena.rows[i]], learned);
        if (!decision) return decision.error();
        choices[i] = choice_of(*decision, columns_, arena);
      }
    }
    return choices;
  }

  /// What the log's requests come to; trained selectors have learned from all rows.
  Result<learn::OffPolicyValue> logged() {
    std::optional<Learned> taught;
    if (options_.folds > 0 && !learn::trained_calls(manifest_).empty() && !data_.table.rows.empty()) {
      Result<Learned> made = teach({}, 0);
      if (!made) return made.error();
      taught = std::move(*made);
    }
    const Learned* learned = taught ? &*taught : options_.learned;
    if (auto error = check_learned(manifest_, learned)) return *error;
    std::vector<learn::LoggedChoice> rows;
    for (size_t i = 0; i < data_.logged.size(); ++i) {
      const learn::LoggedRow& row = data_.table.logged[i];
      const Result<Decision> decision = policy_.decide(data_.logged[i], learned);
      if (!decision) return decision.error();
      const auto chosen = decision->attempts.empty() ? std::nullopt : columns_[decision->attempts.front().model.index];
      rows.push_back({row.action, row.propensity, row.reward, chosen});
    }
    return learn::off_policy_value(rows, data_.table.models.size(), options_.learn.seed);
  }

  const Columns& columns() const { return columns_; }

 private:
  Result<Learned> teach(const learn::OutcomeFolds& folds, size_t fold) {
    std::vector<size_t> rows;
    for (size_t row = 0; row < data_.table.rows.size(); ++row) {
      if (folds.count == 0 || folds.of_row[row] != fold) rows.push_back(row);
    }
    learn::LearnOptions learn = options_.learn;
    if (folds.count > 0 && options_.learn.stage) {
      const std::string head = "fold " + std::to_string(fold + 1) + " of " + std::to_string(folds.count) + ": ";
      learn.stage = [this, head](std::string_view what) { options_.learn.stage(head + std::string(what)); };
    }
    return learn::learn(manifest_, data_.table, seen_, rows, learn);
  }

  const OutcomeData& data_;
  RowDecider& policy_;
  const Manifest& manifest_;
  const EvalOptions& options_;
  Columns columns_;
  std::vector<learn::SeenRow> seen_;
};

/// Every row's text as a vector, for neighbours; how texts become vectors is found from all of them, and from no outcome.
Tensor text_vectors(const OutcomeData& data, uint64_t seed) {
  std::vector<const std::string*> texts;
  for (const Request& request : data.requests) texts.push_back(&seen_text(request));
  const TextEncoder encoder = learn::fit_encoder(texts, kNeighbourDimension, seed);
  Tensor vectors(texts.size(), encoder.dimension());
  for (size_t i = 0; i < texts.size(); ++i) std::ranges::copy(encoder.encode(*texts[i]), vectors.row(i).begin());
  return vectors;
}

}  // namespace

Result<Evaluation> evaluate(const OutcomeData& data, RowDecider& policy, RowDecider* against, const EvalOptions& options) {
  const Result<const Manifest*> manifest = policy.manifest();
  if (!manifest) return manifest.error();
  const Result<const Manifest*> other = against == nullptr ? manifest : against->manifest();
  if (!other) return other.error();
  Deciding deciding(data, policy, **manifest, options);
  Result<std::vector<size_t>> candidates = named(data, **manifest, deciding.columns(), options.candidates);
  if (!candidates) return candidates.error();
  if (candidates->empty()) {
    add_asked(**manifest, deciding.columns(), *candidates);
    add_asked(**other, learn::columns_of(data.table, **other), *candidates);
  }
  if (candidates->empty()) return Error{"R0703", "the rows know none of the models that the policy asks"};

  Evaluation made{.arena = learn::make_arena(data.table, every_row(data), std::move(*candidates))};
  if (made.arena.rows.empty() && data.logged.empty()) return Error{"R0703", "in no row is the quality of all candidates known"};
  made.folds = learn::make_outcome_folds(data.table, std::min(options.folds, data.table.rows.size()), options.by_group, options.learn.seed);
  Result<std::vector<Choice>> choices = deciding.rows(made.arena, made.folds);
  if (!choices) return choices.error();
  made.choices = std::move(*choices);
  if (options.learn.stage) options.learn.stage("baselines");
  if (!made.arena.rows.empty())
    made.baselines = learn::baselines(made.arena, made.folds, text_vectors(data, options.learn.seed), options.learn.seed);
  if (against != nullptr) {
    Result<std::vector<Choice>> theirs = Deciding(data, *against, **other, options).rows(made.arena, made.folds);
    if (!theirs) return theirs.error();
    made.against = std::move(*theirs);
  }
  if (!data.logged.empty()) {
    Result<learn::OffPolicyValue> value = deciding.logged();
    if (!value) return value.error();
    made.off_policy = *value;
  }
  return made;
}

}  // namespace sbx::driver
