// SPDX-License-Identifier: Apache-2.0
// What the analysis asks of the world: a request whose readings are as wanted. The world answers with one that it has decoded and read,
// so nothing is claimed that no request shows.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "compiler/ir/terms.h"
#include "runtime/diag/diagnostic.h"
#include "runtime/engine/decision.h"
#include "runtime/program/manifest.h"

namespace sbx::analysis {

using ir::Interval;
using Deadline = std::chrono::steady_clock::time_point;

/// What one leaf may read. Leaves that are not mentioned may read anything.
struct Need {
  LeafId leaf;
  std::vector<Interval> values;  // ascending and disjoint; empty: it must not be known
  bool unknown = false;          // it may be unknown
};

/// Whether a known reading gives the need what it wants.
[[nodiscard]] inline bool allows(const Need& need, int64_t value) {
  return std::ranges::any_of(need.values, [&](Interval one) { return one.lo <= value && value <= one.hi; });
}

/// Every leaf as it was read; lo < hi is unknown.
struct LeafReading {
  int64_t lo = 0, hi = 0;
  bool known = false;
};

/// A request that gives every need what it wants: checked, not assumed.
struct Witness {
  std::string envelope;               // JSON, input of `decide` (docs/cli.md#2-requests-and-readings)
  std::vector<LeafReading> readings;  // by LeafId
  std::vector<ShownVector> vectors;   // that similarities are read from
  Ground ground;                      // what the readings it is given rest on
};
/// No request can: these needs alone exclude each other.
struct Impossible {
  std::vector<LeafId> because;
};
/// None was found, which proves nothing.
struct NotFound {};
using Realized = std::variant<Witness, Impossible, NotFound>;

class World {
 public:
  virtual ~World() = default;
  [[nodiscard]] virtual Realized realize(std::span<const Need> needs) = 0;
  /// Whether the decision on a witness breaks a requirement of the manifest.
  [[nodiscard]] virtual bool breaks(const Witness& witness, size_t requirement) = 0;
  /// What is decided about a witness; it may point into the world.
  [[nodiscard]] virtual std::optional<Decision> decide(const Witness& witness) = 0;
};

}  // namespace sbx::analysis
