// SPDX-License-Identifier: Apache-2.0
// `best`: every route has exactly one scored comparison, all of one kind; the highest score wins.
#include "compiler/sema/check.h"
#include "compiler/sema/resolver.h"

namespace sbx::sema {
namespace {

/// Comparisons `score > constant` of the guard as it is written; what derived signals compare is their own business.
void scored_comparisons(const Expr& expr, std::vector<const Compare*>& found) {
  if (const auto* one = std::get_if<Compare>(&expr.node)) {
    bool upward = one->op == CompareOp::Greater || one->op == CompareOp::GreaterEqual;
    if (upward && is_scored(one->left->type.kind) && is_constant(*one->right)) found.push_back(one);
    return;
  }
  if (std::holds_alternative<WeightedSum>(expr.node)) return;
  for (const Expr* child : children(expr)) scored_comparisons(*child, found);
}

}  // namespace

void Resolver::check_scores(const ast::BlockDecl& from, Entry& entry, const Env& env) {
  const Expr* first = nullptr;
  for (RouteId id : entry.routes) {
    Route& route = policy_.routes[id];
    std::vector<const Compare*> found;
    if (route.guard) scored_comparisons(*route.guard, found);
    if (found.size() != 1) {
      if (!route.guard && route.whole.valid() &&
          std::string_view(world_.sources().text(route.whole)).find(" when ") != std::string_view::npos)
        continue;  // its guard is broken
      auto finding = report(Kind::BestScore, route.span,
                            "`" + route.name + "` has " +
                                (found.empty() ? "no scored comparison" : std::to_string(found.size()) + " scored comparisons") +
                                ", and in `best` the scores decide");
      for (const Compare* one : found) finding.label(one->left->span, "scored here");
      finding.help("write exactly one comparison of a score with a constant: `route " + route.name + " when likeness >= 0.5 { … }`");
      continue;
    }
    route.score = *found.front()->left;
    if (first && !(first->type.kind == route.score->type.kind && first->type.space == route.score->type.space)) {
      report(Kind::BestScore, route.score->span,
             "`" + route.name + "` is scored by " + a_type(route.score->type) + ", which does not compare with the others")
          .label(first->span, a_type(first->type))
          .help(why_incomparable(first->type, route.score->type));
      continue;
    }
    if (!first) first = &*route.score;
  }
  if (!from.margin) return;
  const Type want = first ? first->type : Type{TypeKind::Number};
  std::optional<Decimal> margin = plain_number(*from.margin, env, &want, "the margin");
  if (!margin) return;
  if (margin->digits < 0) {
    report(Kind::OutOfRange, from.margin->span, "a margin is 0 or more");
    return;
  }
  entry.margin = *margin;
}

}  // namespace sbx::sema
