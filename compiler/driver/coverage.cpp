// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/coverage.h"

#include <algorithm>
#include <cmath>

#include "runtime/engine/clauses.h"

namespace sbx::driver {
namespace {

void add_once(std::vector<std::string>& titles, const std::string& title) {
  if (std::ranges::find(titles, title) == titles.end()) titles.push_back(title);
}

}  // namespace

std::string Covered::missing() const {
  if (!is_condition) return held.empty() ? "never reached" : "";
  if (is_none()) return unknown.empty() ? "never asked" : "only unknown";
  return held.empty() ? "never true" : failed.empty() ? "never false" : "";
}

double CoverageTotals::percent() const {
  const size_t all = rules + 2 * conditions;
  const size_t shown = rules_hit + 2 * both + only_true + only_false;
  return all == 0 ? 100 : std::floor(1000.0 * static_cast<double>(shown) / static_cast<double>(all)) / 10;
}

Coverage::Coverage(const Checked& checked) : checked_(checked) {
  for (size_t i = 0; i < checked.policies.size(); ++i) {
    const sema::Policy& policy = checked.policies[i];
    const Manifest manifest = lower_policy(checked, i).manifest;
    const auto add = [&](const std::string& name, Span span, const std::optional<Clause>& clause) {
      rules_[{i, name}] = {.span = span, .policy = policy.name, .rule = name, .text = name};
      if (clause) add_conditions(i, name, *clause);
    };
    for (size_t r = 0; r < policy.routes.size(); ++r) {
      const RouteId id = policy.routes.id_at(r);
      add(policy.routes[id].name, policy.routes[id].span, manifest.routes[id].clause);
    }
    for (size_t r = 0; r < policy.rules.size(); ++r) {
      const RuleId id = policy.rules.id_at(r);
      add(policy.rules[id].name, policy.rules[id].span, manifest.rules[id].clause);
    }
  }
}

std::optional<Span> Coverage::span_of(const Place& place) const {
  for (size_t i = 0; i < checked_.sources.size(); ++i) {
    const FileId file = checked_.sources.id_at(i);
    if (checked_.sources[file].path == place.file) return Span{file, place.start.byte, place.end.byte};
  }
  return std::nullopt;
}

void Coverage::add_conditions(size_t index, const std::string& rule, const Clause& clause) {
  for (const Clause& child : clause.children) add_conditions(index, rule, child);
  const std::optional<Span> span = span_of(clause.place);
  if (clause.shape != Clause::Shape::Test || !span) return;
  places_[{*span, index}] = {
      .span = *span, .is_condition = true, .policy = checked_.policies[index].name, .rule = rule, .text = clause.text};
}

Covered* Coverage::find(size_t index, const Place& place) {
  const std::optional<Span> span = span_of(place);
  const auto found = span ? places_.find({*span, index}) : places_.end();
  return found == places_.end() ? nullptr : &found->second;
}

void Coverage::add(size_t index, const std::string& title, const Engine& engine, const Decision& decision) {
  const Manifest& manifest = engine.program().module.manifest;
  const auto hit = [&](const std::string& name) {
    const auto found = rules_.find({index, name});
    if (found != rules_.end()) add_once(found->second.held, title);
  };
  if (decision.route) hit(manifest.routes[*decision.route].name);
  for (const RuleId rule : decision.rules) hit(manifest.rules[rule].name);
  for (const Attempt& attempt : decision.attempts) {
    for (const RuleId rule : attempt.rules) hit(manifest.rules[rule].name);
  }
  for_each_asked_test(engine.program(), engine.layout(), decision, [&](const Clause& test, TestResult result) {
    Covered* covered = find(index, test.place);
    if (covered == nullptr) return;
    switch (result) {
      case TestResult::True:
        return add_once(covered->held, title);
      case TestResult::False:
        return add_once(covered->failed, title);
      case TestResult::Unknown:
        return add_once(covered->unknown, title);
    }
  });
}

CoverageTotals Coverage::totals() const {
  CoverageTotals totals{.rules = rules_.size(), .conditions = places_.size()};
  for (const auto& [key, rule] : rules_) totals.rules_hit += !rule.held.empty();
  for (const auto& [key, condition] : places_) {
    ++(condition.is_full()         ? totals.both
       : !condition.held.empty()   ? totals.only_true
       : !condition.failed.empty() ? totals.only_false
                                   : totals.never);
    totals.unknown += !condition.unknown.empty();
  }
  return totals;
}

std::vector<const Covered*> Coverage::places() const {
  std::vector<const Covered*> all;
  for (const auto& [key, rule] : rules_) all.push_back(&rule);
  for (const auto& [key, condition] : places_) all.push_back(&condition);
  std::ranges::stable_sort(all, {}, [](const Covered* one) { return one->span; });
  return all;
}

Json Coverage::json() const {
  const CoverageTotals totals = this->totals();
  Json json = {{"rules", {{"total", totals.rules}, {"hit", totals.rules_hit}}},
               {"conditions",
                {{"total", totals.conditions},
                 {"both", totals.both},
                 {"only_true", totals.only_true},
                 {"only_false", totals.only_false},
                 {"never", totals.never},
                 {"unknown", totals.unknown}}},
               {"percent", totals.percent()},
               {"places", Json::array()}};
  for (const Covered* one : places()) {
    json["places"].push_back({{"kind", one->is_condition ? "condition" : "rule"},
                              {"policy", one->policy},
                              {"rule", one->rule},
                              {"span", span_json(one->span, checked_.sources)},
                              {"true", one->held.size()},
                              {"false", one->is_condition ? Json(one->failed.size()) : Json(nullptr)},
                              {"unknown", one->is_condition ? Json(one->unknown.size()) : Json(nullptr)}});
  }
  return json;
}

}  // namespace sbx::driver
