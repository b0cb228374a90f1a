// SPDX-License-Identifier: Apache-2.0
// Signals of both policies that read one source by different types or defaults: what one reads follows from what the other does.
#pragma once

#include <optional>
#include <utility>

#include "compiler/analysis/world.h"
#include "compiler/diff/merge.h"

namespace sbx::diff {

/// What the new policy's leaf reads where the old one's reads what `need` says; nothing for a leaf that is not linked.
[[nodiscard]] std::optional<analysis::Need> translated(const Merged& merged, const analysis::Need& need);

/// Asks another world, with what is wanted of linked signals brought together.
class LinkedWorld final : public analysis::World {
 public:
  /// Both must outlive it.
  LinkedWorld(const Merged& merged, analysis::World& world) : merged_(merged), world_(world) {}

  [[nodiscard]] analysis::Realized realize(std::span<const analysis::Need> needs) override;
  [[nodiscard]] bool breaks(const analysis::Witness& witness, size_t requirement) override { return world_.breaks(witness, requirement); }
  [[nodiscard]] std::optional<Decision> decide(const analysis::Witness& witness) override { return world_.decide(witness); }

 private:
  const Merged& merged_;
  analysis::World& world_;
};

}  // namespace sbx::diff
