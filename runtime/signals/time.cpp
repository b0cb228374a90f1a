// SPDX-License-Identifier: Apache-2.0
// time.hour("Europe/Berlin"), time.weekday("UTC"): the clock on a wall somewhere when the request came.
#include <array>

#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/typed.h"
#include "runtime/text/zone.h"

namespace sbx::signals {
namespace {

struct Hour final : Extractor {
  explicit Hour(text::Zone zone) : zone(std::move(zone)) {}
  text::Zone zone;
  [[nodiscard]] Reading read(const Observation& observation) const override {
    return known(int64_t{zone.at(observation.request.time_us).hour});
  }
};

struct Weekday final : Extractor {
  Weekday(text::Zone zone, Type type) : zone(std::move(zone)), type(std::move(type)) {}
  text::Zone zone;
  Type type;
  [[nodiscard]] Reading read(const Observation& observation) const override {
    constexpr std::array<std::string_view, 7> kNames{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
    return typed(kNames[static_cast<size_t>(zone.at(observation.request.time_us).weekday)], type);
  }
};

}  // namespace

Bound bind_hour(const Binding& binding) {
  Result<text::Zone> zone = text::Zone::find(text_argument(binding.info.arguments, "zone"));
  if (!zone) return zone.error();
  return std::unique_ptr<Extractor>(std::make_unique<Hour>(std::move(*zone)));
}

Bound bind_weekday(const Binding& binding) {
  Result<text::Zone> zone = text::Zone::find(text_argument(binding.info.arguments, "zone"));
  if (!zone) return zone.error();
  return std::unique_ptr<Extractor>(std::make_unique<Weekday>(std::move(*zone), binding.info.type));
}

}  // namespace sbx::signals
