// SPDX-License-Identifier: Apache-2.0
// pattern("…", of:): whether a regular expression matches. `exists` of structure.cpp is the same question.
#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/signal_set.h"

namespace sbx::signals {
namespace {

struct Matches final : Extractor {
  Source source = Source::LastUser;
  text::EntryId entry;

  [[nodiscard]] Reading read(const Observation& observation) const override {
    return known(observation.texts.hits(observation.signals.database(), observation.request, source).has(entry));
  }
};

}  // namespace

Bound bind_pattern(const Binding& binding) {
  auto extractor = std::make_unique<Matches>();
  Result<Source> source = source_argument(binding.info.arguments, "of");
  if (!source) return source.error();
  Result<text::EntryId> entry = binding.rules.add_pattern(text_argument(binding.info.arguments, "expression"));
  if (!entry) return entry.error();
  extractor->source = *source;
  extractor->entry = *entry;
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
