// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/asked.h"

#include <utility>

#include "runtime/program/operands.h"

namespace sbx::differential {

using analysis::Found;

std::string to_string(const Asked& asked, const Manifest& manifest) {
  switch (asked.kind) {
    case Asked::Kind::Wins:
      return "`" + manifest.routes[RouteId{asked.a}].name + "` wins";
    case Asked::Kind::Clash:
      return "entries " + std::to_string(asked.b) + " and " + std::to_string(asked.c) + " of tier " + std::to_string(asked.a) + " clash";
    case Asked::Kind::Nobody:
      return "nobody wins";
    case Asked::Kind::Holds:
      return "guard " + std::to_string(asked.a) + " holds";
    case Asked::Kind::Fails:
      return "guard " + std::to_string(asked.a) + " fails";
  }
  return {};
}

std::vector<GuardId> guards_of(const Module& module) {
  std::vector<GuardId> guards;
  const auto add = [&](const std::optional<Clause>& clause) {
    if (clause) for_each_clause_guard(*clause, [&](GuardId guard) { guards.push_back(guard); });
  };
  for (const Route& route : module.manifest.routes) {
    guards.push_back(route.guard);
    add(route.clause);
  }
  for (const Rule& rule : module.manifest.rules) add(rule.clause);
  guards.insert(guards.end(), module.graph.outputs.begin(), module.graph.outputs.end());
  return guards;
}

namespace {

// So many of them, without order.
template <class T>
std::vector<T> some(std::vector<T> all, size_t most, Random& random) {
  for (size_t i = 0; i < std::min(most, all.size()); ++i) std::swap(all[i], all[i + random.below(all.size() - i)]);
  if (all.size() > most) all.resize(most);
  return all;
}

std::vector<Asked> clashes(const Manifest& manifest) {
  std::vector<Asked> all;
  for (uint32_t tier = 0; tier < manifest.tiers.size(); ++tier) {
    const auto entries = static_cast<uint32_t>(manifest.tiers[tier].entries.size());
    for (uint32_t a = 0; a < entries; ++a) {
      for (uint32_t b = a + 1; b < entries; ++b) all.push_back({Asked::Kind::Clash, tier, a, b});
    }
  }
  return all;
}

}  // namespace

std::vector<Asked> questions_about(const Module& module, size_t conflicts, size_t guards, Random& random) {
  std::vector<Asked> asked{{Asked::Kind::Nobody}};
  for (uint32_t route = 0; route < module.manifest.routes.size(); ++route) asked.push_back({Asked::Kind::Wins, route});
  const std::vector<Asked> pairs = some(clashes(module.manifest), conflicts, random);
  asked.insert(asked.end(), pairs.begin(), pairs.end());
  std::vector<uint32_t> all;
  for (uint32_t guard = 0; guard < guards_of(module).size(); ++guard) all.push_back(guard);
  for (const uint32_t guard : some(std::move(all), guards, random)) {
    asked.push_back({Asked::Kind::Holds, guard});
    asked.push_back({Asked::Kind::Fails, guard});
  }
  return asked;
}

Analysed::Analysed(const Module& module, std::optional<analysis::Deadline> deadline)
    : guards_(guards_of(module)),
      space_(module, guards_),
      arithmetic_(space_),
      search_(space_, arithmetic_, nullptr, deadline),
      contest_(module) {}

Found Analysed::ask(const Asked& asked) {
  switch (asked.kind) {
    case Asked::Kind::Wins:
      return search_.possible(contest_.wins(RouteId{asked.a})).found;
    case Asked::Kind::Clash:
      return search_.possible(contest_.both(asked.a, asked.b, asked.c)).found;
    case Asked::Kind::Nobody:
      return search_.possible(contest_.nobody()).found;
    case Asked::Kind::Holds:
    case Asked::Kind::Fails:
      return search_.possible({{{{guards_[asked.a], asked.kind == Asked::Kind::Holds}}}, {}}).found;
  }
  return Found::Unsettled;
}

}  // namespace sbx::differential
