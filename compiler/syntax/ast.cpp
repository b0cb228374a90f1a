// SPDX-License-Identifier: Apache-2.0
// The few questions that a node answers itself.
#include "compiler/syntax/ast.h"

namespace sbx::ast {

std::string Path::text() const {
  std::string joined;
  for (const Name& part : parts) {
    if (!joined.empty()) joined += '.';
    joined += part.text;
  }
  return joined;
}

std::string_view Field::name() const {
  if (!key) return {};
  const auto* reference = std::get_if<Reference>(&(*key)->node);
  return reference && reference->path.parts.size() == 1 ? std::string_view(reference->path.parts.front().text) : std::string_view();
}

}  // namespace sbx::ast
