// SPDX-License-Identifier: Apache-2.0
// A random walk to readings that many routes leave out (the scheme of WalkSAT: Selman, Kautz and Cohen 1994). Where there are thousands of
// routes, it answers most questions long before a search has looked at all of their boxes. It proves nothing when it fails. A step along
// one axis looks at the boxes that have a side there, and at no others.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <vector>

#include "compiler/analysis/question.h"

namespace sbx::analysis {

class Walk {
 public:
  /// Of the listed guards whose truth a module is asked for. `space` must outlive it.
  explicit Walk(const Space& space) : space_(space) {}

  /// A point that answers the question, if one is met soon. Of a space without atoms only: arithmetic is not asked.
  [[nodiscard]] std::optional<Point> find(const Question& question);

 private:
  using Bits = std::vector<uint32_t>;  // places in `boxes_`

  /// One side of a box that is left, and the class that is taken instead.
  struct Step {
    AxisId axis;
    uint32_t number = 0;
    size_t left = 0;  // how many boxes the point is then in
  };

  /// A side of a box, by the box's place in `boxes_`.
  struct Side {
    uint32_t bit = 0;
    Slab slab;
  };
  /// Where the point stands to the boxes: by how many sides it is outside of each, and the forbidden ones that it is in.
  struct Standing {
    std::vector<uint32_t> outside;
    std::vector<uint32_t> held;
  };

  void prepare();
  [[nodiscard]] std::optional<Bits> forbidden(const std::vector<GuardId>& guards) const;
  [[nodiscard]] std::optional<Region> allowed(const Question& question);
  [[nodiscard]] Point start(const Region& allowed);
  [[nodiscard]] std::optional<Point> walk(Point point, const Region& allowed, const Bits& forbidden);
  [[nodiscard]] std::optional<Step> step(const Point& point, const Region& allowed, const Standing& standing, BoxId out_of);
  void count_left(const Point& point, const Standing& standing, std::span<Step> steps) const;
  [[nodiscard]] Standing standing(const Point& point, const Bits& forbidden) const;
  void take(const Step& step, Point& point, Standing& standing) const;
  [[nodiscard]] bool is_outside(const Slab& slab, uint32_t number) const {
    return (space_.words(slab)[number / 64] >> (number % 64) & 1) == 0;
  }
  [[nodiscard]] std::optional<uint32_t> any_class(const Region& allowed, AxisId axis, const Slab* but);

  const Space& space_;
  bool is_prepared_ = false;
  std::vector<BoxId> boxes_;
  std::vector<uint32_t> bit_of_;          // by BoxId
  std::vector<std::vector<Side>> sides_;  // by AxisId
  std::vector<Point> last_;               // found before, the newest last
  std::mt19937_64 random_;
};

}  // namespace sbx::analysis
