// SPDX-License-Identifier: Apache-2.0
// Policies written part by part, so that a fault can be put into one: each says nothing that the checks complain of.
#pragma once

#include <string>
#include <vector>

#include "tests/differential/random.h"

namespace sbx::differential {

/// A policy as its parts, each with its lines.
struct Draft {
  std::vector<std::string> declarations;
  struct Tier {
    std::string head;  // empty: the entries stand outside a tier
    std::vector<std::string> lines;
  };
  std::vector<Tier> tiers;
  std::string otherwise = "otherwise { model = small, then large }";
  std::string unserved = "unserved { deny 503 \"Nobody is left.\" }";
  std::vector<std::string> rules;
  std::vector<std::string> requirements;

  [[nodiscard]] std::string text() const;
};

/// Writes drafts out of parts that are all new: every keyword, threshold, value and name stands once, so nothing shadows, repeats or
/// contradicts anything.
class Author {
 public:
  explicit Author(uint64_t seed) : random_(seed) {}

  [[nodiscard]] Draft clean();

  // Parts, declared in the draft where they have to be.
  std::string keyword(Draft& draft);      // a signal of words that no other has
  std::string probability(Draft& draft);  // a signal that does not fail
  std::string fallible(Draft& draft);     // one that may
  std::string extra(Draft& draft);        // a test that a guard may have besides
  std::string outcome();                  // one that no other route has
  std::string route(const std::string& name, const std::string& guard) {
    return "route " + name + " when " + guard + " { " + outcome() + " }";
  }
  std::string new_name(const std::string& stem) { return stem + std::to_string(next_++); }
  Random& random() { return random_; }

 private:
  void add_strict(Draft& draft);
  void add_thresholds(Draft& draft);
  void add_first(Draft& draft);
  void add_ranked(Draft& draft);
  void add_umpire(Draft& draft);
  void add_labels(Draft& draft);
  void add_best(Draft& draft);
  void add_rules(Draft& draft);
  void add_slot(Draft& draft);
  void add_requirements(Draft& draft);
  std::string guard(Draft& draft);
  std::string word();

  Random random_;
  unsigned next_ = 1;
};

}  // namespace sbx::differential
