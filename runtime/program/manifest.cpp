// SPDX-License-Identifier: Apache-2.0
#include "runtime/program/manifest.h"

#include <algorithm>

namespace sbx {

const std::string* Target::text(std::string_view field) const {
  const auto found = std::ranges::find(fields, field, &NamedConstant::first);
  return found == fields.end() ? nullptr : std::get_if<std::string>(&found->second.value);
}

const Target* Manifest::target(std::string_view kind, std::string_view name) const {
  const auto found = std::ranges::find_if(targets, [&](const Target& one) { return one.kind == kind && one.name == name; });
  return found == targets.end() ? nullptr : &*found;
}

}  // namespace sbx
