// SPDX-License-Identifier: Apache-2.0
// Every name that stands in a policy, with its place and what it means. The resolved policy keeps ids, and places only of what it reads;
// so the tree is walked again, with the look-up that the resolver uses (sema::find) and its verdict on which words are labels.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/lsp/library.h"
#include "compiler/pipeline.h"
#include "compiler/sema/scope.h"

namespace sbx::lsp {

/// What a name in the text is.
enum class NameKind : uint8_t { Declared, Unit, BuiltIn, Label, Field };

struct NameUse {
  Span span;  // what would be renamed: of a dotted path only the declared part
  NameKind kind = NameKind::Field;
  bool is_declaration = false;
  sema::Space space = sema::Space::Value;    // Declared
  const sema::Declared* declared = nullptr;  // Declared; of a label the value it belongs to, where that is known
  const sema::Unit* unit = nullptr;          // Unit: a policy, module or file
  const sema::Extern* built_in = nullptr;    // BuiltIn; of a label the built-in it belongs to
};

struct SpanHash {
  size_t operator()(const Span& span) const { return (size_t{span.file.index} << 48) ^ (size_t{span.begin} << 24) ^ span.end; }
};
/// What the resolver made of the expression at a place, and in which policy.
struct Resolved {
  const sema::Policy* policy = nullptr;
  const sema::Expr* expr = nullptr;
};
using ResolvedAt = std::unordered_map<Span, Resolved, SpanHash>;
[[nodiscard]] ResolvedAt resolved_at(const std::vector<sema::Policy>& policies);

/// All names of all files of a run, by file and place; nested ones (a name in a type) too.
[[nodiscard]] std::vector<NameUse> collect_names(const sema::World& world, const ResolvedAt& resolved);

}  // namespace sbx::lsp
