// SPDX-License-Identifier: Apache-2.0
// language(of:): the text's language among those that the policy names.
#include "runtime/text/language.h"

#include <algorithm>

#include "runtime/models/language_model.h"
#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"

namespace sbx::signals {
namespace {

constexpr int64_t kTells = 200'000;  // millionths; below it a text does not tell its language
constexpr int64_t kSure = 500'000;   // below it, it may be one that the model does not know

/// By the trained model; where that is not sure, by CLD2, which knows languages that the model does not.
std::optional<models::TrainedLanguage> tell_language(std::string_view text) {
  std::optional<models::TrainedLanguage> found = models::likeliest_language(text);
  if (found && found->probability >= kSure) return found;
  const std::optional<text::Language> other = text::detect_language(text);
  if (other && other->code != "no" && !models::is_trained_language(other->code))
    return models::TrainedLanguage{.code = other->code, .probability = other->confidence};
  return found && found->probability >= kTells ? found : std::nullopt;
}

struct Language final : Extractor {
  Source source = Source::LastUser;
  std::vector<std::string> members;

  [[nodiscard]] bool names(std::string_view code) const { return std::ranges::find(members, code) != members.end(); }

  /// As the policy calls it: `no` is Norwegian of either form where that form is not named.
  [[nodiscard]] std::string named(std::string code) const {
    const bool is_norwegian = code == "nb" || code == "nn";
    return is_norwegian && !names(code) && names("no") ? "no" : std::move(code);
  }

  [[nodiscard]] Reading read(const Observation& observation) const override {
    const std::optional<models::TrainedLanguage> found = tell_language(text_of(observation.request, source));
    if (!found) return unknown("the text does not tell its language");
    std::string code = named(found->code);
    if (!names(code)) {
      if (!names("none")) return unknown("the language is " + code + ", which the policy does not name");
      code = "none";
    }
    Reading reading = known(std::move(code));
    reading.confidence = found->probability;
    reading.truncated = found->truncated;
    return reading;
  }
};

}  // namespace

Bound bind_language(const Binding& binding) {
  auto extractor = std::make_unique<Language>();
  Result<Source> source = source_argument(binding.info.arguments, "of");
  if (!source) return source.error();
  extractor->source = *source;
  extractor->members = binding.info.type.members;
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
