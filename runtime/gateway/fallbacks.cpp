// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/fallbacks.h"

#include <algorithm>

#include "runtime/base/variant.h"

namespace sbx::gateway {

std::string_view class_of(int status) {
  if (status == 429) return "429";
  return status >= 500 ? "5xx" : "4xx";
}

std::string_view class_of(http::CallEnd end) {
  if (end == http::CallEnd::TimedOut) return "timeout";
  return end == http::CallEnd::Malformed ? "malformed" : "unavailable";
}

namespace {

bool leads_on(std::string_view outcome, int status, const std::vector<std::string>& on) {
  static const std::vector<std::string> kDefault{"timeout", "5xx", "429", "unavailable"};
  const std::string number = std::to_string(status);
  return std::ranges::any_of(on.empty() ? kDefault : on, [&](const std::string& one) { return one == outcome || one == number; });
}

/// The classes of the end of the list that was served; empty: the default ones.
std::vector<std::string> classes_of_end(const Manifest& manifest, const Decision& decision) {
  const Outcome* outcome = decision.route ? &manifest.routes[*decision.route].outcome : manifest.otherwise ? &*manifest.otherwise : nullptr;
  if (decision.unserved) outcome = manifest.unserved ? &*manifest.unserved : nullptr;
  if (outcome == nullptr || outcome->candidates.empty()) return {};
  const sbx::Candidate& last = outcome->candidates.back();
  const bool asks = std::visit(overloaded{[](const Ask&) { return true; }, [](const Selection&) { return true; },
                                          [](const SplitChoice&) { return true; }, [](const auto&) { return false; }},
                               last.target);
  return asks ? std::vector<std::string>() : last.on;
}

}  // namespace

const std::variant<Denial, Response, Escalation>* end_after(const Manifest& manifest, const Decision& decision, std::string_view outcome,
                                                            int status) {
  return decision.after && leads_on(outcome, status, classes_of_end(manifest, decision)) ? &*decision.after : nullptr;
}

bool leads_on(std::string_view outcome, int status, const Attempt& attempt) { return leads_on(outcome, status, attempt.on); }

}  // namespace sbx::gateway
