// SPDX-License-Identifier: Apache-2.0
// What a winner comes to, for questions: what its decisions are made of, part by part, and each decision as text.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/diff/merge.h"
#include "runtime/engine/slots.h"

namespace sbx::diff {

/// Of a winner, or of `otherwise` (none).
using Winner = std::optional<RouteId>;

/// All that makes a winner's decisions, as text: where a part is equal in both policies, it cannot make decisions differ.
struct Makeup {
  std::string calls;                         // candidates, what narrows them, what they can serve
  std::string unserved;                      // what follows where none is left
  std::map<std::string, std::string> slots;  // by name: who assigns what, and when
  std::map<std::string, GuardId> fits;       // by model as it is sent
  friend bool operator==(const Makeup&, const Makeup&) = default;
};

/// The parts in which two makeups differ.
struct Apart {
  std::set<std::string> slots;
  bool fit = false;  // whether a model fits has to be asked
};
[[nodiscard]] Apart parts_that_differ(const Makeup& old, const Makeup& now);

class Outcomes {
 public:
  Outcomes(const Merged& merged, const Side& side);  // both must outlive it

  [[nodiscard]] const Makeup& makeup(Winner winner) const { return makeups_[winner ? winner->index : makeups_.size() - 1]; }

  using Asked = std::function<bool(GuardId)>;
  /// The decision, without the slots in which nothing differs; `holds` is asked about every guard that it depends on.
  [[nodiscard]] std::string decided(Winner winner, const Apart& apart, const Asked& holds);

 private:
  [[nodiscard]] const Manifest& laying(const std::set<std::string>& slots);

  const Merged& merged_;
  const Side& side_;
  std::vector<Makeup> makeups_;                       // by RouteId, then `otherwise`
  std::map<std::set<std::string>, Manifest> laying_;  // rules that assign these slots only
  Manifest narrowing_;                                // rules that narrow only
};

}  // namespace sbx::diff
