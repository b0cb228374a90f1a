// SPDX-License-Identifier: Apache-2.0
// Signals whose vectors are known are read from one direction: which readings go together is geometry (compiler/geometry).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/analysis/arithmetic.h"
#include "compiler/analysis/space.h"
#include "compiler/geometry/wishes.h"

namespace sbx::analysis {

/// A signal by name, and what it is read from. Those of one encoder and dimension are read from one vector of the text.
struct VectorSignal {
  std::string name;
  std::string encoder;
  geometry::Measure measure;
};
using VectorSignals = std::vector<std::pair<SignalId, const VectorSignal*>>;
/// Those that a manifest has, by their names, which must be its own.
[[nodiscard]] VectorSignals vector_signals(const Manifest& manifest, const std::vector<VectorSignal>& signals);

class Similarities {
 public:
  /// `space` and what `signals` points to must outlive it. Teaches `space` which readings of two signals exclude each other.
  Similarities(Space& space, const VectorSignals& signals);

  /// The points and, for what the region asks of similarities, directions of length one and all that is read from them. A Contradiction
  /// names the fewest axes that exclude each other.
  [[nodiscard]] Solved solve(const Region& region, Points points);
  /// Whether nothing is held to vectors.
  [[nodiscard]] bool empty() const { return groups_.empty(); }
  /// Whether a leaf's readings are held to vectors.
  [[nodiscard]] bool has(LeafId leaf) const;
  /// Whether it ever found readings that exclude each other.
  [[nodiscard]] bool has_excluded() const { return has_excluded_; }
  /// The names of its signals, in backticks.
  [[nodiscard]] std::string names() const;

 private:
  struct Member {
    LeafId leaf;
    std::optional<AxisId> axis;
    const VectorSignal* signal;
    std::optional<int64_t> fallback;  // `or else`: it reads this when it fails
  };
  using Group = std::vector<Member>;  // read from one direction
  struct Asked;

  void add(SignalId id, const VectorSignal& signal);
  void teach(const Group& group);
  void teach(const Member& a, const Member& b);
  [[nodiscard]] std::optional<Need> need(const Member& member, const Region& region) const;
  [[nodiscard]] std::vector<Asked> asked(const Group& group, const Region& region, const Points& points) const;
  [[nodiscard]] std::optional<Solved> solve(const Group& group, const Region& region, Points& points);
  void write(const Group& group, const Region& region, const geometry::Vector* direction, Points& points) const;

  Space& space_;
  std::vector<Group> groups_;
  bool has_excluded_ = false;
  size_t taught_ = 0;  // boxes
};

}  // namespace sbx::analysis
