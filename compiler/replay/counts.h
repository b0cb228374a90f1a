// SPDX-License-Identifier: Apache-2.0
// What a replay counts. Counts of parts are added; nothing in them depends on how many threads there were.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/decimal.h"
#include "runtime/base/result.h"
#include "runtime/program/manifest.h"

namespace sbx::replay {

__extension__ using Wide = __int128;

/// Dollars: as many as 10^-15 of one, exactly. Unknown as soon as one part is.
struct Cost {
  Wide femto = 0;
  bool is_known = true;
  void add(const Cost& other) {
    femto += other.femto;
    is_known &= other.is_known;
  }
};

/// To the nearest 10^-9 dollars; nothing if it is not known.
[[nodiscard]] std::optional<Decimal> to_dollars(const Cost& cost);

/// Of one policy. Routes by id, then `otherwise`.
struct PolicyCounts {
  std::vector<uint64_t> routes, models;
  std::vector<Cost> costs;  // beside `routes`
};

/// A line that could not be decided, or a decision that differs from the one recorded. `line` counts from 1 in its file.
struct Remark {
  size_t file = 0;
  uint64_t line = 0;
  std::string id;
  Error error;
};

struct Counts {
  static constexpr size_t kMostRemarks = 5;  // of each kind

  uint64_t requests = 0, decided = 0, failed = 0, missing_readings = 0, compared = 0, differs = 0;
  uint64_t quick = 0;  // decided without making a Decision
  std::vector<PolicyCounts> policies;
  std::vector<Remark> failures, differences;  // the first ones

  void add(const Counts& part);
};

}  // namespace sbx::replay
