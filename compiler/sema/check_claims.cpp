// SPDX-License-Identifier: Apache-2.0
// A client's claim may add a refusal and never lift one (docs/language/inputs.md#claims).
#include <map>
#include <utility>

#include "compiler/sema/check.h"

namespace sbx::sema {
namespace {

const Symbol* claim_of(const Policy& policy, const Expr& expr) {
  const auto* ref = std::get_if<SignalRef>(&expr.node);
  if (!ref) return nullptr;
  const Symbol& symbol = policy.symbols[ref->symbol];
  return symbol.claim && !symbol.value ? &symbol : nullptr;
}

bool reads_claim(const Policy& policy, const Expr& expr) {
  bool found = false;
  each_below(policy, expr, [&](const Expr& below) { found = found || claim_of(policy, below); });
  return found;
}

/// Whether an expression may hold (`wanted`) although every claim is unknown. Signals share signals: each is asked once.
class WithoutClaims {
 public:
  explicit WithoutClaims(const Policy& policy) : policy_(policy) {}

  bool can_be(const Expr& expr, bool wanted) {
    if (const auto* inverted = std::get_if<Not>(&expr.node)) return can_be(*inverted->operand, !wanted);
    const auto* all = std::get_if<And>(&expr.node);
    const auto* any = std::get_if<Or>(&expr.node);
    if (all || any) {
      bool need_all = (all != nullptr) == wanted;
      for (const Expr& operand : all ? all->operands : any->operands) {
        if (can_be(operand, wanted) != need_all) return !need_all;
      }
      return need_all;
    }
    const auto* ref = std::get_if<SignalRef>(&expr.node);
    if (!ref || !policy_.symbols[ref->symbol].value) return !reads_claim(policy_, expr);
    auto [entry, is_new] = known_.try_emplace({ref->symbol.index, wanted}, false);
    if (is_new) entry->second = can_be(*policy_.symbols[ref->symbol].value, wanted);
    return entry->second;
  }

 private:
  const Policy& policy_;
  std::map<std::pair<uint32_t, bool>, bool> known_;
};

void check_route(const Policy& policy, const Route& route, WithoutClaims& without_claims, Diagnostics& diags) {
  bool denies = !route.outcome.candidates.empty() && std::holds_alternative<Denial>(route.outcome.candidates.front().target);
  bool reported = false;
  auto report = [&](const Expr& at, const Symbol& claim, const std::string& message, const std::string& help) {
    if (reported) return;
    reported = true;
    auto finding = diags.report(Kind::ClaimInStrict, at.span, message);
    if (claim.span.valid() && claim.span != at.span) finding.label(claim.span, "declared here");
    finding.help(help).about(policy.name, {route.name});
  };
  each_below(policy, *route.guard, [&](const Expr& below) {
    if (const auto* known = std::get_if<Known>(&below.node)) {
      if (const Symbol* claim = claim_of(policy, *known->operand)) {
        report(below, *claim, "a client can leave out `" + claim->name + "`, so a strict route may not ask whether it is known",
               "let the settings vouch for it: declare it `verified`");
      }
    }
    const Symbol* claim = claim_of(policy, below);
    if (!claim) return;
    if (!denies) {
      report(below, *claim,
             "`" + claim->name + "` is what the client says, and `" + route.name +
                 "` does not deny: in a strict tier a claim may only add a refusal",
             "let the settings vouch for it (`verified`), or read it in a tier that is not strict");
    } else if (claim->or_else) {
      report(below, *claim, "`" + claim->name + "` is what the client says, and its `or else` would stand in where the client says nothing",
             "drop the `or else`, or let the settings vouch for it (`verified`)");
    }
  });
  if (!reported && !without_claims.can_be(*route.guard, true) && reads_claim(policy, *route.guard)) {
    diags.report(Kind::ClaimInStrict, route.span, "the strict route `" + route.name + "` can fire only if the client says so")
        .label(route.guard->span, "holds for no request without a claim")
        .help("let the settings vouch for what it reads: declare the input `verified`")
        .about(policy.name, {route.name});
  }
}

}  // namespace

void check_claims(const Policy& policy, Diagnostics& diags) {
  WithoutClaims without_claims(policy);
  for (const Route& route : policy.routes) {
    if (route.strict && route.guard) check_route(policy, route, without_claims, diags);
  }
}

}  // namespace sbx::sema
