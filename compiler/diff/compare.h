// SPDX-License-Identifier: Apache-2.0
// The requests that two policies decide differently: as few regions as will do, each with a request that both have decided.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/exclusions.h"
#include "compiler/analysis/world.h"
#include "compiler/diff/merge.h"

namespace sbx::diff {

/// One policy's decision on a request. `sent`: equal texts, equal decisions (sent.h); `json` is the decision as `decide` prints it;
/// `models` are those asked, as they are sent.
struct Decided {
  std::string sent, json;
  std::vector<std::string> models;
};
struct BothDecided {
  Decided old, now;
};

/// Decides requests by both policies for real.
class Judge {
 public:
  virtual ~Judge() = default;
  /// Nothing where one of them cannot decide it.
  [[nodiscard]] virtual std::optional<BothDecided> decide(const std::string& envelope) = 0;
};

struct Region {
  std::string when;     // an expression, true on the requests of the region
  bool simplified = false;  // it is true on others too, which routes that come first take
  bool settled = true;  // no: whether a request is in it was not found out
  bool allowed = false;
  std::optional<std::string> witness;  // an envelope that both have decided, differently
  BothDecided decided;                 // on the witness
  std::string old_winner, new_winner;  // names of routes, or `otherwise`: where there is no witness, the first that differ; may be empty
  std::string because;                 // why it is not settled, where that is known
};

struct Difference {
  std::vector<Region> regions;  // in the order of the old policy's routes
  bool truncated = false;
};

struct CompareOptions {
  size_t most_regions = SIZE_MAX;
};

/// `texts` is known of the merged module's texts; `world` makes requests for it, `judge` decides them. All must outlive the
/// call only.
[[nodiscard]] Difference compare(const Merged& merged, const analysis::TextFacts& texts, analysis::World& world, Judge& judge,
                                 const CompareOptions& options);

}  // namespace sbx::diff
