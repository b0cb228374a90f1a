// SPDX-License-Identifier: Apache-2.0
// The order written.
#include "runtime/selectors/selector.h"

namespace sbx {

namespace {

class Declared final : public SelectorKind {
 public:
  std::string_view name() const override { return "declared"; }
  std::vector<int64_t> scores(const Contest& contest, const ConstantRecord&) const override {
    std::vector<int64_t> scores;
    for (size_t i = 0; i < contest.contenders.size(); ++i) scores.push_back(-static_cast<int64_t>(i));
    return scores;
  }
};

}  // namespace

const SelectorKind& declared_selector() {
  static const Declared kind;
  return kind;
}

}  // namespace sbx
