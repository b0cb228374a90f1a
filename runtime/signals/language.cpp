// SPDX-License-Identifier: Apache-2.0
// language(of:): the text's language among those that the policy names.
#include "runtime/text/language.h"

#include <algorithm>

#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"

namespace sbx::signals {
namespace {

struct Language final : Extractor {
  Source source = Source::LastUser;
  std::vector<std::string> members;

  [[nodiscard]] bool names(std::string_view code) const { return std::ranges::find(members, code) != members.end(); }

  [[nodiscard]] Reading read(const Observation& observation) const override {
    std::optional<text::Language> found = text::detect_language(text_of(observation.request, source));
    if (!found) return unknown("the text does not tell its language");
    if (!names(found->code)) {
      if (!names("none")) return unknown("the language is " + found->code + ", which the policy does not name");
      found->code = "none";
    }
    Reading reading = known(std::move(found->code));
    reading.confidence = found->confidence;
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
