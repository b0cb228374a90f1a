// SPDX-License-Identifier: Apache-2.0
// The lowest price of this call: its prompt, and the output asked for or as much as the model may write. A model without a price is last.
#include <algorithm>

#include "runtime/selectors/selector.h"

namespace sbx {

namespace {

class Cheapest final : public SelectorKind {
 public:
  std::string_view name() const override { return "cheapest"; }
  void score(const Contest& contest, const ConstantRecord&, std::span<int64_t> scores) const override {
    for (size_t i = 0; i < scores.size(); ++i) {
      const auto cost = call_cost(contest, *contest.contenders[i]);
      scores[i] = cost ? -*cost : kExcluded + 1;
    }
  }
};

}  // namespace

// Dollars per million tokens are micro-dollars per token: price * tokens, rounded up to a micro-dollar.
std::optional<int64_t> call_cost(const Model& model, int64_t prompt_tokens, int64_t output_tokens) {
  if (!model.price_in || !model.price_out) return std::nullopt;
  const auto in = multiply(*model.price_in, prompt_tokens);
  const auto out = multiply(*model.price_out, output_tokens);
  if (!in || !out) return std::nullopt;
  const auto in_micros = scaled(*in, 0, Rounding::Up);
  const auto out_micros = scaled(*out, 0, Rounding::Up);
  int64_t sum = 0;
  if (!in_micros || !out_micros || __builtin_add_overflow(*in_micros, *out_micros, &sum)) return std::nullopt;
  return sum;
}

std::optional<int64_t> call_cost(const Contest& contest, const Model& model) {
  const int64_t most = model.output_tokens.value_or(0), asked = contest.output_tokens;
  return call_cost(model, contest.prompt_tokens, asked == 0 ? most : most == 0 ? asked : std::min(asked, most));
}

const SelectorKind& cheapest_selector() {
  static const Cheapest kind;
  return kind;
}

}  // namespace sbx
