// SPDX-License-Identifier: Apache-2.0
// ngrams(any:, size:, of:): how much of the phrase that is most like the text occurs in it, by character n-grams.
#include <algorithm>

#include "runtime/models/features.h"
#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/learned.h"
#include "runtime/signals/signal_set.h"

namespace sbx::signals {
namespace {

constexpr int kLongest = 8;

using Grams = std::vector<uint32_t>;  // sorted, each once

Grams grams_of(std::string_view text, int size) {
  const auto n = static_cast<uint8_t>(size);
  models::NGrams cut;
  cut.cut(text, {.views = {{.view = models::View::Characters, .from = n, .to = n}}});
  Grams grams(cut.of(0).begin(), cut.of(0).end());
  std::ranges::sort(grams);
  grams.erase(std::unique(grams.begin(), grams.end()), grams.end());
  return grams;
}

struct NGrams final : Extractor {
  Source source = Source::LastUser;
  int size = 3;
  std::vector<Grams> phrases;

  [[nodiscard]] Reading read(const Observation& observation) const override {
    const Grams text = grams_of(text_of(observation.request, source), size);
    double most = 0;
    for (const Grams& phrase : phrases) {
      const auto common = std::ranges::count_if(phrase, [&](uint32_t gram) { return std::ranges::binary_search(text, gram); });
      most = std::max(most, static_cast<double>(common) / static_cast<double>(phrase.size()));
    }
    return known(to_millionths(most));
  }
};

}  // namespace

Bound bind_ngrams(const Binding& binding) {
  auto extractor = std::make_unique<NGrams>();
  const Result<Source> source = source_argument(binding.info.arguments, "of");
  if (!source) return source.error();
  extractor->source = *source;
  const Result<int> size = count_argument(binding.info.arguments, "size", 3, kLongest);
  if (!size) return size.error();
  if (*size == 0) return Error{"E0306", "`size` is how many characters an n-gram has, 1 to 8"};
  extractor->size = *size;
  for (const std::string& phrase : list_argument(binding.info.arguments, "any")) {
    Grams grams = grams_of(phrase, *size);
    if (grams.empty()) return Error{"E0306", "`" + phrase + "` is shorter than `size`"};
    extractor->phrases.push_back(std::move(grams));
  }
  if (extractor->phrases.empty()) return Error{"E0306", "`any` is empty, so the share is always 0"};
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
