// SPDX-License-Identifier: Apache-2.0
// A table of weights by label and model, as of adapters that are mixed (Poly, arXiv:2202.13914): sigma(Z[t, m]) over the sum of it; models
// and labels that the table lacks have equal shares.
#include "runtime/selectors/remembered.h"

namespace sbx {

namespace {

using namespace selectors;

const ConstantRecord* record_at(const ConstantRecord& in, std::string_view name) {
  for (const auto& [key, value] : in) {
    if (key == name) return std::get_if<ConstantRecord>(&value.value);
  }
  return nullptr;
}

const ConstantRecord* row_of(const Contest& contest, const ConstantRecord& arguments) {
  const ConstantRecord* table = record_at(arguments, "weights");
  const Reading* label = contest.known(word(arguments, "per"));
  const auto* text = label == nullptr ? nullptr : std::get_if<std::string>(&label->value);
  return table == nullptr || text == nullptr ? nullptr : record_at(*table, *text);
}

double share(const ConstantRecord* row, const Model& model) { return 1 / (1 + std::exp(row == nullptr ? 0 : -number(*row, model.name, 0))); }

class AdapterMix final : public SelectorKind {
 public:
  std::string_view name() const override { return "adapter_mix"; }
  void score(const Contest& contest, const ConstantRecord& arguments, std::span<int64_t> scores) const override {
    const ConstantRecord* row = row_of(contest, arguments);
    double sum = 0;
    for (const Model* model : contest.contenders) sum += share(row, *model);
    for (size_t i = 0; i < scores.size(); ++i) scores[i] = to_score(share(row, *contest.contenders[i]) / sum);
  }
};

}  // namespace

const SelectorKind& adapter_mix_selector() {
  static const AdapterMix kind;
  return kind;
}

}  // namespace sbx
