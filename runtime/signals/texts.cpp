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

const text::TextHits& Texts::hits(const text::TextDatabase& database, const Request& request, Source source) {
  auto index = static_cast<size_t>(source);
  if (!done_[index].hits) database.scan(text_of(request, source), scratch_, hits_[index]);
  done_[index].hits = true;
  return hits_[index];
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
