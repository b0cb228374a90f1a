// SPDX-License-Identifier: Apache-2.0
// Sizes beyond which a policy is refused (docs/language/limits.md).
#include <algorithm>

#include "compiler/sema/check.h"

namespace sbx::sema {
namespace {

constexpr size_t kMostRules = 20'000;
constexpr size_t kMostSignals = 20'000;
constexpr size_t kMostKeywords = 200'000;
constexpr uint32_t kDeepest = 500;

/// Later stages descend from signal to signal. Symbols stand behind those that they need, so one pass is enough.
void check_depth(const Policy& policy, Diagnostics& diags) {
  std::vector<uint32_t> depths(policy.symbols.size(), 0);
  for (size_t i = 0; i < policy.symbols.size(); ++i) {
    const Symbol& symbol = policy.symbols[policy.symbols.id_at(i)];
    if (!symbol.value) continue;
    uint32_t below = 0;
    std::vector<const Expr*> open{&*symbol.value};
    while (!open.empty()) {
      const Expr* next = open.back();
      open.pop_back();
      if (const auto* ref = std::get_if<SignalRef>(&next->node)) below = std::max(below, depths[ref->symbol.index]);
      for (const Expr* child : children(*next)) open.push_back(child);
    }
    depths[i] = below + 1;
    if (depths[i] != kDeepest + 1) continue;
    diags
        .report(Kind::TooManySignals, symbol.span,
                "more than " + std::to_string(kDeepest) + " signals need one another in a row up to here")
        .about(policy.name);
    return;
  }
}

}  // namespace

void check_limits(const Policy& policy, size_t keywords, Diagnostics& diags) {
  check_depth(policy, diags);
  size_t rules = policy.routes.size() + policy.rules.size();
  if (rules > kMostRules) {
    Span span = policy.routes.empty() ? policy.span : policy.routes[policy.routes.id_at(policy.routes.size() - 1)].span;
    diags
        .report(Kind::TooManyRules, span,
                "the policy has " + std::to_string(rules) + " routes and rules; the limit is " + std::to_string(kMostRules))
        .help("put what differs by key into a `table`")
        .about(policy.name);
  }
  if (policy.symbols.size() > kMostSignals) {
    diags
        .report(Kind::TooManySignals, policy.span,
                "the policy has " + std::to_string(policy.symbols.size()) + " signals; the limit is " + std::to_string(kMostSignals))
        .help("put what differs by key into a `table`")
        .about(policy.name);
  }
  if (keywords > kMostKeywords) {
    diags
        .report(
            Kind::TooManyKeywords, policy.span,
            "the lists of the policy's signals have " + std::to_string(keywords) + " items; the limit is " + std::to_string(kMostKeywords))
        .help("use a classifier")
        .about(policy.name);
  }
}

}  // namespace sbx::sema
