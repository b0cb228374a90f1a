// SPDX-License-Identifier: Apache-2.0
// Thresholds of two routes on one value that leave a gap of one step between them, or share the one value where they meet.
#include <algorithm>
#include <map>
#include <span>

#include "compiler/analysis/study.h"
#include "compiler/sema/check.h"

namespace sbx::analysis {
namespace {

/// A route's condition needs a value to be below, or above, a bound.
struct Edge {
  RouteId route;
  bool is_upper = false;
  bool is_inclusive = false;
  Decimal at;
  const Clause* test = nullptr;
  std::vector<const Clause*> rest;  // what else the condition needs
  Span span;
};

/// The edge that a conjunct of a guard is, if it is one.
std::optional<std::pair<sema::SymbolId, Edge>> edge_of(const sema::Expr& expr) {
  const auto* comparison = std::get_if<sema::Compare>(&expr.node);
  if (comparison == nullptr) return std::nullopt;
  const auto* value = std::get_if<sema::SignalRef>(&comparison->left->node);
  const auto* bound = std::get_if<sema::NumberValue>(&comparison->right->node);
  using Op = sema::CompareOp;
  const Op op = comparison->op;
  if (value == nullptr || bound == nullptr || op == Op::Equal || op == Op::NotEqual) return std::nullopt;
  return std::pair{value->symbol, Edge{.is_upper = op == Op::Less || op == Op::LessEqual,
                                       .is_inclusive = op == Op::LessEqual || op == Op::GreaterEqual,
                                       .at = bound->value,
                                       .span = expr.span}};
}

int64_t whole_part(const Decimal& value) { return scaled(value, 0, Rounding::Down).value_or(INT64_MAX / 2); }

bool is_whole(const Type& type) { return type.kind == TypeKind::Int || type.kind == TypeKind::Tokens; }

class BoundaryCheck {
 public:
  BoundaryCheck(Study& study, Diagnostics& diags) : study_(study), diags_(diags) {}

  void run() {
    for (size_t i = 0; i < study_.policy.routes.size(); ++i) {
      if (!study_.is_dead[i]) collect(study_.policy.routes.id_at(i));
    }
    for (auto& [symbol, edges] : edges_) {
      std::ranges::stable_sort(edges, [](const Edge& a, const Edge& b) { return compare(a.at, b.at) < 0; });
      for (const Edge& below : edges) {
        if (below.is_upper) check_from(symbol, edges, below);
      }
    }
  }

 private:
  void collect(RouteId route) {
    const std::optional<sema::Expr>& guard = study_.policy.routes[route].guard;
    const std::optional<Clause>& clause = study_.module.manifest.routes[route].clause;
    if (!guard || !clause) return;
    const auto* all = std::get_if<sema::And>(&guard->node);
    for (const sema::Expr& conjunct : all ? std::span(all->operands) : std::span(&*guard, 1)) {
      auto edge = edge_of(conjunct);
      if (!edge) continue;
      edge->second.route = route;
      for (const Clause& part : clause->shape == Clause::Shape::All ? std::span(clause->children) : std::span(&*clause, 1)) {
        const bool is_test = part.place.start.byte == conjunct.span.begin && part.place.end.byte == conjunct.span.end;
        if (is_test) {
          edge->second.test = &part;
        } else {
          edge->second.rest.push_back(&part);
        }
      }
      if (edge->second.test) edges_[edge->first].push_back(std::move(edge->second));
    }
  }

  // With the lower edges at its bound and just above it.
  void check_from(sema::SymbolId symbol, const std::vector<Edge>& edges, const Edge& below) {
    constexpr int64_t kFar = 2;  // bounds that are this far apart, and more, do not meet by mistake
    const int64_t at = whole_part(below.at);
    const auto is_less = [](const Edge& edge, const Decimal& value) { return compare(edge.at, value) < 0; };
    for (auto above = std::lower_bound(edges.begin(), edges.end(), below.at, is_less); above != edges.end(); ++above) {
      if (whole_part(above->at) - at > kFar) return;
      if (above->is_upper || above->route == below.route) continue;
      const Meeting meeting = this->meeting(study_.policy.symbols[symbol].type, below, *above);
      if (meeting != Meeting::Apart && are_alike(below, *above)) check(symbol, below, *above, meeting);
    }
  }

  // How the two lie: values between them that neither takes, or the one value that both take.
  enum class Meeting : uint8_t { Apart, Gap, Overlap };
  Meeting meeting(const Type& type, const Edge& below, const Edge& above) const {
    const int order = compare(below.at, above.at);
    if (order == 0 && !below.is_inclusive && !above.is_inclusive) return Meeting::Gap;
    if (order == 0 && below.is_inclusive && above.is_inclusive) return Meeting::Overlap;
    if (order >= 0) return Meeting::Apart;
    const int places = is_whole(type) ? 0 : std::max(below.at.scale, above.at.scale);
    const std::optional<int64_t> from = scaled(below.at, places, Rounding::Down), to = scaled(above.at, places, Rounding::Down);
    if (!from || !to) return Meeting::Apart;
    const int64_t skipped = *to - *from - 1 + (below.is_inclusive ? 0 : 1) + (above.is_inclusive ? 0 : 1);  // steps that neither takes
    if (is_whole(type)) return skipped == 1 ? Meeting::Gap : Meeting::Apart;
    return *to - *from == 1 && places < decimal_places(type.kind) ? Meeting::Gap : Meeting::Apart;
  }

  // Two of one family: what else one of them needs, the other needs too.
  static bool are_alike(const Edge& a, const Edge& b) {
    const auto has = [](const Edge& edge, GuardId guard) {
      return std::ranges::any_of(edge.rest, [&](const Clause* part) { return part->holds == guard; });
    };
    const auto within = [&](const Edge& small, const Edge& large) {
      return std::ranges::all_of(small.rest, [&](const Clause* part) { return has(large, part->holds); });
    };
    return within(a, b) || within(b, a);
  }

  void check(sema::SymbolId symbol, const Edge& below, const Edge& above, Meeting meeting) {
    Question question;
    for (const Edge* edge : {&below, &above}) {
      question.some.push_back({{meeting == Meeting::Gap ? edge->test->fails : edge->test->holds}});
      for (const Clause* part : edge->rest) question.some.push_back({{part->holds}});
    }
    if (meeting == Meeting::Overlap && !is_open(below.route, above.route)) return;
    if (meeting == Meeting::Gap) exclude_others(symbol, question);
    const Answer answer = study_.search.show(question);
    if (answer.witness) report(symbol, below, above, meeting, *answer.witness);
  }

  // Whether nothing says which of the two wins.
  bool is_open(RouteId a, RouteId b) const {
    const Standing& one = study_.contest.standing(a);
    const Standing& other = study_.contest.standing(b);
    if (one.tier != other.tier || one.entry == other.entry) return false;
    const std::vector<Entry>& entries = study_.module.manifest.tiers[one.tier].entries;
    const auto beats = [&](uint32_t winner, uint32_t loser) {
      return std::ranges::find(entries[winner].beats, loser) != entries[winner].beats.end();
    };
    return !beats(one.entry, other.entry) && !beats(other.entry, one.entry);
  }

  // What lies between is nobody's gap if a route that looks at the same value takes it.
  void exclude_others(sema::SymbolId symbol, Question& question) const {
    for (const Edge& edge : edges_.at(symbol)) question.none.push_back(study_.contest.guard(edge.route));
    for (size_t i = 0; i < study_.policy.routes.size(); ++i) {
      const RouteId route = study_.policy.routes.id_at(i);
      const std::optional<sema::Expr>& guard = study_.policy.routes[route].guard;
      if (guard && reads(*guard, symbol)) question.none.push_back(study_.contest.guard(route));
    }
  }

  bool reads(const sema::Expr& expr, sema::SymbolId symbol) const {
    if (const auto* ref = std::get_if<sema::SignalRef>(&expr.node); ref && ref->symbol == symbol) return true;
    return std::ranges::any_of(sema::children(expr), [&](const sema::Expr* child) { return reads(*child, symbol); });
  }

  void report(sema::SymbolId symbol, const Edge& below, const Edge& above, Meeting meeting, const Witness& witness) {
    const std::string& value = study_.policy.symbols[symbol].name;
    const std::string& low = study_.policy.routes[below.route].name;
    const std::string& high = study_.policy.routes[above.route].name;
    const std::string what =
        meeting == Meeting::Overlap ? "`" + low + "` and `" + high + "` both hold where `" + value + "` is " + to_string(above.at)
        : compare(below.at, above.at) == 0
            ? "neither `" + low + "` nor `" + high + "` takes requests whose `" + value + "` is exactly " + to_string(above.at)
            : "neither `" + low + "` nor `" + high + "` takes requests whose `" + value + "` lies between " + to_string(below.at) +
                  " and " + to_string(above.at);
    DiagnosticBuilder report = diags_.report(Kind::Boundary, above.span, what);
    report.at_span("from here on it is `" + high + "`")
        .label(below.span, "up to here it is `" + low + "`")
        .help(meeting == Meeting::Overlap ? "let one of them leave the bound out: `<` with `>=`, or `<=` with `>`"
                                          : "let the bounds meet: `<` with `>=`, or `<=` with `>`, of one number")
        .about(study_.policy.name, {high, low})
        .witness(shown(study_.module, witness));
    if (compare(below.at, above.at) != 0) return;  // which of the two bounds is right, nobody knows
    const std::optional<Edit> edit =
        meeting == Meeting::Overlap ? with_bound(study_.sources, below.span, false) : with_bound(study_.sources, above.span, true);
    if (edit) report.fix(meeting == Meeting::Overlap ? "leave the bound to `" + high + "`" : "give the bound to `" + high + "`", {*edit});
  }

  Study& study_;
  Diagnostics& diags_;
  std::map<sema::SymbolId, std::vector<Edge>> edges_;
};

}  // namespace

void check_boundaries(Study& study, Diagnostics& diags) { BoundaryCheck(study, diags).run(); }

}  // namespace sbx::analysis
