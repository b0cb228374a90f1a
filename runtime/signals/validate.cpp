// SPDX-License-Identifier: Apache-2.0
#include "runtime/signals/validate.h"

#include "runtime/signals/builtin.h"

namespace sbx::signals {

std::optional<Error> validate(const SignalInfo& info) {
  const SignalKind* kind = find_kind(info.kind);
  if (!kind) return std::nullopt;
  text::TextRules rules;
  Result<std::unique_ptr<Extractor>> bound = kind->bind({.info = info, .manifest = nullptr, .rules = rules});
  if (bound) return std::nullopt;
  return bound.error();
}

}  // namespace sbx::signals
