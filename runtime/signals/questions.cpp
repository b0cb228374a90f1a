// SPDX-License-Identifier: Apache-2.0
#include "runtime/signals/questions.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace sbx::signals {

using Clock = std::chrono::steady_clock;

namespace {

int64_t micros_since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
}

/// The scalar products of one vector with all rows.
void multiply(const Question& question, std::span<const float> vector, std::vector<float>& products) {
  const size_t count = question.rows.size() / question.dimension;
  products.resize(count);
  for (size_t i = 0; i < count; ++i) {
    const float* row = question.rows.data() + i * question.dimension;
    float sum = 0;
    for (size_t k = 0; k < question.dimension; ++k) sum += row[k] * vector[k];
    products[i] = sum;
  }
}

/// The text that a question is about; `made` holds it where it is none of the request's own.
std::optional<std::string_view> text_of(const Question& question, const Request& request, std::string& made) {
  if (question.back == 0) return signals::text_of(request, question.source);
  std::optional<std::string> earlier = earlier_text(request, question.back);
  if (!earlier) return std::nullopt;
  made = std::move(*earlier);
  return made;
}

}  // namespace

QuestionId Questions::add(std::shared_ptr<const models::LearnedModel> model, Source source, size_t back) {
  const auto same = [&](const Question& one) { return one.model->identity() == model->identity() && one.source == source && one.back == back; };
  const auto found = std::ranges::find_if(questions_, same);
  if (found != questions_.end()) return QuestionId{static_cast<uint32_t>(found - questions_.begin())};
  questions_.push_back({.model = std::move(model), .source = source, .back = back, .dimension = 0, .rows = {}});
  return QuestionId{static_cast<uint32_t>(questions_.size() - 1)};
}

Result<RowRange> Questions::add_rows(QuestionId id, size_t dimension, std::span<const float> rows) {
  Question& question = questions_[id.index];
  if (question.dimension != 0 && question.dimension != dimension)
    return Error{"R0767", "vectors of " + std::to_string(dimension) + " numbers cannot be compared with others of " + std::to_string(question.dimension)};
  question.dimension = dimension;
  const RowRange range{question.rows.size() / dimension, rows.size() / dimension};
  question.rows.insert(question.rows.end(), rows.begin(), rows.end());
  return range;
}

bool Questions::is_slow() const {
  return std::ranges::any_of(questions_, [](const Question& one) { return one.model->runs() != models::Runs::Embedded; });
}

void Questions::ask(std::span<const QuestionId> wanted, const Request& request, Texts& texts, models::Deadline deadline) const {
  std::vector<QuestionId> slow;
  for (const QuestionId id : wanted) {
    const Question& question = questions_[id.index];
    Asked& asked = texts.asked(id);
    if (asked.state != Asked::State::Not) continue;
    const auto start = Clock::now();
    std::string made;
    const std::optional<std::string_view> text = text_of(question, request, made);
    if (!text) continue;
    const models::AnswerKey key = models::answer_key(*question.model, *text);
    if (std::optional<models::Answer> kept = models_->answers().find(key)) {
      settle(id, std::move(*kept), texts);
      asked.is_cached = true;
    } else if (question.model->runs() == models::Runs::Embedded) {
      Result<models::Answer> answer = models::ask(*question.model, *text, deadline);
      if (answer) models_->answers().keep(key, *answer);
      settle(id, std::move(answer), texts);
    } else if (std::ranges::find(slow, id) == slow.end()) {
      slow.push_back(id);
    }
    asked.micros = micros_since(start);
  }
  if (!slow.empty()) ask_slow(slow, request, texts, deadline);
}

void Questions::settle(QuestionId id, Result<models::Answer> answer, Texts& texts) const {
  const Question& question = questions_[id.index];
  Asked& asked = texts.asked(id);
  asked.state = answer ? Asked::State::Answered : Asked::State::Failed;
  asked.is_cached = false;
  if (!answer) {
    asked.error = answer.error().message;
    return;
  }
  asked.answer = std::move(*answer);
  const auto* vector = std::get_if<models::TextVector>(&asked.answer);
  if (vector == nullptr) return;
  if (vector->values.size() == question.dimension) {
    multiply(question, vector->values, asked.products);
  } else {
    asked.state = Asked::State::Failed;
    asked.error = "the encoder made a vector of " + std::to_string(vector->values.size()) + " numbers, and the examples have " +
                  std::to_string(question.dimension);
  }
}

// What the threads that ask and the one that waits have in common; whoever is last frees it.
struct Together {
  explicit Together(size_t count) : answers(count), micros(count), left(count) {}
  std::mutex mutex;  // guards the rest
  std::condition_variable changed;
  std::vector<std::optional<Result<models::Answer>>> answers;
  std::vector<int64_t> micros;
  size_t left;
};

void Questions::ask_slow(std::span<const QuestionId> wanted, const Request& request, Texts& texts, models::Deadline deadline) const {
  const auto together = std::make_shared<Together>(wanted.size());
  const auto start = Clock::now();
  for (size_t i = 0; i < wanted.size(); ++i) {
    const Question& question = questions_[wanted[i].index];
    std::string made;
    const std::string_view asked_about = *text_of(question, request, made);  // what has none was left out
    const auto work = [together, i, start, deadline, model = question.model, cache = &models_->answers(),
                       text = std::string(asked_about)] {
      Result<models::Answer> answer = models::ask(*model, text, deadline);
      if (answer) cache->keep(models::answer_key(*model, text), *answer);
      const std::lock_guard lock(together->mutex);
      together->answers[i] = std::move(answer);
      together->micros[i] = micros_since(start);
      if (--together->left == 0) together->changed.notify_all();
    };
    if (models_->workers().run(work)) continue;
    const std::lock_guard lock(together->mutex);
    together->answers[i] = Result<models::Answer>(Error{"R0789", "too many questions wait for models already"});
    --together->left;
  }
  std::unique_lock lock(together->mutex);
  const auto all_there = [&] { return together->left == 0; };
  if (deadline) {
    together->changed.wait_until(lock, *deadline, all_there);
  } else {
    together->changed.wait(lock, all_there);
  }
  for (size_t i = 0; i < wanted.size(); ++i) {
    std::optional<Result<models::Answer>>& answer = together->answers[i];
    texts.asked(wanted[i]).micros = answer ? together->micros[i] : micros_since(start);
    settle(wanted[i], answer ? std::move(*answer) : Result<models::Answer>(Error{"R0789", "the deadline passed"}), texts);
  }
}

}  // namespace sbx::signals
