// SPDX-License-Identifier: Apache-2.0
// Questions that two independent answers are wanted for: the analysis', and that of an oracle which shares no code with it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/analysis/contest.h"
#include "compiler/analysis/search.h"
#include "tests/differential/random.h"
#include "tests/differential/who_wins.h"

namespace sbx::differential {

/// Can that be? It means the same of a module before and after the passes.
struct Asked {
  enum class Kind : uint8_t {
    Wins,    // route a decides
    Clash,   // entries b and c of tier a take one request
    Nobody,  // no route takes a request
    Holds,   // the guard at a of guards_of() holds
    Fails,   // it does not
  } kind = Kind::Nobody;
  uint32_t a = 0, b = 0, c = 0;
};
[[nodiscard]] std::string to_string(const Asked& asked, const Manifest& manifest);

/// All that is written or asked for: conditions of routes, their parts, outputs. The passes keep the order.
[[nodiscard]] std::vector<GuardId> guards_of(const Module& module);

/// All about who wins, but of conflicts and guards at most so many, at random.
[[nodiscard]] std::vector<Asked> questions_about(const Module& module, size_t conflicts, size_t guards, Random& random);

/// What the analysis says, without a world; after the deadline that it does not know.
class Analysed {
 public:
  explicit Analysed(const Module& module, std::optional<analysis::Deadline> deadline = std::nullopt);  // the module must outlive it
  [[nodiscard]] analysis::Found ask(const Asked& asked);

 private:
  std::vector<GuardId> guards_;
  analysis::Space space_;
  analysis::Arithmetic arithmetic_;
  analysis::Search search_;
  analysis::Contest contest_;
};

/// What the graph says on settled readings.
struct Settled {
  const Module& module;
  const GraphState& state;

  [[nodiscard]] bool truth(bool value) const { return value; }
  [[nodiscard]] bool holds(GuardId guard) const { return state.guards[guard.index].must; }
  [[nodiscard]] bool holds(RouteId route) const { return holds(module.manifest.routes[route].guard); }
  [[nodiscard]] bool leads(const Entry& entry, size_t i, size_t j) const {
    return state.values[entry.scores[i]].lo - state.values[entry.scores[j]].hi > entry.margin;
  }
};

/// The question as a truth. `guards` are guards_of() the module that `facts` speaks of.
template <class Truth, class Facts>
[[nodiscard]] Truth said(const Asked& asked, const WhoWins<Truth, Facts>& who_wins, const Facts& facts,
                         const std::vector<GuardId>& guards) {
  switch (asked.kind) {
    case Asked::Kind::Wins:
      return who_wins.wins(RouteId{asked.a});
    case Asked::Kind::Clash:
      return who_wins.clash(asked.a, asked.b, asked.c);
    case Asked::Kind::Nobody:
      return who_wins.nobody();
    case Asked::Kind::Holds:
      return facts.holds(guards[asked.a]);
    case Asked::Kind::Fails:
      return !facts.holds(guards[asked.a]);
  }
  return facts.truth(false);
}

}  // namespace sbx::differential
