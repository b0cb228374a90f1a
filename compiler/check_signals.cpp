// SPDX-License-Identifier: Apache-2.0
#include "compiler/check_signals.h"

#include <algorithm>

#include "compiler/written_items.h"
#include "runtime/signals/arguments.h"
#include "runtime/signals/validate.h"

namespace sbx {
namespace {

/// The row of kinds.def that has this code.
Kind kind_of(const std::string& code) {
  auto found = std::ranges::find(all_kinds(), code, &KindRow::code);
  return found == all_kinds().end() ? Kind::BadArgument : found->kind;
}

/// The keyword or pattern that the error quotes; else the signal.
Span place(const SourceSet& sources, const sema::Symbol& symbol, const Error& error) {
  for (const auto& [name, value] : symbol.arguments) {
    std::vector<std::string> items = signals::list_argument(symbol.arguments, name);
    if (items.empty()) items.push_back(signals::text_argument(symbol.arguments, name));
    for (const std::string& item : items) {
      const bool is_quoted = !item.empty() && (error.message.find("\"" + item + "\"") != std::string::npos ||
                                               error.message.find("`" + item + "`") != std::string::npos);
      const std::optional<Span> at = is_quoted ? written_item(sources, symbol.span, item) : std::nullopt;
      if (at) return *at;
    }
  }
  return symbol.span;
}

}  // namespace

void check_signals(const SourceSet& sources, const sema::Policy& policy, Diagnostics& diags) {
  for (const sema::Symbol& symbol : policy.symbols) {
    if (symbol.value) continue;
    std::optional<Error> error =
        signals::validate({.name = symbol.name, .kind = symbol.kind, .arguments = symbol.arguments, .type = symbol.type});
    if (error) diags.report(kind_of(error->code), place(sources, symbol, *error), error->message).about(policy.name);
  }
}

}  // namespace sbx
