// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/search.h"

#include <algorithm>

#include "compiler/analysis/cursor.h"
#include "compiler/analysis/dive.h"
#include "compiler/analysis/grounds.h"
#include "compiler/analysis/needs.h"
#include "compiler/analysis/similarities.h"
#include "runtime/abi/decide.h"

namespace sbx::analysis {
namespace {

constexpr int kMostSteps = 50'000;  // regions looked at for one question
constexpr int kMostDives = 3;       // quick tries
constexpr int kMostRequests = 12;   // that the world is asked for

/// Of a clause, one of: the readings are in the box; they are in none of the boxes of a guard.
struct Option {
  std::optional<BoxId> in;
  GuardId outside;
};
using Wanted = std::vector<Option>;

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
      : search_(search), space_(search.space_), question_(question), shown_(shown), cursor_(space_) {}

  Answer run() {
    for (const Need& need : question_.where) {
      if (!allow(need)) return {Found::No, std::nullopt, std::nullopt};
    }
    std::vector<BoxId> forbidden = space_.impossible();
    std::vector<Wanted> wanted;
    for (const AnyOf& clause : question_.some) add(clause, wanted, forbidden);
    for (const GuardId guard : question_.none) forbid(guard, forbidden);
    if (explore(std::move(wanted), std::move(forbidden))) return std::move(answer_);
    return {unsettled_ ? Found::Unsettled : Found::No, std::nullopt, std::nullopt};
  }

 private:
  // Leaves the classes that the need allows some reading of; false if there is none.
  bool allow(const Need& need) {
    const std::optional<AxisId> axis = space_.axis_of(need.leaf);
    if (!axis) return need.unknown || !need.values.empty();
    const std::vector<uint64_t> classes = space_.classes_of(*axis, need);
    if (std::ranges::all_of(classes, [](uint64_t word) { return word == 0; })) return false;
    cursor_.narrow(*axis, classes);
    return true;
  }

  void add(const AnyOf& clause, std::vector<Wanted>& wanted, std::vector<BoxId>& forbidden) const {
    if (clause.size() == 1 && !clause.front().holds) return forbid(clause.front().guard, forbidden);
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

  void forbid(GuardId guard, std::vector<BoxId>& forbidden) const {
    const std::span<const BoxId> boxes = space_.boxes_of(guard);
    forbidden.insert(forbidden.end(), boxes.begin(), boxes.end());
  }

  // Drops what is settled and follows what is forced; false if the question is answered with no.
  bool settle(std::vector<Wanted>& wanted, std::vector<BoxId>& forbidden) {
    for (bool again = true; again;) {
      again = false;
      // What is wanted comes first: most of what is forbidden is then out of reach.
      if (!settle_wanted(wanted, forbidden, again)) return false;
      if (again) continue;
      if (!settle_forbidden(forbidden, again)) return false;
    }
    return true;
  }

  bool settle_forbidden(std::vector<BoxId>& forbidden, bool& again) {
    size_t kept = 0;
    cut_ = {};
    for (const BoxId box : forbidden) {
      const Lie lie = cursor_.lie(box);
      if (lie.relation == Relation::Within) return false;
      if (lie.relation == Relation::Apart) continue;
      if (lie.sides == 1) {
        cursor_.narrow(lie.side, false);
        again = true;
        continue;
      }
      forbidden[kept++] = box;
      if (cut_.sides == 0 || lie.sides < cut_.sides) cut_ = lie;
    }
    forbidden.resize(kept);
    return true;
  }

  enum class Standing : uint8_t { Out, Open, Sure };
  Standing standing(const Option& option) const {
    if (option.in) {
      const Relation relation = cursor_.lie(*option.in).relation;
      return relation == Relation::Within ? Standing::Sure : relation == Relation::Apart ? Standing::Out : Standing::Open;
    }
    Standing standing = Standing::Sure;
    for (const BoxId box : space_.boxes_of(option.outside)) {
      const Relation relation = cursor_.lie(box).relation;
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
      for (const Slab& slab : space_.box(*option.in)) cursor_.narrow(slab, true);
      return;
    }
    forbid(option.outside, forbidden);
  }

  // Whether the region holds an answer, which is then in `answer_`.
  bool explore(std::vector<Wanted> wanted, std::vector<BoxId> forbidden) {
    const size_t start = cursor_.mark();
    bool dived = false;
    for (;;) {
      if (++steps_ > kMostSteps || search_.is_late()) return unsettled_ = true, cursor_.go_back(start), false;
      if (!settle(wanted, forbidden)) return cursor_.go_back(start), false;
      if (wanted.empty() && std::ranges::all_of(forbidden, [&](BoxId box) { return space_.is_pair(box); })) {
        std::vector<BoxId> learnt;  // the world teaches us boxes to avoid
        if (judge(learnt)) return true;
        if (learnt.empty()) return cursor_.go_back(start), false;
        forbidden.insert(forbidden.end(), learnt.begin(), learnt.end());
        continue;
      }
      if (wanted.empty() && !dived && dives_ < kMostDives) {
        dived = true;
        const size_t known = space_.impossible().size();
        if (dive(forbidden)) return true;
        forbidden.insert(forbidden.end(), space_.impossible().begin() + static_cast<std::ptrdiff_t>(known), space_.impossible().end());
        continue;
      }
      if (!wanted.empty()) {
        if (choose(wanted, forbidden)) return true;
        continue;
      }
      if (split(wanted, forbidden)) return true;
      return cursor_.go_back(start), false;
    }
  }

  // Tries the first option of the clause that has fewest. If that holds no answer, the clause is left without it.
  bool choose(std::vector<Wanted>& wanted, std::vector<BoxId>& forbidden) {
    const auto fewest = std::ranges::min_element(wanted, {}, &Wanted::size);
    const Option option = fewest->front();
    std::vector<Wanted> others = wanted;
    others.erase(others.begin() + (fewest - wanted.begin()));
    std::vector<BoxId> more = forbidden;
    const size_t start = cursor_.mark();
    take(option, more);
    if (explore(std::move(others), std::move(more))) return true;
    cursor_.go_back(start);
    fewest->erase(fewest->begin());
    if (option.in) forbidden.push_back(*option.in);
    return false;
  }

  // A quick try that finds most answers there are; without one, nothing is lost but this try. Pairs follow from the rest.
  bool dive(std::vector<BoxId> pairs) {
    ++dives_;
    const size_t start = cursor_.mark();
    const auto others = std::ranges::partition(pairs, [&](BoxId box) { return space_.is_pair(box); });
    std::vector<BoxId> forbidden(others.begin(), others.end());
    pairs.erase(others.begin(), others.end());
    if (analysis::dive(space_, forbidden, cursor_) && follow(pairs) && judge(forbidden)) return true;
    return cursor_.go_back(start), false;
  }

  bool follow(std::vector<BoxId>& pairs) {
    for (bool again = true; again;) {
      again = false;
      if (!settle_forbidden(pairs, again)) return false;
    }
    return true;
  }

  // Cuts the region along a side of the forbidden box that is nearest to holding all of it.
  bool split(const std::vector<Wanted>& wanted, const std::vector<BoxId>& forbidden) {
    const Slab at = cut_.side;
    for (const bool inside : {false, true}) {
      const size_t start = cursor_.mark();
      cursor_.narrow(at, inside);
      if (explore(wanted, forbidden)) return true;
      cursor_.go_back(start);
    }
    return false;
  }

  // All of the region answers the question, if arithmetic and the world agree. If they do not, they say what to avoid.
  bool judge(std::vector<BoxId>& forbidden) {
    Solved solved = search_.arithmetic_.solve(cursor_.region());
    if (auto* points = std::get_if<Points>(&solved); points != nullptr && search_.similarities_ != nullptr)
      solved = search_.similarities_->solve(cursor_.region(), std::move(*points));
    if (const auto* contradiction = std::get_if<Contradiction>(&solved)) {
      forbidden.push_back(space_.exclude(cursor_.region(), contradiction->axes));
      return false;
    }
    if (std::holds_alternative<TooHard>(solved)) {
      unsettled_ = true;
      return false;
    }
    if (!shown_) {
      answer_ = {Found::Yes, std::nullopt, space_.first_of(cursor_.region())};
      return true;
    }
    return show(std::get<Points>(solved), forbidden);
  }

  // A point that arithmetic chose may be impossible where the region is not: then the region itself is asked for.
  bool show(const Points& points, std::vector<BoxId>& forbidden) {
    for (const Points& wanted : {points, without_arithmetic(points)}) {
      if (++requests_ > kMostRequests) break;
      const std::vector<Need> needs = needs_of(space_, cursor_.region(), wanted, question_.where);
      Realized realized = search_.world_->realize(needs);
      auto* witness = std::get_if<Witness>(&realized);
      if (witness != nullptr && answers(*witness)) {
        witness->vectors = wanted.vectors;
        if (search_.grounds_ != nullptr)
          search_.grounds_->settle(*witness, needs, *search_.world_, [&](const Witness& one) { return answers(one); });
        answer_ = {Found::Yes, std::move(*witness), space_.first_of(cursor_.region())};
        return true;
      }
      const auto* impossible = std::get_if<Impossible>(&realized);
      const bool chosen =
          impossible != nullptr && std::ranges::any_of(impossible->because, [&](LeafId leaf) { return wanted.leaves.contains(leaf); });
      if (impossible != nullptr && !chosen) {
        forbidden.push_back(excluded(impossible->because));
        return false;
      }
      if (points.leaves.size() == points.similar.size()) break;  // arithmetic chose nothing: the other try is the same
    }
    unsettled_ = true;
    return false;
  }

  // What the question itself asks of a leaf may be narrower than the region, which is then not impossible for others.
  BoxId excluded(const std::vector<LeafId>& leaves) {
    const bool is_learnt = std::ranges::none_of(
        leaves, [&](LeafId leaf) { return std::ranges::find(question_.where, leaf, &Need::leaf) != question_.where.end(); });
    std::vector<AxisId> axes;
    for (const LeafId leaf : leaves) {
      if (const std::optional<AxisId> axis = space_.axis_of(leaf)) axes.push_back(*axis);
    }
    return is_learnt ? space_.exclude(cursor_.region(), axes) : space_.add_box(cursor_.region(), axes);
  }

  // The oracle evaluates the guards on what was really read.
  bool answers(const Witness& witness) const {
    const GraphState state = settled(space_.module(), witness);
    const auto holds = [&](GuardId guard) { return state.guards[guard.index].must; };
    const auto answered = [&](const AnyOf& clause) {
      return std::ranges::any_of(clause, [&](const Literal& literal) { return holds(literal.guard) == literal.holds; });
    };
    const auto allowed = [&](const Need& need) {
      const LeafReading& reading = witness.readings[need.leaf.index];
      return reading.known ? analysis::allows(need, reading.lo) : need.unknown;
    };
    return std::ranges::all_of(question_.some, answered) && std::ranges::none_of(question_.none, holds) &&
           std::ranges::all_of(question_.where, allowed);
  }

  Search& search_;
  Space& space_;
  const Question& question_;
  bool shown_;
  Cursor cursor_;
  Lie cut_;  // of what is forbidden and not settled: the box nearest to holding all of the region
  Answer answer_;
  int steps_ = 0;
  int requests_ = 0;
  bool unsettled_ = false;
  int dives_ = 0;
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

bool Search::is_late() {
  if (!deadline_ || std::chrono::steady_clock::now() < *deadline_) return false;
  return ran_out_ = true;
}

Answer Search::possible(const Question& question) {
  if (is_late()) return {Found::Unsettled, std::nullopt, std::nullopt};
  if (const Point* known = examples_.find(question)) return {Found::Yes, std::nullopt, *known};
  const bool is_plain = !space_.has_atoms() && (similarities_ == nullptr || similarities_->empty());
  const std::optional<Point> met = is_plain ? walk_.find(question) : std::nullopt;
  Answer answer = met ? Answer{Found::Yes, std::nullopt, *met} : Run(*this, question, false).run();
  if (answer.point && is_plain) examples_.add(question, *answer.point);
  return answer;
}

Answer Search::show(const Question& question) {
  if (is_late()) return {Found::Unsettled, std::nullopt, std::nullopt};
  return Run(*this, question, world_ != nullptr).run();
}

}  // namespace sbx::analysis
