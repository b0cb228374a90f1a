// SPDX-License-Identifier: Apache-2.0
// exists, count, sequence: how a text is built.
#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/signal_set.h"

namespace sbx::signals {
namespace {

struct Count final : Extractor {
  Source source = Source::LastUser;
  text::EntryId entry;

  [[nodiscard]] Reading read(const Observation& observation) const override {
    const text::TextHits& hits = observation.texts.hits(observation.signals.database(), observation.request, source);
    return known(int64_t{hits.counts[entry.index]});
  }
};

struct Sequence final : Extractor {
  Source source = Source::LastUser;
  text::SequenceId sequence;
  uint32_t steps = 0;

  [[nodiscard]] Reading read(const Observation& observation) const override {
    const text::TextHits& hits = observation.texts.hits(observation.signals.database(), observation.request, source);
    return known(hits.sequences[sequence.index].steps == steps);
  }
};

}  // namespace

Bound bind_exists(const Binding& binding) { return bind_pattern(binding); }

Bound bind_count(const Binding& binding) {
  auto extractor = std::make_unique<Count>();
  Result<Source> source = source_argument(binding.info.arguments, "of");
  if (!source) return source.error();
  Result<text::EntryId> entry = binding.rules.add_pattern(text_argument(binding.info.arguments, "expression"), true);
  if (!entry) return entry.error();
  extractor->source = *source;
  extractor->entry = *entry;
  return std::unique_ptr<Extractor>(std::move(extractor));
}

Bound bind_sequence(const Binding& binding) {
  auto extractor = std::make_unique<Sequence>();
  Result<Source> source = source_argument(binding.info.arguments, "of");
  if (!source) return source.error();
  std::vector<text::EntryId> steps;
  for (const std::string& step : list_argument(binding.info.arguments, "steps")) {
    Result<text::EntryId> entry = binding.rules.add_keyword(step);
    if (!entry) return entry.error();
    steps.push_back(*entry);
  }
  if (steps.size() < 2) return Error{"E0306", "a sequence has two steps or more"};
  extractor->source = *source;
  extractor->steps = static_cast<uint32_t>(steps.size());
  extractor->sequence = binding.rules.add_sequence(std::move(steps));
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
