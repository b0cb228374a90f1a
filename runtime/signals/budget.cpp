// SPDX-License-Identifier: Apache-2.0
// `spend.remaining` and `spend.used`: what the host says has been spent, of a budget whose owner is known; else the reading is unknown.
#include "runtime/signals/budget.h"

#include <algorithm>
#include <chrono>

#include "runtime/program/lookup.h"
#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/signal_set.h"

namespace sbx::signals {
namespace {

struct Budget final : Extractor {
  const Manifest* manifest = nullptr;
  const SignalInfo* info = nullptr;
  bool used = false;
  std::string missing;  // a name that the program does not read

  [[nodiscard]] Reading read(const Observation& observation) const override {
    if (!missing.empty()) return unknown("`" + missing + "` is not read");
    const BudgetUse use = budget_use(*manifest, *info, observation);
    if (!use.is_known) return unknown("it is not known whose budget it is");
    const int64_t spent = observation.spending == nullptr ? 0 : observation.spending->spent_micros(use);
    if (used && spent == 0) return known(int64_t{0});
    if (!use.limit_micros) return unknown("the limit of the budget is not known");
    if (!used) return known(std::max<int64_t>(0, *use.limit_micros - spent));
    constexpr int64_t kWhole = 1'000'000;
    return *use.limit_micros == 0 ? known(kWhole) : known(static_cast<int64_t>(static_cast<__int128>(spent) * kWhole / *use.limit_micros));
  }
};

/// The limit is a constant, or what an input or a column of a table says.
std::optional<int64_t> limit_of(const Manifest& manifest, const ConstantRecord& arguments, const Observation& observation) {
  const Constant* limit = argument(arguments, "limit");
  if (const auto* amount = limit ? std::get_if<Decimal>(&limit->value) : nullptr) return scaled(*amount, decimal_places(TypeKind::Money), Rounding::Down);
  const auto signal = find_signal(manifest, text_argument(arguments, "limit"));
  if (!signal) return std::nullopt;
  const Reading reading = observation.signals.settled(*signal, observation);
  const auto* raw = std::get_if<int64_t>(&reading.value);
  return reading.state == ReadingState::Known && raw ? std::optional(*raw) : std::nullopt;
}

}  // namespace

int64_t window_start(std::string_view period, int64_t time_us) {
  using namespace std::chrono;
  const sys_time<microseconds> now{microseconds(time_us)};
  const auto micros = [](auto start) { return duration_cast<microseconds>(start.time_since_epoch()).count(); };
  const sys_days day = floor<days>(now);
  const year_month_day date(day);
  if (period == "minute") return micros(floor<minutes>(now));
  if (period == "hour") return micros(floor<hours>(now));
  if (period == "day") return micros(day);
  if (period == "week") return micros(day - (weekday(day) - Monday));
  if (period == "month") return micros(sys_days(date.year() / date.month() / 1));
  return micros(sys_days(date.year() / January / 1));
}

BudgetUse budget_use(const Manifest& manifest, const SignalInfo& info, const Observation& observation) {
  const ConstantRecord& arguments = info.arguments;
  BudgetUse use{.name = text_argument(arguments, "name"), .key = {}, .limit_micros = {}};
  use.window_us = window_start(text_argument(arguments, "period"), observation.request.time_us);
  const Constant* strict = argument(arguments, "strict");
  use.strict = strict != nullptr && strict->value == decltype(strict->value)(true);
  for (const std::string& name : list_argument(arguments, "for_each")) {
    const auto signal = find_signal(manifest, name);
    if (!signal) return use;
    const Reading reading = observation.signals.settled(*signal, observation);
    const auto* text = std::get_if<std::string>(&reading.value);
    if (reading.state != ReadingState::Known || text == nullptr) return use;
    use.key.push_back(*text);
  }
  use.is_known = true;
  use.limit_micros = limit_of(manifest, arguments, observation);
  return use;
}

Bound bind_budget(const Binding& binding) {
  auto extractor = std::make_unique<Budget>();
  const ConstantRecord& arguments = binding.info.arguments;
  if (!binding.manifest) return std::unique_ptr<Extractor>(std::move(extractor));
  extractor->manifest = binding.manifest;
  extractor->info = &binding.info;
  extractor->used = text_argument(arguments, "field") == "used";
  std::vector<std::string> names = list_argument(arguments, "for_each");
  const Constant* limit = argument(arguments, "limit");
  if (!extractor->used && !(limit && std::holds_alternative<Decimal>(limit->value))) names.push_back(text_argument(arguments, "limit"));
  for (const std::string& name : names) {
    if (!find_signal(*binding.manifest, name)) extractor->missing = name;
  }
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
