// SPDX-License-Identifier: Apache-2.0
// What stdlib/ declares: signals, inputs, slots, effects and selectors. The compiler knows no built-in but these.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/syntax/ast.h"
#include "runtime/base/result.h"
#include "runtime/program/types.h"

namespace sbx::sema {

struct ExternParameter {
  std::string name;
  ast::TypeExpr type;
  std::optional<Constant> initial;  // none: must be given
};

/// One `extern` declaration of stdlib/.
struct Extern {
  std::string kind;  // signal, input, slot, effect, selector
  std::string name;  // `keywords`, `user.tier`, `safety.pii`
  std::vector<ExternParameter> parameters;
  bool has_parameters = false;
  std::optional<ast::TypeExpr> type;
  ConstantRecord attributes;
  std::string doc;

  /// The attribute `name`, or null.
  [[nodiscard]] const Constant* attribute(std::string_view name) const;
  /// The attribute `name` where it is a word; empty otherwise.
  [[nodiscard]] std::string word(std::string_view name) const;
  /// The attribute `name` where it is a word or a list of words; empty otherwise.
  [[nodiscard]] std::vector<std::string> words(std::string_view name) const;
  /// Whether the attribute `name` is `true`.
  [[nodiscard]] bool flag(std::string_view name) const;
  [[nodiscard]] CostClass cost() const;
  /// What a reading of `type` can be: `least` to `most` where they are given.
  [[nodiscard]] Range range(const Type& type) const;
};

/// Immutable once loaded; pointers into it stay valid for its life.
class Catalog {
 public:
  /// The declaration of `kind` named `name`, or null.
  [[nodiscard]] const Extern* find(std::string_view kind, std::string_view name) const;
  [[nodiscard]] const std::vector<Extern>& externs() const { return externs_; }
  [[nodiscard]] std::vector<std::string> names(std::string_view kind) const;
  /// The file of stdlib/ that declares `module`, if there is one.
  [[nodiscard]] std::optional<std::string> module_file(const std::string& module) const;
  /// Whether `prefix.` begins the name of something declared.
  [[nodiscard]] bool has_prefix(const std::string& prefix) const;

  void add(Extern declaration);
  void add_module(std::string module, std::string path);

 private:
  std::vector<Extern> externs_;
  std::unordered_map<std::string, size_t> by_name_;
  std::unordered_map<std::string, std::string> modules_;
};

/// Reads every *.sbx of `folder` and the folders below it.
[[nodiscard]] Result<Catalog> load_catalog(const std::string& folder);

}  // namespace sbx::sema
