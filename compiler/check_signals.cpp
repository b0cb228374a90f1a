// SPDX-License-Identifier: Apache-2.0
#include "compiler/check_signals.h"

#include <algorithm>

#include "runtime/signals/validate.h"

namespace sbx {
namespace {

/// The row of kinds.def that has this code.
Kind kind_of(const std::string& code) {
  auto found = std::ranges::find(all_kinds(), code, &KindRow::code);
  return found == all_kinds().end() ? Kind::BadArgument : found->kind;
}

}  // namespace

void check_signals(const sema::Policy& policy, Diagnostics& diags) {
  for (const sema::Symbol& symbol : policy.symbols) {
    if (symbol.value) continue;
    std::optional<Error> error =
        signals::validate({.name = symbol.name, .kind = symbol.kind, .arguments = symbol.arguments, .type = symbol.type});
    if (error) diags.report(kind_of(error->code), symbol.span, error->message).about(policy.name);
  }
}

}  // namespace sbx
