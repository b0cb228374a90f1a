// SPDX-License-Identifier: Apache-2.0
// contrast(hard:, easy:, vectors:, encoder:, of:, by:, k:): the similarity to the one less the similarity to the other.
#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/learned.h"
#include "runtime/signals/signal_set.h"

namespace sbx::signals {
namespace {

struct Contrast final : Extractor {
  Compared hard, easy;  // of one question

  [[nodiscard]] std::optional<QuestionId> question() const override { return hard.question; }
  [[nodiscard]] Reading read(const Observation& observation) const override {
    const Asked& asked = observation.signals.asked(hard.question, observation);
    const auto* vector = answer_in<models::TextVector>(asked);
    if (vector == nullptr) return unanswered(asked);
    return answered(known(to_millionths(similarity(asked, hard) - similarity(asked, easy))), asked, vector->truncated);
  }
};

}  // namespace

Bound bind_contrast(const Binding& binding) {
  const ConstantRecord& arguments = binding.info.arguments;
  if (std::optional<Error> wrong = check_comparison(arguments)) return *wrong;
  if (binding.questions == nullptr) return unavailable(kNoModels);
  if (const std::string kb = text_argument(arguments, "kb"); !kb.empty() && kb != "none")
    return unavailable("knowledge bases are not available yet: give it with --reading");
  const Constant* files = argument(arguments, "vectors");
  const auto* record = files == nullptr ? nullptr : std::get_if<ConstantRecord>(&files->value);
  auto extractor = std::make_unique<Contrast>();
  for (const auto& [name, side] : {std::pair{"hard", &extractor->hard}, std::pair{"easy", &extractor->easy}}) {
    const std::string file = record == nullptr ? std::string() : text_argument(*record, name);
    Result<Compared> with = file.empty() ? compare_with(binding, list_argument(arguments, name)) : compare_with_file(binding, file);
    if (!with) return with.error();
    *side = *with;
  }
  if (extractor->hard.question != extractor->easy.question) return Error{"R0767", "the vectors of `hard` and `easy` are of different encoders"};
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
