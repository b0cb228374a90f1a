// SPDX-License-Identifier: Apache-2.0
// The time of day somewhere in the world.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "runtime/base/result.h"

namespace sbx::text {

struct LocalTime {
  int hour = 0;     // 0 to 23
  int weekday = 0;  // 0 is Monday
};

/// A time zone of the IANA database. Immutable; may be read from several threads.
class Zone {
 public:
  /// E0332 where no zone has this name; the message names the ones that look like it.
  [[nodiscard]] static Result<Zone> find(const std::string& name);
  /// The wall clock at a moment given in microseconds since 1970 UTC.
  [[nodiscard]] LocalTime at(int64_t time_us) const;

 private:
  struct Rules;
  explicit Zone(std::shared_ptr<const Rules> rules) : rules_(std::move(rules)) {}
  std::shared_ptr<const Rules> rules_;
};

}  // namespace sbx::text
