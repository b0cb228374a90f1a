// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/compare.h"

#include <algorithm>
#include <set>

#include "compiler/analysis/similarities.h"
#include "compiler/diff/linked.h"
#include "compiler/diff/names.h"
#include "compiler/diff/pieces.h"
#include "compiler/diff/wording.h"

namespace sbx::diff {
namespace {

using analysis::Answer;
using analysis::Found;
using analysis::Question;

/// How routes and rules of both policies fire, and what requests offer.
std::vector<GuardId> asked(const Merged& merged, bool with_fits) {
  std::set<GuardId> guards;
  for (const Side* side : {&merged.old(), &merged.now()}) {
    guards.insert(side->module.graph.outputs.begin(), side->module.graph.outputs.end());
    if (with_fits) guards.insert(side->fits.begin(), side->fits.end());
  }
  for (size_t i = 0; i < merged.tools().size(); ++i) guards.insert(merged.offers(i));
  for (size_t i = 0; i <= merged.tools().size() && !merged.tools().empty(); ++i) guards.insert(merged.offers_more_than(i));
  if (merged.allowed()) guards.insert(*merged.allowed());
  return {guards.begin(), guards.end()};
}

/// Questions about some guards, and their words.
struct Inquiry {
  Inquiry(const Merged& merged, const analysis::TextFacts& texts, analysis::World& world, bool with_fits)
      : space(merged.module(), asked(merged, with_fits)),
        arithmetic(space),
        similarities(space, merged.vectors()),
        search(space, arithmetic, &world),
        wording(merged, space) {
    analysis::exclude_together(space, texts);
    search.use(similarities);
  }

  analysis::Space space;
  analysis::Arithmetic arithmetic;
  analysis::Similarities similarities;
  analysis::Search search;
  Wording wording;
};

std::string name_of(const Side& side, Winner winner) { return winner ? side.manifest().routes[*winner].name : "otherwise"; }

/// Pieces that change alike.
struct Group {
  Piece first;
  bool allowed = false;
  Inquiry* inquiry = nullptr;
  std::vector<std::pair<Piece, Question>> pieces;
  std::optional<std::string> witness;
  BothDecided decided;
  bool settled = true;
};

class Comparison {
 public:
  Comparison(const Merged& merged, const analysis::TextFacts& texts, analysis::World& world, Judge& judge)
      : merged_(merged),
        texts_(texts),
        world_(world),
        judge_(judge),
        plain_(merged, texts, world, false),
        old_(merged, merged.old(), plain_.search),
        new_(merged, merged.now(), plain_.search),
        before_(merged, merged.old()),
        after_(merged, merged.now()) {}

  Difference run(const CompareOptions& options) {
    pairs_ = pairs_of(old_, new_, plain_.search);
    for (const Pair& pair : pairs_) {
      for (const Piece& piece : pieces_of(merged_, pair, old_, new_, before_, after_)) add(piece);
    }
    Difference difference;
    for (const SignalId signal : merged_.redefined()) {
      if (is_read(signal)) difference.regions.push_back(redefined(signal));
    }
    for (Group& group : groups_) {
      if (group.pieces.empty()) continue;
      if (difference.regions.size() >= options.most_regions) {
        difference.truncated = true;
        break;
      }
      difference.regions.push_back(region(group));
    }
    return difference;
  }

 private:
  void add(const Piece& piece) {
    const Question all = question(piece, old_, new_);
    if (!merged_.allowed()) return add(piece, all, false);
    Question inside = all, outside = all;
    inside.some.push_back({{*merged_.allowed()}});
    outside.none.push_back(*merged_.allowed());
    add(piece, std::move(outside), false);
    add(piece, std::move(inside), true);
  }

  void add(const Piece& piece, Question question, bool allowed) {
    Group& group = group_of(piece, allowed);
    analysis::Search& search = group.inquiry->search;
    // A group needs one witness; of its other pieces it is enough that readings answer them.
    Answer answer = group.witness ? search.possible(question) : search.show(question);
    if (answer.found == Found::No) return;
    const bool shown = answer.witness && show(group, *answer.witness);
    if (!shown && !group.witness) group.settled = false;
    if (shown) group.settled = piece.settled;
    group.pieces.emplace_back(piece, std::move(question));
  }

  bool show(Group& group, const analysis::Witness& witness) {
    std::string envelope = with_all_names(merged_, witness.envelope);
    std::optional<BothDecided> decided = judge_.decide(envelope);
    if (!decided || decided->old.sent == decided->now.sent) return false;
    group.witness = std::move(envelope);
    group.decided = std::move(*decided);
    return true;
  }

  Group& group_of(const Piece& piece, bool allowed) {
    Inquiry& inquiry = inquiry_for(piece);
    const auto same = [&](const Group& group) {
      return group.inquiry == &inquiry && group.allowed == allowed && group.first.settled == piece.settled &&
             group.first.before == piece.before && group.first.after == piece.after;
    };
    const auto found = std::ranges::find_if(groups_, same);
    if (found != groups_.end()) return *found;
    groups_.push_back({piece, allowed, &inquiry, {}, std::nullopt, {}, true});
    return groups_.back();
  }

  // Tests of lengths only burden those questions that are not about them.
  Inquiry& inquiry_for(const Piece& piece) {
    const auto is_fit = [&](const analysis::Literal& literal) {
      return std::ranges::find(merged_.old().fits, literal.guard) != merged_.old().fits.end() ||
             std::ranges::find(merged_.now().fits, literal.guard) != merged_.now().fits.end();
    };
    if (std::ranges::none_of(piece.when, is_fit)) return plain_;
    if (!fitting_) fitting_.emplace(merged_, texts_, world_, true);
    return *fitting_;
  }

  bool is_read(SignalId signal) const {
    return std::ranges::any_of(plain_.space.axes(), [&](const analysis::Axis& axis) {
      return axis.leaf && merged_.module().manifest.leaves[*axis.leaf].signal == signal;
    });
  }

  // What the regions say holds where both readings are equal; that they are, nobody has promised.
  Region redefined(SignalId signal) const {
    Region region{.when = "true", .settled = false};
    region.because =
        "`" + merged_.module().manifest.signals[signal].name + "` is defined differently, and may read differently on any request";
    return region;
  }

  Region region(Group& group) {
    Words words = when(group);
    Region region{.when = std::move(words.text), .simplified = words.simplified, .settled = group.settled && group.witness, .allowed = group.allowed};
    region.witness = group.witness;
    region.decided = group.decided;
    region.old_winner = name_of(merged_.old(), group.first.pair.old);
    region.new_winner = name_of(merged_.now(), group.first.pair.now);
    return region;
  }

  // Whoever wins does not matter where the same conditions change every decision alike.
  Words when(const Group& group) {
    std::vector<Question> questions;
    std::vector<bool> done(group.pieces.size());
    for (size_t i = 0; i < group.pieces.size(); ++i) {
      if (done[i]) continue;
      const std::vector<analysis::Literal>& literals = group.pieces[i].first.when;
      std::vector<size_t> alike;
      for (size_t j = i; j < group.pieces.size(); ++j) {
        if (same(literals, group.pieces[j].first.when)) alike.push_back(j);
      }
      if (alike.size() > 1 && is_all(group, alike)) {
        questions.push_back(without_winners(group, i));
        for (const size_t j : alike) done[j] = true;
      } else {
        questions.push_back(group.pieces[i].second);
      }
    }
    return group.inquiry->wording.any_of(questions);
  }

  static bool same(const std::vector<analysis::Literal>& a, const std::vector<analysis::Literal>& b) {
    return std::ranges::is_permutation(a, b, [](const analysis::Literal& one, const analysis::Literal& other) {
      return one.guard == other.guard && one.holds == other.holds;
    });
  }

  Question without_winners(const Group& group, size_t piece) const {
    Question question;
    for (const analysis::Literal& literal : group.pieces[piece].first.when) {
      if (literal.holds) {
        question.some.push_back({{literal.guard}});
      } else {
        question.none.push_back(literal.guard);
      }
    }
    if (!merged_.allowed()) return question;
    if (group.allowed) {
      question.some.push_back({{*merged_.allowed()}});
    } else {
      question.none.push_back(*merged_.allowed());
    }
    return question;
  }

  // Whether nobody else can win under the conditions of these pieces.
  bool is_all(const Group& group, const std::vector<size_t>& alike) {
    const auto is_listed = [&](const Pair& pair) {
      return std::ranges::any_of(alike, [&](size_t j) {
        const Pair& other = group.pieces[j].first.pair;
        return other.old == pair.old && other.now == pair.now;
      });
    };
    const Question conditions = without_winners(group, alike.front());
    return std::ranges::all_of(pairs_, [&](const Pair& pair) {
      if (is_listed(pair)) return true;
      Question question = diff::question({pair, {}, {}, {}, true}, old_, new_);
      join(question, conditions);
      return group.inquiry->search.possible(question).found == Found::No;
    });
  }

  const Merged& merged_;
  const analysis::TextFacts& texts_;
  analysis::World& world_;
  Judge& judge_;
  Inquiry plain_;
  std::optional<Inquiry> fitting_;
  Winners old_, new_;
  Outcomes before_, after_;
  std::vector<Pair> pairs_;
  std::vector<Group> groups_;
};

}  // namespace

Difference compare(const Merged& merged, const analysis::TextFacts& texts, analysis::World& world, Judge& judge,
                   const CompareOptions& options) {
  LinkedWorld linked(merged, world);
  return Comparison(merged, texts, linked, judge).run(options);
}

}  // namespace sbx::diff
