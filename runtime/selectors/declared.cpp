// SPDX-License-Identifier: Apache-2.0
// The order written.
#include "runtime/selectors/selector.h"

namespace sbx {

namespace {

class Declared final : public SelectorKind {
 public:
  std::string_view name() const override { return "declared"; }
  void score(const Contest&, const ConstantRecord&, std::span<int64_t> scores) const override {
    for (size_t i = 0; i < scores.size(); ++i) scores[i] = -static_cast<int64_t>(i);
  }
};

}  // namespace

const SelectorKind& declared_selector() {
  static const Declared kind;
  return kind;
}

}  // namespace sbx
