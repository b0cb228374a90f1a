// SPDX-License-Identifier: Apache-2.0
#include "runtime/engine/requirements.h"

#include <algorithm>

#include "runtime/engine/relevant.h"

namespace sbx {

std::vector<const Requirement*> broken_requirements(const Manifest& manifest, const Decision& decision,
                                                    const std::function<bool(uint32_t)>& must, const std::function<bool(uint32_t)>& may) {
  std::vector<std::vector<ModelId>> attempts;
  for (const Attempt& attempt : decision.attempts) attempts.push_back({attempt.model});
  if (attempts.empty()) attempts.emplace_back();  // nobody is asked: what does not speak of a model still counts
  std::vector<const Requirement*> broken;
  for (const Requirement& requirement : manifest.requirements) {
    const bool breaks = std::ranges::any_of(attempts, [&](const std::vector<ModelId>& models) {
      const auto any = [&](const std::vector<Condition>& conditions, const std::function<bool(uint32_t)>& is_set) {
        return std::ranges::any_of(conditions, [&](const Condition& condition) {
          return concerns(condition, decision.route, models) && (condition.bit == kAlways || is_set(condition.bit));
        });
      };
      const bool speaks_of_models = std::ranges::any_of(requirement.holds, [](const Condition& one) { return !one.models.empty(); });
      if (models.empty() && (speaks_of_models || requirement.holds.empty())) return false;
      return any(requirement.when, must) && !any(requirement.holds, may);
    });
    if (breaks) broken.push_back(&requirement);
  }
  return broken;
}

}  // namespace sbx
