// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/replay_policies.h"

namespace sbx::driver {

Result<std::unique_ptr<ReplayPolicies>> ReplayPolicies::make(const Checked& checked, const CompileOptions& options) {
  std::unique_ptr<ReplayPolicies> made(new ReplayPolicies(ServedPolicies(checked, options)));
  for (size_t i = 0; i < checked.policies.size(); ++i) {
    const Result<ServedPolicy*> served = made->served_.get(i, {});
    if (!served) return served.error();
    made->manifests_.push_back(&(*served)->manifest());
    made->derived_.emplace_back();
    for (const sema::Symbol& symbol : checked.policies[i].symbols) {
      if (symbol.value) made->derived_.back().insert(symbol.name);
    }
  }
  return made;
}

std::unique_ptr<ReplayPolicies> ReplayPolicies::make(std::unique_ptr<ServedPolicy> object) {
  const Manifest& manifest = object->manifest();
  std::unique_ptr<ReplayPolicies> made(new ReplayPolicies(ServedPolicies(std::move(object))));
  made->manifests_.push_back(&manifest);
  made->derived_.emplace_back();
  return made;
}

Result<replay::Deciding> ReplayPolicies::get(size_t policy, const std::set<std::string>& given) {
  const std::lock_guard lock(mutex_);
  const Result<ServedPolicy*> served = served_.get(policy, given);
  if (!served) return served.error();
  return replay::Deciding{&(*served)->engine(), &(*served)->signals()};
}

}  // namespace sbx::driver
