// SPDX-License-Identifier: Apache-2.0
// contrast(hard:, easy:, kb:, for:, against:, vectors:, encoder:, of:, by:, k:): the similarity to the one less the similarity to the other.
#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/knowledge_base.h"
#include "runtime/signals/learned.h"
#include "runtime/signals/signal_set.h"

namespace sbx::signals {
namespace {

using Side = std::vector<Compared>;

struct Contrast final : Extractor {
  Side hard, easy;  // of one question

  [[nodiscard]] std::span<const QuestionId> questions() const override { return {&hard.front().question, 1}; }
  [[nodiscard]] Reading read(const Observation& observation) const override {
    const Asked& asked = observation.signals.asked(hard.front().question, observation);
    const auto* vector = answer_in<models::TextVector>(asked);
    if (vector == nullptr) return unanswered(asked);
    return answered(known(to_millionths(similarity(asked, hard) - similarity(asked, easy))), asked, vector->truncated);
  }
};

Result<Side> side_of_examples(const Binding& binding, std::string_view name) {
  const Constant* files = argument(binding.info.arguments, "vectors");
  const auto* record = files == nullptr ? nullptr : std::get_if<ConstantRecord>(&files->value);
  const std::string file = record == nullptr ? std::string() : text_argument(*record, name);
  const Result<Compared> with =
      file.empty() ? compare_with(binding, list_argument(binding.info.arguments, name)) : compare_with_file(binding, file);
  if (!with) return with.error();
  return Side{*with};
}

std::optional<Error> check_sides(const SignalInfo& info) {
  for (const char* side : {"for", "against"}) {
    const std::string name = text_argument(info.arguments, side);
    const bool is_given = !name.empty() && name != "none";
    if (has_knowledge_base(info) && !is_given) return Error{"E0306", "with `kb` a contrast is between a label or group `for` and one `against`"};
    if (!has_knowledge_base(info) && is_given) return Error{"E0306", "`for` and `against` are of a knowledge base, `kb`"};
  }
  return std::nullopt;
}

}  // namespace

Bound bind_contrast(const Binding& binding) {
  const ConstantRecord& arguments = binding.info.arguments;
  if (std::optional<Error> wrong = check_comparison(arguments)) return *wrong;
  if (std::optional<Error> wrong = check_sides(binding.info)) return *wrong;
  if (binding.questions == nullptr) return unavailable(kNoModels);
  std::optional<KnowledgeBase> base;
  if (has_knowledge_base(binding.info)) {
    Result<KnowledgeBase> read = read_knowledge_base(binding.info);
    if (!read) return read.error();
    base = std::move(*read);
  }
  auto extractor = std::make_unique<Contrast>();
  Result<Side> hard = base ? compare_with(binding, *base, text_argument(arguments, "for")) : side_of_examples(binding, "hard");
  if (!hard) return hard.error();
  Result<Side> easy = base ? compare_with(binding, *base, text_argument(arguments, "against")) : side_of_examples(binding, "easy");
  if (!easy) return easy.error();
  if (hard->front().question != easy->front().question) return Error{"R0767", "the vectors of `hard` and `easy` are of different encoders"};
  extractor->hard = std::move(*hard);
  extractor->easy = std::move(*easy);
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
