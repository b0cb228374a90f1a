// SPDX-License-Identifier: Apache-2.0
#include "compiler/lower/conditions.h"

namespace sbx::lower {

std::vector<Condition> Conditions::when(const sema::Expr& expr) {
  return expand(expr, [&] { return expressions_.boolean(expr).holds; });
}

std::vector<Condition> Conditions::when_is(const sema::Expr& expr, const std::string& label) {
  return expand(expr, [&] { return expressions_.one_of(expr, {label}).holds; });
}

std::vector<Condition> Conditions::when_for(const sema::Expr& expr, ModelId model) {
  expressions_.set_attempt({.model = model});
  std::optional<uint32_t> output = bit(expressions_.boolean(expr).holds);
  expressions_.set_attempt({});
  if (!output) return {};
  return {Condition{.bit = *output}};
}

std::vector<Condition> Conditions::expand(const sema::Expr& expr, const Lowering& lower) {
  DecisionReads reads = decision_reads(policy_, expr);
  std::vector<std::optional<uint32_t>> routes{std::nullopt};
  std::vector<std::optional<ModelId>> models{std::nullopt};
  if (reads.route) {
    routes.clear();
    for (size_t i = 0; i < policy_.routes.size(); ++i) routes.push_back(static_cast<uint32_t>(i));
    routes.push_back(kOtherwise);
  }
  if (reads.model) {
    models.clear();
    for (size_t i = 0; i < policy_.models.size(); ++i) models.push_back(policy_.models.id_at(i));
  }
  // One condition a distinct guard and, where models matter, a route: its models are listed together.
  std::vector<Condition> conditions;
  std::map<uint32_t, size_t> by_bit;
  for (std::optional<uint32_t> route : routes) {
    std::map<uint32_t, size_t> by_bit_here;
    auto& known = reads.model ? by_bit_here : by_bit;
    for (std::optional<ModelId> model : models) {
      expressions_.set_attempt({route, model});
      std::optional<uint32_t> output = bit(lower());
      if (!output) continue;
      auto [entry, is_new] = known.emplace(*output, conditions.size());
      if (is_new) {
        conditions.push_back({.bit = *output});
        if (route && reads.model) conditions.back().routes.push_back(*route);
      }
      if (route && !reads.model) conditions[entry->second].routes.push_back(*route);
      if (model) conditions[entry->second].models.push_back(*model);
    }
  }
  expressions_.set_attempt({});
  return conditions;
}

std::optional<uint32_t> Conditions::bit(GuardId guard) {
  if (const auto* fixed = std::get_if<Fixed>(&module_.graph.guards[guard])) {
    if (!fixed->value) return std::nullopt;
    return kAlways;
  }
  return graph_.add_bit(guard);
}

}  // namespace sbx::lower
