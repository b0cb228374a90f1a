// SPDX-License-Identifier: Apache-2.0
// similar(examples:, vectors:, encoder:, of:, by:, k:, kb:, for:): the cosines with the examples as one number.
#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/knowledge_base.h"
#include "runtime/signals/learned.h"
#include "runtime/signals/signal_set.h"

namespace sbx::signals {
namespace {

struct Similar final : Extractor {
  std::vector<Compared> with;  // of one question

  [[nodiscard]] std::span<const QuestionId> questions() const override { return {&with.front().question, 1}; }
  [[nodiscard]] Reading read(const Observation& observation) const override {
    const Asked& asked = observation.signals.asked(with.front().question, observation);
    const auto* vector = answer_in<models::TextVector>(asked);
    if (vector == nullptr) return unanswered(asked);
    return answered(known(to_millionths(similarity(asked, with))), asked, vector->truncated);
  }
};

Result<std::vector<Compared>> examples_of(const Binding& binding) {
  const ConstantRecord& arguments = binding.info.arguments;
  if (has_knowledge_base(binding.info)) {
    const Result<KnowledgeBase> base = read_knowledge_base(binding.info);
    if (!base) return base.error();
    return compare_with(binding, *base, text_argument(arguments, "for"));
  }
  const std::string file = text_argument(arguments, "vectors");
  const Result<Compared> with = file.empty() ? compare_with(binding, list_argument(arguments, "examples")) : compare_with_file(binding, file);
  if (!with) return with.error();
  return std::vector{*with};
}

}  // namespace

Bound bind_similar(const Binding& binding) {
  if (std::optional<Error> wrong = check_comparison(binding.info.arguments)) return *wrong;
  if (binding.questions == nullptr) return unavailable(kNoModels);
  Result<std::vector<Compared>> with = examples_of(binding);
  if (!with) return with.error();
  auto extractor = std::make_unique<Similar>();
  extractor->with = std::move(*with);
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
