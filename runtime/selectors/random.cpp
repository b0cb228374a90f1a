// SPDX-License-Identifier: Apache-2.0
// Uniformly at random by the request's seed: the same seed, the same choice.
#include <xxhash.h>

#include "runtime/selectors/selector.h"

namespace sbx {

namespace {

class Random final : public SelectorKind {
 public:
  std::string_view name() const override { return "random"; }
  std::vector<int64_t> scores(const Contest& contest, const ConstantRecord&) const override {
    std::vector<int64_t> scores;
    for (const Model* model : contest.contenders) {
      scores.push_back(static_cast<int64_t>(XXH3_64bits_withSeed(model->name.data(), model->name.size(), contest.seed) >> 2));
    }
    return scores;
  }
  bool is_random() const override { return true; }
};

}  // namespace

const SelectorKind& random_selector() {
  static const Random kind;
  return kind;
}

}  // namespace sbx
