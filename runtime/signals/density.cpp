// SPDX-License-Identifier: Apache-2.0
// density(of:, in:): the share of the text's words that are members of a list.
#include <algorithm>

#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/signal_set.h"

namespace sbx::signals {
namespace {

struct Density final : Extractor {
  Source source = Source::LastUser;
  struct Member {
    text::EntryId entry;
    uint32_t words = 1;
  };
  std::vector<Member> members;

  [[nodiscard]] Reading read(const Observation& observation) const override {
    constexpr uint64_t kMillion = 1'000'000;
    uint64_t words = observation.texts.words(observation.request, source), covered = 0;
    if (words == 0) return known(int64_t{0});
    const text::TextHits& hits = observation.texts.hits(observation.signals.database(), observation.request, source);
    for (const Member& member : members) covered += uint64_t{hits.counts[member.entry.index]} * member.words;
    covered = std::min(covered, words);
    return known(static_cast<int64_t>((2 * covered * kMillion + words) / (2 * words)));
  }
};

}  // namespace

Bound bind_density(const Binding& binding) {
  auto extractor = std::make_unique<Density>();
  Result<Source> source = source_argument(binding.info.arguments, "in");
  if (!source) return source.error();
  extractor->source = *source;
  for (const std::string& keyword : list_argument(binding.info.arguments, "of")) {
    Result<text::EntryId> entry = binding.rules.add_keyword(keyword, 0, true);
    if (!entry) return entry.error();
    bool is_new = std::ranges::none_of(extractor->members, [&](const Density::Member& member) { return member.entry == *entry; });
    if (is_new) extractor->members.push_back({*entry, binding.rules.words_of(*entry)});
  }
  if (extractor->members.empty()) return Error{"E0306", "`of` is empty, so the density is always 0"};
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
