// SPDX-License-Identifier: Apache-2.0
// `spend.remaining` and `spend.used` of a budget nobody has spent from: counters come with stored state. For whom it counts must be
// known all the same, or the reading is unknown.
#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/signal_set.h"

namespace sbx::signals {
namespace {

struct Budget final : Extractor {
  bool used = false;
  std::vector<SignalId> keys;
  std::optional<int64_t> limit;
  SignalId limit_signal;
  std::string missing;  // a name that the program does not read

  [[nodiscard]] Reading read(const Observation& observation) const override {
    if (!missing.empty()) return unknown("`" + missing + "` is not read");
    for (SignalId key : keys) {
      if (observation.signals.settled(key, observation).state != ReadingState::Known) return unknown("it is not known whose budget it is");
    }
    if (used) return known(int64_t{0});
    if (limit) return known(*limit);
    Reading reading = observation.signals.settled(limit_signal, observation);
    const auto* raw = std::get_if<int64_t>(&reading.value);
    if (reading.state != ReadingState::Known || !raw) return unknown("the limit of the budget is not known");
    return known(*raw);
  }
};

SignalId find_signal(const Manifest& manifest, const std::string& name) {
  for (size_t i = 0; i < manifest.signals.size(); ++i) {
    if (manifest.signals[manifest.signals.id_at(i)].name == name) return manifest.signals.id_at(i);
  }
  return {};
}

}  // namespace

Bound bind_budget(const Binding& binding) {
  auto extractor = std::make_unique<Budget>();
  const ConstantRecord& arguments = binding.info.arguments;
  if (!binding.manifest) return std::unique_ptr<Extractor>(std::move(extractor));
  extractor->used = text_argument(arguments, "field") == "used";
  auto resolve = [&](const std::string& name) {
    SignalId id = find_signal(*binding.manifest, name);
    if (!id.valid()) extractor->missing = name;
    return id;
  };
  for (const std::string& name : list_argument(arguments, "for_each")) extractor->keys.push_back(resolve(name));
  const Constant* limit = argument(arguments, "limit");
  if (const auto* amount = limit ? std::get_if<Decimal>(&limit->value) : nullptr) {
    extractor->limit = scaled(*amount, decimal_places(TypeKind::Money), Rounding::Down);
  } else if (!extractor->used) {
    extractor->limit_signal = resolve(text_argument(arguments, "limit"));
  }
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
