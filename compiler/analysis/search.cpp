// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/search.h"

#include <algorithm>

#include "runtime/abi/decide.h"

namespace sbx::analysis {
namespace {

constexpr int kMostSteps = 200'000;  // regions looked at for one question
constexpr int kMostRequests = 12;    // that the world is asked for

/// Of a clause, one of: the readings are in the box; they are in none of the boxes of a guard.
struct Option {
  std::optional<BoxId> in;
  GuardId outside;
};
using Wanted = std::vector<Option>;

enum class Relation : uint8_t { Apart, Part, Within };

}  // namespace

GraphState settled(const Module& module, const Witness& witness) {
  std::vector<int64_t> lo, hi;
  std::vector<uint8_t> states;
  for (const LeafReading& reading : witness.readings) {
    lo.push_back(reading.lo);
    hi.push_back(reading.hi);
    states.push_back(reading.known ? SBX_KNOWN : SBX_FAILED);
  }
  const sbx_frame frame{SBX_ABI_VERSION, sizeof(sbx_frame), lo.data(), hi.data(), states.data(), static_cast<uint32_t>(lo.size()), 0};
  return evaluate(module.graph, module.manifest, frame);
}

class Search::Run {
 public:
  Run(Search& search, const Question& question, bool shown)
      : search_(search), space_(search.space_), question_(question), shown_(shown), region_(space_.everything()) {}

  Answer run() {
    std::vector<BoxId> forbidden = space_.impossible();
    std::vector<Wanted> wanted;
    for (const AnyOf& clause : question_) add(clause, wanted, forbidden);
    if (explore(std::move(wanted), std::move(forbidden))) return std::move(answer_);
    return {unsettled_ ? Found::Unsettled : Found::No, std::nullopt};
  }

 private:
  struct Undo {
    size_t word = 0;
    uint64_t value = 0;
  };

  void add(const AnyOf& clause, std::vector<Wanted>& wanted, std::vector<BoxId>& forbidden) const {
    if (clause.size() == 1 && !clause.front().holds) {
      const std::span<const BoxId> boxes = space_.boxes_of(clause.front().guard);
      forbidden.insert(forbidden.end(), boxes.begin(), boxes.end());
      return;
    }
    Wanted options;
    for (const Literal& literal : clause) {
      if (!literal.holds) {
        options.push_back({std::nullopt, literal.guard});
        continue;
      }
      for (const BoxId box : space_.boxes_of(literal.guard)) options.push_back({box, {}});
    }
    wanted.push_back(std::move(options));
  }

  // How the region lies to a box; `sides` counts the sides that cut it, `side` is the last of them.
  Relation relation(BoxId box, uint32_t& sides, Slab& side) const {
    sides = 0;
    for (const Slab& slab : space_.box(box)) {
      const Axis& axis = space_.axes()[slab.axis];
      const uint64_t* classes = space_.words(slab);
      const uint64_t* region = region_.data() + axis.offset;
      uint32_t meets = slab.first;
      while (meets <= slab.last && (region[meets] & classes[meets]) == 0) ++meets;
      if (meets > slab.last) return Relation::Apart;
      uint32_t leaves = 0;
      while (leaves < axis.words && (region[leaves] & ~classes[leaves]) == 0) ++leaves;
      if (leaves == axis.words) continue;
      ++sides;
      side = slab;
    }
    return sides == 0 ? Relation::Within : Relation::Part;
  }
  Relation relation(BoxId box) const {
    uint32_t sides = 0;
    Slab side;
    return relation(box, sides, side);
  }

  void narrow(const Slab& slab, bool inside) {
    const Axis& axis = space_.axes()[slab.axis];
    for (uint32_t i = 0; i < axis.words; ++i) {
      uint64_t& word = region_[axis.offset + i];
      undo_.push_back({axis.offset + i, word});
      const uint64_t classes = space_.words(slab)[i];
      word &= inside ? classes : ~classes;
    }
  }
  void go_back(size_t to) {
    for (; undo_.size() > to; undo_.pop_back()) region_[undo_.back().word] = undo_.back().value;
  }

  // Drops what is settled and follows what is forced; false if the question is answered with no.
  bool settle(std::vector<Wanted>& wanted, std::vector<BoxId>& forbidden) {
    for (bool again = true; again;) {
      again = false;
      if (!settle_forbidden(forbidden, again)) return false;
      if (!settle_wanted(wanted, forbidden, again)) return false;
    }
    return true;
  }

  bool settle_forbidden(std::vector<BoxId>& forbidden, bool& again) {
    size_t kept = 0;
    for (const BoxId box : forbidden) {
      uint32_t sides = 0;
      Slab side;
      const Relation relation = this->relation(box, sides, side);
      if (relation == Relation::Within) return false;
      if (relation == Relation::Apart) continue;
      if (sides == 1) {
        narrow(side, false);
        again = true;
      } else {
        forbidden[kept++] = box;
      }
    }
    forbidden.resize(kept);
    return true;
  }

  enum class Standing : uint8_t { Out, Open, Sure };
  Standing standing(const Option& option) const {
    if (option.in) {
      const Relation relation = this->relation(*option.in);
      return relation == Relation::Within ? Standing::Sure : relation == Relation::Apart ? Standing::Out : Standing::Open;
    }
    Standing standing = Standing::Sure;
    for (const BoxId box : space_.boxes_of(option.outside)) {
      const Relation relation = this->relation(box);
      if (relation == Relation::Within) return Standing::Out;
      if (relation == Relation::Part) standing = Standing::Open;
    }
    return standing;
  }

  bool settle_wanted(std::vector<Wanted>& wanted, std::vector<BoxId>& forbidden, bool& again) {
    std::vector<Wanted> open;
    for (Wanted& options : wanted) {
      Wanted left;
      bool sure = false;
      for (const Option& option : options) {
        const Standing standing = this->standing(option);
        sure |= standing == Standing::Sure;
        if (standing == Standing::Open) left.push_back(option);
      }
      if (sure) continue;
      if (left.empty()) return false;
      if (left.size() > 1) {
        open.push_back(std::move(left));
        continue;
      }
      take(left.front(), forbidden);
      again = true;
    }
    wanted = std::move(open);
    return true;
  }

  void take(const Option& option, std::vector<BoxId>& forbidden) {
    if (option.in) {
      for (const Slab& slab : space_.box(*option.in)) narrow(slab, true);
      return;
    }
    const std::span<const BoxId> boxes = space_.boxes_of(option.outside);
    forbidden.insert(forbidden.end(), boxes.begin(), boxes.end());
  }

  // Whether the region holds an answer, which is then in `answer_`.
  bool explore(std::vector<Wanted> wanted, std::vector<BoxId> forbidden) {
    const size_t start = undo_.size();
    for (;;) {
      if (++steps_ > kMostSteps) return unsettled_ = true, go_back(start), false;
      if (!settle(wanted, forbidden)) return go_back(start), false;
      if (wanted.empty() && forbidden.empty()) {
        if (judge(forbidden)) return true;
        if (forbidden.empty()) return go_back(start), false;
        continue;  // the world has taught us a box to avoid
      }
      const bool found = wanted.empty() ? split(wanted, forbidden) : choose(wanted, forbidden);
      if (found) return true;
      return go_back(start), false;
    }
  }

  // Takes the first option of the clause that has fewest; then the clause without it.
  bool choose(std::vector<Wanted>& wanted, const std::vector<BoxId>& forbidden) {
    const auto fewest = std::ranges::min_element(wanted, {}, &Wanted::size);
    const Option option = fewest->front();
    std::vector<Wanted> others = wanted;
    others.erase(others.begin() + (fewest - wanted.begin()));
    std::vector<BoxId> more = forbidden;
    const size_t start = undo_.size();
    take(option, more);
    if (explore(std::move(others), std::move(more))) return true;
    go_back(start);
    fewest->erase(fewest->begin());
    std::vector<BoxId> without = forbidden;
    if (option.in) without.push_back(*option.in);
    return explore(wanted, std::move(without));
  }

  // Cuts the region along a side of the forbidden box that is nearest to holding all of it.
  bool split(const std::vector<Wanted>& wanted, const std::vector<BoxId>& forbidden) {
    uint32_t fewest = UINT32_MAX;
    Slab at;
    for (const BoxId box : forbidden) {
      uint32_t sides = 0;
      Slab side;
      if (relation(box, sides, side) != Relation::Part || sides >= fewest) continue;
      fewest = sides;
      at = side;
    }
    SBX_CHECK(fewest != UINT32_MAX, "an open box without a side that cuts the region");
    for (const bool inside : {false, true}) {
      const size_t start = undo_.size();
      narrow(at, inside);
      if (explore(wanted, forbidden)) return true;
      go_back(start);
    }
    return false;
  }

  // All of the region answers the question, if arithmetic and the world agree. If they do not, they say what to avoid.
  bool judge(std::vector<BoxId>& forbidden) {
    const Solved solved = search_.arithmetic_.solve(region_);
    if (const auto* contradiction = std::get_if<Contradiction>(&solved)) {
      forbidden.push_back(space_.exclude(region_, contradiction->axes));
      return false;
    }
    if (std::holds_alternative<TooHard>(solved)) {
      unsettled_ = true;
      return false;
    }
    if (!shown_) {
      answer_ = {Found::Yes, std::nullopt};
      return true;
    }
    return show(std::get<Points>(solved), forbidden);
  }

  // A point that arithmetic chose may be impossible where the region is not: then the region itself is asked for.
  bool show(const Points& points, std::vector<BoxId>& forbidden) {
    for (const Points& wanted : {points, Points{}}) {
      if (++requests_ > kMostRequests) break;
      Realized realized = search_.world_->realize(needs_of(wanted));
      auto* witness = std::get_if<Witness>(&realized);
      if (witness != nullptr && answers(*witness)) {
        answer_ = {Found::Yes, std::move(*witness)};
        return true;
      }
      const auto* impossible = std::get_if<Impossible>(&realized);
      const bool chosen =
          impossible != nullptr && std::ranges::any_of(impossible->because, [&](LeafId leaf) { return wanted.leaves.contains(leaf); });
      if (impossible != nullptr && !chosen) {
        forbidden.push_back(space_.exclude(region_, axes_of(impossible->because)));
        return false;
      }
    }
    unsettled_ = true;
    return false;
  }

  std::vector<AxisId> axes_of(const std::vector<LeafId>& leaves) const {
    std::vector<AxisId> axes;
    for (const LeafId leaf : leaves) axes.push_back(*space_.axis_of(leaf));
    return axes;
  }

  std::vector<Need> needs_of(const Points& points) const {
    std::vector<Need> needs;
    for (size_t i = 0; i < space_.axes().size(); ++i) {
      const AxisId id = space_.axes().id_at(i);
      const Axis& axis = space_.axes()[id];
      if (!axis.leaf || points.leaves.contains(*axis.leaf) || space_.is_whole(region_, id)) continue;
      needs.push_back(space_.need(region_, id));
    }
    for (const auto& [leaf, values] : points.leaves) {
      needs.push_back({.leaf = leaf, .values = {}, .unknown = !values});
      if (values) needs.back().values.push_back(*values);
    }
    return needs;
  }

  // The oracle evaluates the guards on what was really read.
  bool answers(const Witness& witness) const {
    const GraphState state = settled(space_.module(), witness);
    return std::ranges::all_of(question_, [&](const AnyOf& clause) {
      return std::ranges::any_of(clause, [&](const Literal& literal) { return state.guards[literal.guard.index].must == literal.holds; });
    });
  }

  Search& search_;
  Space& space_;
  const Question& question_;
  bool shown_;
  Region region_;
  std::vector<Undo> undo_;
  Answer answer_;
  int steps_ = 0;
  int requests_ = 0;
  bool unsettled_ = false;
};

bool Search::may_meet(const AnyOf& these, const AnyOf& those) const {
  for (const Literal& one : these) {
    for (const Literal& other : those) {
      for (const BoxId a : space_.boxes_of(one.guard)) {
        for (const BoxId b : space_.boxes_of(other.guard)) {
          if (space_.meet(a, b)) return true;
        }
      }
    }
  }
  return false;
}

Answer Search::possible(const Question& question) { return Run(*this, question, false).run(); }

Answer Search::show(const Question& question) { return Run(*this, question, world_ != nullptr).run(); }

}  // namespace sbx::analysis
