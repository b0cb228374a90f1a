// SPDX-License-Identifier: Apache-2.0
// similar(examples:, vectors:, encoder:, of:, by:, k:): the cosines with the examples as one number.
#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/learned.h"
#include "runtime/signals/signal_set.h"

namespace sbx::signals {
namespace {

struct Similar final : Extractor {
  Compared with;

  [[nodiscard]] std::optional<QuestionId> question() const override { return with.question; }
  [[nodiscard]] Reading read(const Observation& observation) const override {
    const Asked& asked = observation.signals.asked(with.question, observation);
    const auto* vector = answer_in<models::TextVector>(asked);
    if (vector == nullptr) return unanswered(asked);
    return answered(known(to_millionths(similarity(asked, with))), asked, vector->truncated);
  }
};

}  // namespace

Bound bind_similar(const Binding& binding) {
  if (std::optional<Error> wrong = check_comparison(binding.info.arguments)) return *wrong;
  if (binding.questions == nullptr) return unavailable(kNoModels);
  const std::string file = text_argument(binding.info.arguments, "vectors");
  Result<Compared> with = file.empty() ? compare_with(binding, list_argument(binding.info.arguments, "examples")) : compare_with_file(binding, file);
  if (!with) return with.error();
  auto extractor = std::make_unique<Similar>();
  extractor->with = *with;
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
