// SPDX-License-Identifier: Apache-2.0
// Questions as expressions of the language: true on the requests that answer them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/search.h"
#include "compiler/diff/merge.h"

namespace sbx::diff {

/// An expression. Simplified: the shares that others take first are left out of it, as too many to read.
struct Words {
  std::string text;
  bool simplified = false;
};

class Wording {
 public:
  Wording(const Merged& merged, const analysis::Space& space) : merged_(merged), manifest_(merged.module().manifest), space_(space) {}

  /// True where one of the questions is answered. What is left out, as what cannot be said of a derived value, says more, never less.
  [[nodiscard]] Words any_of(const std::vector<analysis::Question>& questions) const;

 private:
  /// Classes of axes that are left, and for each box to avoid the sides on which it can be left.
  using Way = std::pair<analysis::AxisId, std::vector<uint64_t>>;
  using Clause = std::vector<Way>;
  struct Term {
    analysis::Region region;
    std::vector<Clause> clauses;
    std::vector<GuardId> guards;  // with too many boxes: said as they are written
    bool simplified = false;      // it had too many clauses
  };

  void add_terms(const analysis::Question& question, std::vector<Term>& terms) const;
  [[nodiscard]] std::vector<analysis::Region> regions(const analysis::Question& question, std::vector<GuardId>& left) const;
  [[nodiscard]] bool avoid(const std::vector<analysis::BoxId>& boxes, Term& term) const;
  [[nodiscard]] std::optional<size_t> count_ways(analysis::BoxId box, const analysis::Region& region) const;
  [[nodiscard]] Clause ways_around(analysis::BoxId box, const analysis::Region& region) const;
  void simplify(std::vector<Term>& terms) const;
  [[nodiscard]] bool absorb(Term& into, const Term& other) const;
  [[nodiscard]] std::string text(const Term& term) const;
  [[nodiscard]] std::string side(analysis::AxisId axis, const std::vector<uint64_t>& classes) const;

  const Merged& merged_;
  const Manifest& manifest_;
  const analysis::Space& space_;
};

}  // namespace sbx::diff
