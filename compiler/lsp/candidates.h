// SPDX-License-Identifier: Apache-2.0
// The lists that completion offers.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/lsp/context.h"
#include "compiler/lsp/snapshot.h"

namespace sbx::lsp {

/// The protocol's CompletionItemKind.
enum class ItemKind : int {
  Function = 3,
  Field = 5,
  Variable = 6,
  Class = 7,
  Module = 9,
  Property = 10,
  Value = 12,
  Keyword = 14,
  EnumMember = 20,
  TypeParameter = 25
};

struct Item {
  std::string label;
  ItemKind kind = ItemKind::Keyword;
  std::string detail;
  std::string documentation;
  bool is_call = false;  // parentheses belong behind it
};

/// The lists, one function each; `unit` is whose names are seen.
class Candidates {
 public:
  Candidates(const Snapshot& snapshot, const sema::Unit& unit);

  /// All that may stand in the place `context` says.
  [[nodiscard]] std::vector<Item> list(const Context& context);

 private:
  void words(const std::vector<const char*>& list);
  void labels(const std::vector<std::string>& members, const std::string& of);
  void names(sema::Space space, ItemKind kind, const char* detail);
  void built_ins(const char* kind);
  void expression();
  void values();
  void labels_of(const std::string& path);
  void slots();
  void slot_value(const std::string& slot);
  void declarations(const std::string& of);
  void actions(const std::string& head);
  void targets();
  void model_fields();
  void model_value(const std::string& field);
  void expected_value(const std::string& name);
  void arguments(const std::string& callee);
  void modules();
  [[nodiscard]] std::vector<std::string> members_of(const std::string& path) const;
  [[nodiscard]] const sema::Symbol* symbol(const std::string& name) const;

  const Snapshot& snapshot_;
  const sema::Unit& unit_;
  std::unordered_map<std::string, const sema::Symbol*> symbols_;  // by name
  std::vector<Item> items_;
};

}  // namespace sbx::lsp
