// SPDX-License-Identifier: Apache-2.0
// The lowest price of this call: its prompt, and the output asked for or as much as the model may write. A model without a price is last.
#include <algorithm>

#include "runtime/selectors/selector.h"

namespace sbx {

namespace {

class Cheapest final : public SelectorKind {
 public:
  std::string_view name() const override { return "cheapest"; }
  std::vector<int64_t> scores(const Contest& contest, const ConstantRecord&) const override {
    std::vector<int64_t> scores;
    for (const Model* model : contest.contenders) {
      const int64_t most = model->output_tokens.value_or(0);
      const int64_t output = contest.output_tokens == 0 ? most : most == 0 ? contest.output_tokens : std::min(contest.output_tokens, most);
      const auto cost = call_cost(*model, contest.prompt_tokens, output);
      scores.push_back(cost ? -*cost : INT64_MIN);
    }
    return scores;
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
  if (!in_micros || !out_micros) return std::nullopt;
  return *in_micros + *out_micros;
}

const SelectorKind& cheapest_selector() {
  static const Cheapest kind;
  return kind;
}

}  // namespace sbx
