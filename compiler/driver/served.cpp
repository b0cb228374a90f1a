// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/served.h"

#include <algorithm>

#include "runtime/text/database.h"

namespace sbx::driver {
Result<std::unique_ptr<ServedPolicy>> ServedPolicy::make(std::unique_ptr<Program> program, std::shared_ptr<models::Models> models) {
  Result<signals::SignalSet> signals = signals::SignalSet::bind(program->module.manifest, text::default_cache_folder(), std::move(models));
  if (!signals) return signals.error();
  return std::unique_ptr<ServedPolicy>(new ServedPolicy(std::move(program), std::move(*signals)));
}

Result<ServedPolicy*> ServedPolicies::get(size_t index, const std::set<std::string>& given) {
  if (object_) return object_.get();
  std::set<std::string> derived;
  for (const sema::Symbol& symbol : checked_->policies[index].symbols) {
    if (symbol.value && given.contains(symbol.name)) derived.insert(symbol.name);
  }
  std::unique_ptr<ServedPolicy>& made = made_[{index, derived}];
  if (made) return made.get();
  Result<std::unique_ptr<Program>> program = compile(lower_policy(*checked_, index, derived), options_);
  if (!program) return program.error();
  Result<std::unique_ptr<ServedPolicy>> served = ServedPolicy::make(std::move(*program), models_);
  if (!served) return served.error();
  made = std::move(*served);
  return made.get();
}

std::optional<size_t> ServedPolicies::choose(std::string_view asked) const {
  if (object_ || checked_->policies.size() == 1) return 0;
  for (size_t i = 0; i < checked_->policies.size(); ++i) {
    const std::vector<std::string>& serves = checked_->policies[i].serves;
    if (std::find(serves.begin(), serves.end(), asked) != serves.end()) return i;
  }
  return std::nullopt;
}

}  // namespace sbx::driver
