// SPDX-License-Identifier: Apache-2.0
#include "runtime/text/zone.h"

#include <unicode/timezone.h>
#include <unicode/unistr.h>

namespace sbx::text {

struct Zone::Rules {
  std::unique_ptr<icu::TimeZone> zone;
};

Result<Zone> Zone::find(const std::string& name) {
  icu::UnicodeString id = icu::UnicodeString::fromUTF8(name);
  icu::UnicodeString canonical;
  UErrorCode status = U_ZERO_ERROR;
  UBool is_system = false;
  icu::TimeZone::getCanonicalID(id, canonical, is_system, status);
  if (U_FAILURE(status) || !is_system)
    return Error{"E0332", "there is no time zone `" + name + "`; zones are named like `Europe/Berlin` or `UTC`"};
  return Zone(std::make_shared<Rules>(std::unique_ptr<icu::TimeZone>(icu::TimeZone::createTimeZone(id))));
}

LocalTime Zone::at(int64_t time_us) const {
  constexpr int64_t kMillisOfHour = 3'600'000, kMillisOfDay = 24 * kMillisOfHour;
  int64_t utc = time_us >= 0 ? time_us / 1000 : -((-time_us + 999) / 1000);
  int32_t raw = 0, saving = 0;
  UErrorCode status = U_ZERO_ERROR;
  rules_->zone->getOffset(static_cast<UDate>(utc), false, raw, saving, status);
  int64_t local = utc + (U_SUCCESS(status) ? raw + saving : 0);
  int64_t day = local >= 0 ? local / kMillisOfDay : -((-local + kMillisOfDay - 1) / kMillisOfDay);
  int64_t weekday = ((day + 3) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
  return {static_cast<int>((local - day * kMillisOfDay) / kMillisOfHour), static_cast<int>(weekday)};
}

}  // namespace sbx::text
