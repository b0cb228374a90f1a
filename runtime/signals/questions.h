// SPDX-License-Identifier: Apache-2.0
// What signals ask of learned models: each model once about each text of a request, however many signals go by the answer.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/base/id.h"
#include "runtime/models/models.h"
#include "runtime/signals/texts.h"

namespace sbx::signals {

struct Question {
  std::shared_ptr<const models::LearnedModel> model;
  Source source = Source::LastUser;
  size_t back = 0;  // of LastUser: so many of the user's messages before the last one
  // Of an encoder: the vectors that the text's is compared with, those of all signals one after the other.
  size_t dimension = 0;
  std::vector<float> rows;
};

/// Rows of a question that belong to one signal.
struct RowRange {
  size_t first = 0, count = 0;
};

/// What can be asked. Immutable once all signals are bound; then read from several threads, each with Texts of its own.
class Questions {
 public:
  /// `models` may be null: then nothing can be asked.
  explicit Questions(std::shared_ptr<models::Models> models) : models_(std::move(models)) {}

  [[nodiscard]] models::Models* models() const { return models_.get(); }
  /// The same question for the same model and text.
  [[nodiscard]] QuestionId add(std::shared_ptr<const models::LearnedModel> model, Source source, size_t back = 0);
  /// R0767 for vectors of another length than those that are there.
  [[nodiscard]] Result<RowRange> add_rows(QuestionId question, size_t dimension, std::span<const float> rows);
  /// Whether an answer may take so long that a thread which serves others should not wait for it.
  [[nodiscard]] bool is_slow() const;
  [[nodiscard]] const Question& operator[](QuestionId id) const { return questions_[id.index]; }

  /// Asks what `texts` does not have yet, all at once: those that are at hand on this thread, the others each on one of their own. What is
  /// not there by the deadline has failed; it is kept for the next request when it comes. What is about a message that the user has not
  /// sent is not asked.
  void ask(std::span<const QuestionId> wanted, const Request& request, Texts& texts, models::Deadline deadline) const;

 private:
  void settle(QuestionId id, Result<models::Answer> answer, Texts& texts) const;
  void ask_slow(std::span<const QuestionId> wanted, const Request& request, Texts& texts, models::Deadline deadline) const;

  std::shared_ptr<models::Models> models_;
  std::vector<Question> questions_;
};

}  // namespace sbx::signals
