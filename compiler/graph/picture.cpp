// SPDX-License-Identifier: Apache-2.0
// From the resolved policy to its picture: rows first, then the signals that rows turn out to read.
#include "compiler/graph/picture.h"

#include <algorithm>
#include <map>

#include "compiler/graph/reads.h"
#include "compiler/sema/check.h"
#include "runtime/base/variant.h"

namespace sbx::graph {
namespace {

/// Without comments and line ends: `a   // why\n and b` is `a and b`.
std::string one_line(std::string_view text) {
  std::string line;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!in_string && text.substr(i, 2) == "//") i = std::min(text.find('\n', i), text.size());
    if (i == text.size()) break;
    const char c = text[i];
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (space && !in_string && (line.empty() || line.back() == ' ')) continue;
    line += space ? ' ' : c;
    if (c == '"') in_string = !in_string;
    if (in_string && c == '\\' && i + 1 < text.size()) line += text[++i];
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

class Painter {
 public:
  Painter(const sema::Policy& policy, const SourceSet& sources) : policy_(policy), sources_(sources) {}

  Picture paint(const std::string& revision, const Diagnostics& findings) {
    picture_.name = policy_.name;
    picture_.revision = revision;
    picture_.serves = policy_.serves;
    for (const sema::Model& model : policy_.models) picture_.models.push_back({model.name, model.facts.provider, model.facts.served_name});
    for (const sema::Tier& tier : policy_.tiers) {
      picture_.tiers.push_back({tier.name, tier.strict, {}});
      add_entries(tier.entries, 0, picture_.tiers.back().rows);
    }
    if (policy_.otherwise) picture_.otherwise = add_stand_in(RowKind::Otherwise, *policy_.otherwise);
    if (policy_.unserved) picture_.unserved = add_stand_in(RowKind::Unserved, *policy_.unserved);
    add_rules();
    add_signals();
    for (const Diagnostic& finding : findings.all()) add_clash(finding);
    return std::move(picture_);
  }

 private:
  std::string text_of(Span span) const { return span.valid() ? one_line(sources_.text(span)) : ""; }

  size_t add(Row row, Reads reads) {
    picture_.rows.push_back(std::move(row));
    reads_.push_back(std::move(reads));
    return picture_.rows.size() - 1;
  }

  void add_entries(const std::vector<sema::Entry>& entries, int depth, std::vector<size_t>& tier) {
    std::vector<size_t> rows;
    for (const sema::Entry& entry : entries) {
      rows.push_back(entry.kind == sbx::Entry::Kind::Route ? add_route(policy_.routes[entry.routes.front()], depth)
                                                           : add_block(entry, depth));
      tier.push_back(rows.back());
      if (entry.kind == sbx::Entry::Kind::First) add_entries(entry.entries, depth + 1, tier);
      if (entry.kind != sbx::Entry::Kind::Best) continue;
      for (RouteId route : entry.routes) tier.push_back(add_route(policy_.routes[route], depth + 1));
    }
    for (size_t i = 0; i < entries.size(); ++i) {
      for (uint32_t beaten : entries[i].over) picture_.rows[rows[i]].over.push_back(rows[beaten]);
    }
  }

  size_t add_block(const sema::Entry& entry, int depth) {
    const bool best = entry.kind == sbx::Entry::Kind::Best;
    Row row{.kind = best ? RowKind::Best : RowKind::First, .name = entry.name, .depth = depth};
    if (best && entry.margin.digits != 0) row.order = "margin " + to_string(entry.margin);
    return add(std::move(row), {});
  }

  size_t add_route(const sema::Route& route, int depth) {
    Row row{.kind = RowKind::Route, .name = route.name, .guard = route.guard ? text_of(route.guard->span) : "", .depth = depth};
    Reads reads;
    add_reads(policy_, route.guard, reads);
    add_reads(policy_, route.score, reads);
    add_outcome(route.outcome, row, reads);
    return add(std::move(row), std::move(reads));
  }

  size_t add_stand_in(RowKind kind, const sema::Outcome& outcome) {
    Row row{.kind = kind, .name = std::string(word(kind))};
    Reads reads;
    add_outcome(outcome, row, reads);
    return add(std::move(row), std::move(reads));
  }

  void add_outcome(const sema::Outcome& outcome, Row& row, Reads& reads) {
    for (const sema::Candidate& candidate : outcome.candidates) {
      Attempt attempt{.text = text_of(candidate.span), .models = {}};
      auto ask = [&](const sema::Ask& one) {
        if (one.model.valid()) attempt.models.push_back(one.model.index);
      };
      attempt.kind = std::visit(overloaded{
                                    [&](const sema::Ask& one) { return ask(one), OutcomeKind::Call; },
                                    [&](const sema::Selection& some) {
                                      std::ranges::for_each(some.among, ask);
                                      return OutcomeKind::Call;
                                    },
                                    [&](const sema::SplitChoice& some) {
                                      std::ranges::for_each(some.among, ask);
                                      return OutcomeKind::Call;
                                    },
                                    [](const Denial&) { return OutcomeKind::Deny; },
                                    [](const Response&) { return OutcomeKind::Respond; },
                                    [](const Escalation&) { return OutcomeKind::Escalate; },
                                },
                                candidate.target);
      if (row.outcome == OutcomeKind::None) row.outcome = attempt.kind;
      row.attempts.push_back(std::move(attempt));
    }
    add_actions(outcome.actions, row);
    add_reads(policy_, outcome, reads);
  }

  void add_actions(const std::vector<sema::Action>& actions, Row& row) {
    for (const sema::Action& action : actions)
      row.actions.push_back(std::visit([&](const auto& one) { return text_of(one.span); }, action));
  }

  void add_rules() {
    for (const sema::Rule& rule : policy_.rules) {
      Row row{.kind = RowKind::Rule, .name = rule.name, .guard = rule.guard ? text_of(rule.guard->span) : "", .order = order_of(rule)};
      Reads reads;
      add_reads(policy_, rule.guard, reads);
      add_reads(policy_, rule.actions, reads);
      add_actions(rule.actions, row);
      picture_.rules.push_back(add(std::move(row), std::move(reads)));
    }
    for (size_t i = 0; i < policy_.rules.size(); ++i) {
      for (RuleId beaten : policy_.rules[policy_.rules.id_at(i)].over_rules)
        picture_.rows[picture_.rules[i]].over.push_back(picture_.rules[beaten.index]);
    }
  }

  std::string order_of(const sema::Rule& rule) const {
    std::string text = rule.over_routes ? "over routes" : rule.under_routes ? "under routes" : "";
    auto list = [&](std::string_view how, const std::vector<RouteId>& routes) {
      for (size_t i = 0; i < routes.size(); ++i) {
        text += i ? ", " : (text.empty() ? "" : ", ") + std::string(how) + " ";
        text += policy_.routes[routes[i]].name;
      }
    };
    list("over", rule.over_listed);
    list("under", rule.under_listed);
    return text;
  }

  // Signals that rows read, and what those are made from, however far down.
  void add_signals() {
    std::map<sema::SymbolId, Reads> made_from;
    std::vector<sema::SymbolId> open;
    for (const Reads& reads : reads_) open.insert(open.end(), reads.begin(), reads.end());
    while (!open.empty()) {
      const sema::SymbolId id = open.back();
      open.pop_back();
      auto [entry, is_new] = made_from.try_emplace(id);
      if (!is_new) continue;
      add_reads(policy_, policy_.symbols[id].value, entry->second);
      open.insert(open.end(), entry->second.begin(), entry->second.end());
    }
    std::vector<sema::SymbolId> order;
    for (const auto& [id, from] : made_from) order.push_back(id);
    std::ranges::stable_sort(order, {}, [&](sema::SymbolId id) { return column_of(policy_.symbols[id]); });
    std::map<sema::SymbolId, size_t> places;
    for (size_t i = 0; i < order.size(); ++i) places[order[i]] = i;
    auto placed = [&](const Reads& reads) {
      std::vector<size_t> result;
      for (sema::SymbolId id : reads) result.push_back(places[id]);
      std::ranges::sort(result);
      return result;
    };
    for (sema::SymbolId id : order) {
      const sema::Symbol& symbol = policy_.symbols[id];
      picture_.signals.push_back(
          {symbol.name, column_of(symbol), symbol.value ? text_of(symbol.value->span) : symbol.kind, placed(made_from[id])});
    }
    for (size_t i = 0; i < reads_.size(); ++i) picture_.rows[i].reads = placed(reads_[i]);
  }

  static Column column_of(const sema::Symbol& symbol) {
    if (symbol.value) return Column::Derived;
    switch (symbol.cost) {
      case CostClass::Free:
        return Column::Free;
      case CostClass::Fast:
        return Column::Fast;
      case CostClass::Model:
        return Column::Model;
      case CostClass::Remote:
        return Column::Remote;
    }
    return Column::Free;
  }

  void add_clash(const Diagnostic& finding) {
    if (finding.kind != Kind::Conflict || finding.policy != policy_.name || finding.rules.size() < 2) return;
    const bool of_routes = finding.slots == std::vector<std::string>{"route"};
    std::optional<size_t> row = row_named(finding.rules[0], of_routes), with = row_named(finding.rules[1], of_routes);
    if (row && with) picture_.clashes.push_back({*row, *with, finding.message});
  }

  /// A route and a rule may share a name: who competes for the route is no rule; who sets a slot is more likely one.
  std::optional<size_t> row_named(const std::string& name, bool of_routes) const {
    std::optional<size_t> found;
    for (size_t i = 0; i < picture_.rows.size(); ++i) {
      if (picture_.rows[i].name != name) continue;
      const bool is_rule = picture_.rows[i].kind == RowKind::Rule;
      if (!found || is_rule != of_routes) found = i;
    }
    return found;
  }

  const sema::Policy& policy_;
  const SourceSet& sources_;
  Picture picture_;
  std::vector<Reads> reads_;  // beside picture_.rows
};

}  // namespace

Picture picture_of(const sema::Policy& policy, const std::string& revision, const SourceSet& sources, const Diagnostics& findings) {
  return Painter(policy, sources).paint(revision, findings);
}

}  // namespace sbx::graph
