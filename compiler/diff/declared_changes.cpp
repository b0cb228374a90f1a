// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/declared_changes.h"

#include <algorithm>

#include "compiler/diff/declarations.h"

namespace sbx::diff {
namespace {

using Declarations = std::vector<Declaration>;

/// What both say, whatever it is called in either, is left out of both: first what has one name, then what got another.
void drop_common(Declarations& old, Declarations& now) {
  for (const bool by_name : {true, false}) {
    std::erase_if(old, [&](const Declaration& one) {
      const auto same = std::ranges::find_if(now, [&](const Declaration& other) {
        return one.kind == other.kind && one.meaning == other.meaning && (!by_name || one.name == other.name);
      });
      if (same == now.end()) return false;
      now.erase(same);
      return true;
    });
  }
}

/// The new form of a declaration. What has no name is taken to be changed where it is the only one of its kind on both sides.
Declarations::iterator new_form(const Declaration& one, const Declarations& old, Declarations& now) {
  const bool is_only =
      std::ranges::count(old, one.kind, &Declaration::kind) == 1 && std::ranges::count(now, one.kind, &Declaration::kind) == 1;
  return std::ranges::find_if(
      now, [&](const Declaration& other) { return one.kind == other.kind && one.name == other.name && (!one.name.empty() || is_only); });
}

/// A tier says nothing but that it is strict, or is not: one that comes or goes and never was is the matter of its routes.
bool tells_nothing(const Declaration& one) { return one.kind == "tier" && one.text.starts_with("tier"); }

std::vector<DeclaredChange> changes(Declarations old, Declarations now) {
  drop_common(old, now);
  std::vector<DeclaredChange> found;
  for (const Declaration& one : old) {
    const auto form = new_form(one, old, now);
    if (form == now.end()) {
      if (!tells_nothing(one)) found.push_back({one.kind, one.name, one.text, std::nullopt});
      continue;
    }
    found.push_back({one.kind, one.name, one.text, form->text});
    now.erase(form);
  }
  for (const Declaration& one : now) {
    if (!tells_nothing(one)) found.push_back({one.kind, one.name, std::nullopt, one.text});
  }
  return found;
}

}  // namespace

std::vector<DeclaredChange> declared_changes(const Declared& old, const Declared& now) {
  std::vector<DeclaredChange> found = changes(declarations_of(old.policy, old.sources), declarations_of(now.policy, now.sources));
  for (const sema::KeyedTable& table : old.policy.tables) {
    const auto same = std::ranges::find(now.policy.tables, table.name, &sema::KeyedTable::name);
    if (same == now.policy.tables.end()) continue;
    std::vector<DeclaredChange> rows = changes(rows_of(table), rows_of(*same));
    std::ranges::move(rows, std::back_inserter(found));
  }
  return found;
}

}  // namespace sbx::diff
