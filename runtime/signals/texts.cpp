// SPDX-License-Identifier: Apache-2.0
#include "runtime/signals/texts.h"

#include "runtime/text/characters.h"

namespace sbx::signals {

std::optional<Source> parse_source(std::string_view name) {
  if (name == "text") return Source::LastUser;
  if (name == "text.all") return Source::All;
  if (name == "text.system") return Source::System;
  return std::nullopt;
}

std::string_view text_of(const Request& request, Source source) {
  switch (source) {
    case Source::LastUser:
      return request.text;
    case Source::All:
      return request.text_all;
    case Source::System:
      return request.text_system;
  }
  return {};
}

namespace {

std::string said(const Message& message) {
  std::string text;
  for (const Part& part : message.parts) {
    if (part.kind == Part::Kind::Text) text += (text.empty() ? "" : "\n") + part.text;
  }
  return text;
}

}  // namespace

std::optional<std::string> earlier_text(const Request& request, size_t back) {
  for (auto message = request.messages.rbegin(); message != request.messages.rend(); ++message) {
    std::string text = message->role == Role::User ? said(*message) : std::string();
    if (!text.empty() && back-- == 0) return text;
  }
  return std::nullopt;
}

const text::TextHits& Texts::hits(const text::TextDatabase& database, const Request& request, Source source) {
  auto index = static_cast<size_t>(source);
  if (!done_[index].hits) database.scan(text_of(request, source), scratch_, hits_[index]);
  done_[index].hits = true;
  return hits_[index];
}

const Result<std::vector<Choice>>& Texts::choices(const Request& request) {
  if (!choices_) {
    const std::optional<std::string_view> json = request.metadata_of(kChoices);
    Result<std::vector<Choice>> all = json ? parse_choices(*json) : Error{"R0732", "no answer came with the request: metadata has no `choices`"};
    if (all && all->empty()) all = Error{"R0732", "no answer came with the request: `choices` is empty"};
    choices_ = Choices{std::move(all), std::nullopt};
  }
  return choices_->all;
}

const text::TextHits& Texts::hits_of_choice(const text::TextDatabase& database, const Request& request) {
  const Choice& last = choices(request)->back();
  if (!choices_->hits) database.scan(last.text, scratch_, choices_->hits.emplace());
  return *choices_->hits;
}

uint32_t Texts::words(const Request& request, Source source) {
  auto index = static_cast<size_t>(source);
  if (!done_[index].words) words_[index] = text::count_words(text_of(request, source));
  done_[index].words = true;
  return words_[index];
}

Asked& Texts::asked(QuestionId question) {
  if (question.index >= asked_.size()) asked_.resize(question.index + 1);
  return asked_[question.index];
}

}  // namespace sbx::signals
