// SPDX-License-Identifier: Apache-2.0
// reask(turns:): how much the user's last message says the same as one of those before: the cosine of their word and character n-grams.
#include <algorithm>

#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/learned.h"
#include "runtime/signals/likeness.h"

namespace sbx::signals {
namespace {

constexpr int kMostTurns = 100;

struct Reask final : Extractor {
  size_t turns = 1;

  [[nodiscard]] Reading read(const Observation& observation) const override {
    const Grams last = grams_of(observation.request.text);
    double most = 0;
    for (size_t back = 1; back <= turns; ++back) {
      const std::optional<std::string> text = earlier_text(observation.request, back);
      if (!text) break;
      most = std::max(most, cosine(last, grams_of(*text)));
    }
    return known(to_millionths(most));
  }
};

}  // namespace

Bound bind_reask(const Binding& binding) {
  const Result<int> turns = count_argument(binding.info.arguments, "turns", 1, kMostTurns);
  if (!turns) return turns.error();
  if (*turns == 0) return Error{"E0306", "`turns` is how many messages before the last one are looked at, 1 or more"};
  auto extractor = std::make_unique<Reask>();
  extractor->turns = static_cast<size_t>(*turns);
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
