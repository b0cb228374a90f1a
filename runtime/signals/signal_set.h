// SPDX-License-Identifier: Apache-2.0
// All signals of a policy, bound to their arguments and to one database of keywords and patterns.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/signals/signal.h"

namespace sbx::signals {

struct BudgetUse;

/// Immutable once bound; read from several threads, each with Texts of its own.
class SignalSet {
 public:
  /// `manifest` must outlive the set. `cache` as in TextDatabase::build. Fails where an argument means nothing (E0306, E033x), the
  /// database cannot be built, or the program reads what is not there (R0710). A signal whose model cannot be had fails whenever it is
  /// read, and is among `missing`. Without models that is every signal that needs one.
  [[nodiscard]] static Result<SignalSet> bind(const Manifest& manifest, const std::string& cache, std::shared_ptr<models::Models> models = {});

  /// What is wrong with the models of signals: the signal's name goes before each message.
  [[nodiscard]] const std::vector<Error>& missing() const { return missing_; }
  /// Whether reading may take so long that a thread which serves others should not wait for it.
  [[nodiscard]] bool is_slow() const { return questions_.is_slow(); }

  /// Whether a signal goes by the answer of a model.
  [[nodiscard]] bool asks_models(SignalId signal) const { return !extractors_[signal.index]->questions().empty(); }
  /// Asks the models that these signals go by, together; what has been asked for this request is not asked again.
  void ask(std::span<const SignalId> wanted, const Request& request, Texts& texts, models::Deadline deadline) const;

  /// Reads one signal; `texts` must have been started for this request. Its `or else` is not applied. `known` may hold readings by
  /// SignalId that tables and budgets use in place of their own.
  [[nodiscard]] Reading read(SignalId signal, const Request& request, Texts& texts, std::span<const Reading> known = {},
                             const Spending* spending = nullptr) const;
  /// Every budget of the policy as it stands for this request.
  [[nodiscard]] std::vector<BudgetUse> budgets(const Request& request, Texts& texts, std::span<const Reading> known) const;

  /// For extractors: the reading of another signal, known already or read now, with its `or else`.
  [[nodiscard]] Reading settled(SignalId signal, const Observation& observation) const;
  /// For extractors: what came of a question, asked now if it has not been.
  [[nodiscard]] const Asked& asked(QuestionId question, const Observation& observation) const;
  [[nodiscard]] const Questions& questions() const { return questions_; }
  [[nodiscard]] const text::TextDatabase& database() const { return *database_; }

 private:
  SignalSet(const Manifest& manifest, std::shared_ptr<models::Models> models) : manifest_(&manifest), questions_(std::move(models)) {}

  const Manifest* manifest_;
  std::vector<std::unique_ptr<Extractor>> extractors_;  // by SignalId
  std::optional<text::TextDatabase> database_;
  Questions questions_;
  std::vector<Error> missing_;
};

/// Texts for requests that are decided at the same time; each is used again.
class TextsPool {
 public:
  class Lease {
   public:
    Lease(TextsPool& pool, std::unique_ptr<Texts> texts) : pool_(&pool), texts_(std::move(texts)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (texts_) pool_->give_back(std::move(texts_));
    }
    Texts& operator*() { return *texts_; }

   private:
    TextsPool* pool_;
    std::unique_ptr<Texts> texts_;
  };

  /// Started for a new request.
  [[nodiscard]] Lease take();

 private:
  void give_back(std::unique_ptr<Texts> texts);

  std::mutex mutex_;  // guards the next two
  std::vector<std::unique_ptr<Texts>> free_;
  size_t made_ = 0;  // texts, free or not
};

}  // namespace sbx::signals
