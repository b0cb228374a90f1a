// SPDX-License-Identifier: Apache-2.0
// Sizes beyond which a policy is refused (docs/language/limits.md).
#include "compiler/sema/check.h"

namespace sbx::sema {
namespace {

constexpr size_t kMostRules = 20'000;
constexpr size_t kMostSignals = 20'000;
constexpr size_t kMostKeywords = 200'000;

}  // namespace

void check_limits(const Policy& policy, size_t keywords, Diagnostics& diags) {
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
