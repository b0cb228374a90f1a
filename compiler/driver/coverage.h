// SPDX-License-Identifier: Apache-2.0
// What the tests of policies show of them: routes that decided, rules that fired, conditions that came out both ways.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/findings_json.h"
#include "runtime/engine/engine.h"

namespace sbx::driver {

/// One place that is looked at. Of a condition, the tests on which it was true, false and unknown; of a route or rule, `held` alone: those
/// that it decided or fired on.
struct Covered {
  Span span;
  bool is_condition = false;
  std::string policy, rule, text;
  std::vector<std::string> held, failed, unknown;  // titles, each once

  [[nodiscard]] bool is_full() const { return !held.empty() && (!is_condition || !failed.empty()); }
  [[nodiscard]] bool is_none() const { return held.empty() && failed.empty(); }
  /// `never false`, `never reached`; empty if nothing is missing.
  [[nodiscard]] std::string missing() const;
};

struct CoverageTotals {
  size_t rules = 0, rules_hit = 0;
  size_t conditions = 0, both = 0, only_true = 0, only_false = 0, never = 0, unknown = 0;
  /// Of all that could be shown: each route and rule once, each condition twice. 100 if there is nothing.
  [[nodiscard]] double percent() const;
};

class Coverage {
 public:
  explicit Coverage(const Checked& checked);  // which must outlive it

  /// One decision of a test of the policy at `index`.
  void add(size_t index, const std::string& title, const Engine& engine, const Decision& decision);

  [[nodiscard]] CoverageTotals totals() const;
  [[nodiscard]] const Checked& checked() const { return checked_; }
  /// All places, by where they stand; one for each policy that they belong to.
  [[nodiscard]] std::vector<const Covered*> places() const;
  [[nodiscard]] Json json() const;
  /// The source with marks in its margin.
  [[nodiscard]] std::string text(bool color) const;
  /// The same as a page that needs nothing else.
  [[nodiscard]] std::string html() const;

 private:
  Covered* find(size_t index, const Place& place);
  void add_conditions(size_t index, const std::string& rule, const Clause& clause);
  [[nodiscard]] std::optional<Span> span_of(const Place& place) const;

  const Checked& checked_;
  std::map<std::pair<Span, size_t>, Covered> places_;        // by place and policy
  std::map<std::pair<size_t, std::string>, Covered> rules_;  // routes and rules by policy and name
};

}  // namespace sbx::driver
