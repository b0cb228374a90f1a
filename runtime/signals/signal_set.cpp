// SPDX-License-Identifier: Apache-2.0
#include "runtime/signals/signal_set.h"

#include "runtime/signals/arguments.h"
#include "runtime/signals/budget.h"
#include "runtime/signals/builtin.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/typed.h"

namespace sbx::signals {

Reading known(bool value) { return {.state = ReadingState::Known, .value = value}; }
Reading known(int64_t raw) { return {.state = ReadingState::Known, .value = raw}; }
Reading known(std::string value) { return {.state = ReadingState::Known, .value = std::move(value)}; }
Reading known(std::vector<std::string> members) { return {.state = ReadingState::Known, .value = std::move(members)}; }
Reading unknown(std::string why) { return {.state = ReadingState::Unknown, .error = std::move(why)}; }
Reading failed(std::string why) { return {.state = ReadingState::Failed, .error = std::move(why)}; }

namespace {

// What is wrong with a model: its name, its file, its server, its labels. The policy's text is right for all that.
bool is_about_models(const Error& error) { return error.code.starts_with("R"); }

}  // namespace

Result<SignalSet> SignalSet::bind(const Manifest& manifest, const std::string& cache, std::shared_ptr<models::Models> models) {
  SignalSet set(manifest, std::move(models));
  Questions* questions = set.questions_.models() == nullptr ? nullptr : &set.questions_;
  text::TextRules rules;
  for (const SignalInfo& info : manifest.signals) {
    const SignalKind* kind = find_kind(info.kind);
    if (!kind)
      return Error{"R0710", "the program reads `" + info.name + "` of the kind `" + info.kind + "`, which this version does not have"};
    Result<std::unique_ptr<Extractor>> extractor = kind->bind({.info = info, .manifest = &manifest, .rules = rules, .questions = questions});
    if (!extractor) {
      const Error error{extractor.error().code, "signal `" + info.name + "`: " + extractor.error().message};
      if (info.cost < CostClass::Model || !is_about_models(error)) return error;
      set.missing_.push_back(error);
      extractor = unavailable(extractor.error().message);
    }
    set.extractors_.push_back(std::move(*extractor));
  }
  Result<text::TextDatabase> database = text::TextDatabase::build(std::move(rules), cache);
  if (!database) return database.error();
  set.database_ = std::move(*database);
  return set;
}

Reading SignalSet::read(SignalId signal, const Request& request, Texts& texts, std::span<const Reading> known, const Spending* spending) const {
  SBX_CHECK(signal.index < extractors_.size(), "a signal of another program");
  return extractors_[signal.index]->read({.request = request, .texts = texts, .signals = *this, .known = known, .spending = spending});
}

std::vector<BudgetUse> SignalSet::budgets(const Request& request, Texts& texts, std::span<const Reading> known) const {
  std::vector<BudgetUse> budgets;
  const Observation observation{.request = request, .texts = texts, .signals = *this, .known = known};
  for (const SignalInfo& info : manifest_->signals) {
    if (info.kind != "budget" || text_argument(info.arguments, "field") != "remaining") continue;
    budgets.push_back(budget_use(*manifest_, info, observation));
  }
  return budgets;
}

Reading SignalSet::settled(SignalId signal, const Observation& observation) const {
  bool is_read = signal.index < observation.known.size() && observation.known[signal.index].state != ReadingState::Pending;
  Reading reading = is_read ? observation.known[signal.index] : extractors_[signal.index]->read(observation);
  const SignalInfo& info = manifest_->signals[signal];
  if (reading.state == ReadingState::Known || !info.or_else) return reading;
  reading = typed(*info.or_else, info.type);
  reading.source = ReadingSource::OrElse;
  return reading;
}

void SignalSet::ask(std::span<const SignalId> wanted, const Request& request, Texts& texts, models::Deadline deadline) const {
  std::vector<QuestionId> questions;
  for (const SignalId signal : wanted) {
    const std::span<const QuestionId> of_signal = extractors_[signal.index]->questions();
    questions.insert(questions.end(), of_signal.begin(), of_signal.end());
  }
  if (!questions.empty()) questions_.ask(questions, request, texts, deadline);
}

const Asked& SignalSet::asked(QuestionId question, const Observation& observation) const {
  questions_.ask(std::span(&question, 1), observation.request, observation.texts, std::nullopt);
  return observation.texts.asked(question);
}

TextsPool::Lease TextsPool::take() {
  std::unique_ptr<Texts> texts;
  {
    std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      texts = std::move(free_.back());
      free_.pop_back();
    } else {
      free_.reserve(++made_);  // for all to come back: a lease's destructor must not allocate
    }
  }
  if (!texts) texts = std::make_unique<Texts>();
  texts->start();
  return {*this, std::move(texts)};
}

void TextsPool::give_back(std::unique_ptr<Texts> texts) {
  std::lock_guard lock(mutex_);
  free_.push_back(std::move(texts));
}

}  // namespace sbx::signals
