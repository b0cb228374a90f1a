// SPDX-License-Identifier: Apache-2.0
// bm25(terms:, k1:, b:, length:, of:): Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, eq. 3.15) of the
// text for a list of terms, each of which has the inverse document frequency 1, since there is no collection.
#include <algorithm>
#include <cmath>

#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/learned.h"
#include "runtime/signals/signal_set.h"

namespace sbx::signals {
namespace {

struct Bm25 final : Extractor {
  Source source = Source::LastUser;
  std::vector<text::EntryId> terms;
  double k1 = 1.2, b = 0.75, length = 50;

  [[nodiscard]] Reading read(const Observation& observation) const override {
    const double words = observation.texts.words(observation.request, source);
    const text::TextHits& hits = observation.texts.hits(observation.signals.database(), observation.request, source);
    double sum = 0;
    for (const text::EntryId term : terms) {
      const double count = hits.counts[term.index];
      sum += count * (k1 + 1) / (count + k1 * (1 - b + b * words / length));
    }
    return known(to_millionths(sum));
  }
};

}  // namespace

Bound bind_bm25(const Binding& binding) {
  const ConstantRecord& arguments = binding.info.arguments;
  auto extractor = std::make_unique<Bm25>();
  const Result<Source> source = source_argument(arguments, "of");
  if (!source) return source.error();
  extractor->source = *source;
  for (const auto& [name, to] : {std::pair{"k1", &extractor->k1}, std::pair{"b", &extractor->b}, std::pair{"length", &extractor->length}}) {
    if (const std::optional<int64_t> value = millionths_argument(arguments, name)) *to = static_cast<double>(*value) / 1e6;
  }
  if (extractor->k1 <= 0) return Error{"E0306", "`k1` is more than 0: how soon another occurrence of a term adds nothing"};
  if (extractor->b < 0 || extractor->b > 1) return Error{"E0306", "`b` is from 0 to 1: how much a long text counts less"};
  if (extractor->length <= 0) return Error{"E0306", "`length` is more than 0: how many words a usual text has"};
  for (const std::string& term : list_argument(arguments, "terms")) {
    const Result<text::EntryId> entry = binding.rules.add_keyword(term, 0, true);
    if (!entry) return entry.error();
    if (std::ranges::find(extractor->terms, *entry) == extractor->terms.end()) extractor->terms.push_back(*entry);
  }
  if (extractor->terms.empty()) return Error{"E0306", "`terms` is empty, so the score is always 0"};
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
