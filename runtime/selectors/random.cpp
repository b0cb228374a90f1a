// SPDX-License-Identifier: Apache-2.0
// Uniformly at random by the request's seed: the same seed, the same choice.
#include <xxhash.h>

#include "runtime/selectors/selector.h"

namespace sbx {

namespace {

class Random final : public SelectorKind {
 public:
  std::string_view name() const override { return "random"; }
  void score(const Contest& contest, const ConstantRecord&, std::span<int64_t> scores) const override {
    for (size_t i = 0; i < scores.size(); ++i) {
      const std::string& name = contest.contenders[i]->name;
      scores[i] = static_cast<int64_t>(XXH3_64bits_withSeed(name.data(), name.size(), contest.seed) >> 2);
    }
  }
  bool is_random() const override { return true; }
  int64_t propensity(const Contest& contest, const ConstantRecord&, size_t) const override {
    return 1'000'000 / static_cast<int64_t>(contest.contenders.size());
  }
};

}  // namespace

const SelectorKind& random_selector() {
  static const Random kind;
  return kind;
}

}  // namespace sbx
