// SPDX-License-Identifier: Apache-2.0
// keywords(any:, all:, none:, at_least:, of:, edits:): what is given must hold together.
#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/signal_set.h"

namespace sbx::signals {
namespace {

constexpr int kMostKeywords = 100'000;

struct Keywords final : Extractor {
  Source source = Source::LastUser;
  text::EntrySet any, all, none;
  uint32_t at_least = 1;

  [[nodiscard]] Reading read(const Observation& observation) const override {
    const text::TextHits& hits = observation.texts.hits(observation.signals.database(), observation.request, source);
    bool holds = (any.empty() || any.count(hits) >= at_least) && all.count(hits) == all.size() && none.count(hits) == 0;
    return known(holds);
  }
};

Result<text::EntrySet> entries(const Binding& binding, std::string_view name, int edits) {
  text::EntrySet result;
  for (const std::string& keyword : list_argument(binding.info.arguments, name)) {
    Result<text::EntryId> entry = binding.rules.add_keyword(keyword, edits);
    if (!entry) return entry.error();
    result.add(*entry);
  }
  return result;
}

}  // namespace

Bound bind_keywords(const Binding& binding) {
  const ConstantRecord& arguments = binding.info.arguments;
  auto extractor = std::make_unique<Keywords>();
  Result<Source> source = source_argument(arguments, "of");
  if (!source) return source.error();
  extractor->source = *source;
  Result<int> edits = count_argument(arguments, "edits", 0, 2);
  if (!edits) return edits.error();
  for (auto [name, set] : {std::pair{"any", &extractor->any}, std::pair{"all", &extractor->all}, std::pair{"none", &extractor->none}}) {
    Result<text::EntrySet> made = entries(binding, name, *edits);
    if (!made) return made.error();
    *set = std::move(*made);
  }
  if (extractor->any.empty() && extractor->all.empty() && extractor->none.empty())
    return Error{"E0306", "`keywords` needs a list: give `any`, `all` or `none`"};
  Result<int> at_least = count_argument(arguments, "at_least", 1, kMostKeywords);
  if (!at_least) return at_least.error();
  extractor->at_least = static_cast<uint32_t>(*at_least);
  if (*at_least < 1) return Error{"E0306", "`at_least: 0` always holds; write 1 or more"};
  if (*at_least > 1 && extractor->any.empty()) return Error{"E0306", "`at_least` counts members of `any`, which is not given"};
  if (extractor->at_least > extractor->any.size() && !extractor->any.empty())
    return Error{"E0306", "`at_least` is " + std::to_string(*at_least) + ", and `any` has only " + std::to_string(extractor->any.size()) +
                              " different member" + (extractor->any.size() == 1 ? "" : "s")};
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
