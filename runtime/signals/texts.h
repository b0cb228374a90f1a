// SPDX-License-Identifier: Apache-2.0
// The texts of one request, each scanned and shown to each model at most once for all signals.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/id.h"
#include "runtime/models/answer.h"
#include "runtime/request/choices.h"
#include "runtime/request/request.h"
#include "runtime/text/database.h"

namespace sbx::signals {

/// `text`, `text.all`, `text.system`.
enum class Source : uint8_t { LastUser, All, System };
inline constexpr size_t kSources = 3;
[[nodiscard]] std::optional<Source> parse_source(std::string_view name);
[[nodiscard]] std::string_view text_of(const Request& request, Source source);
/// What the user said so many messages before the last one, counting those with text; nothing where there are not so many.
[[nodiscard]] std::optional<std::string> earlier_text(const Request& request, size_t back);

/// A question to a model about a text (questions.h).
struct QuestionTag;
using QuestionId = Id<QuestionTag>;

/// What came of a question.
struct Asked {
  enum class State : uint8_t { Not, Answered, Failed } state = State::Not;
  models::Answer answer;
  std::vector<float> products;  // of an encoder: the text's vector with each row of the question
  std::string error;            // Failed: why
  bool is_cached = false;
  int64_t micros = 0;
};

/// Working memory for reading signals; kept from request to request. One thread at a time.
class Texts {
 public:
  /// Forgets the last request. Must be called before the signals of a new one are read.
  void start() {
    done_ = {};
    for (Asked& asked : asked_) asked.state = Asked::State::Not;
    choices_.reset();
  }

  [[nodiscard]] const text::TextHits& hits(const text::TextDatabase& database, const Request& request, Source source);
  /// How many words the text has.
  [[nodiscard]] uint32_t words(const Request& request, Source source);
  /// The answers that came with the request (choices.h); an error where there are none, or they cannot be read.
  [[nodiscard]] const Result<std::vector<Choice>>& choices(const Request& request);
  /// What the last of them holds; it must be there.
  [[nodiscard]] const text::TextHits& hits_of_choice(const text::TextDatabase& database, const Request& request);
  /// Valid until another question is looked up for the first time.
  [[nodiscard]] Asked& asked(QuestionId question);

 private:
  struct Done {
    bool hits = false, words = false;
  };
  struct Choices {
    Result<std::vector<Choice>> all;
    std::optional<text::TextHits> hits;  // in the text of the last one
  };
  text::TextScratch scratch_;
  std::array<text::TextHits, kSources> hits_;
  std::array<uint32_t, kSources> words_{};
  std::array<Done, kSources> done_{};
  std::vector<Asked> asked_;  // by QuestionId
  std::optional<Choices> choices_;
};

}  // namespace sbx::signals
