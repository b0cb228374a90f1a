// SPDX-License-Identifier: Apache-2.0
// The walk of names.h. name_walker.cpp has declarations, name_walker_actions.cpp what routes and rules do, name_walker_exprs.cpp
// expressions.
#pragma once

#include "compiler/lsp/names.h"

namespace sbx::lsp {

class NameWalker {
 public:
  NameWalker(const sema::World& world, const ResolvedAt& resolved) : world_(world), catalog_(world.catalog()), resolved_(resolved) {}

  void unit(const sema::Unit& unit);
  std::vector<NameUse> take() { return std::move(uses_); }

 private:
  // name_walker.cpp
  void unit_head(const sema::Unit& unit);
  void decl(const ast::Decl& decl);
  void decls(const std::vector<ast::Decl>& list);
  void model(const ast::ModelDecl& from);
  void input(const ast::InputDecl& from);
  void table(const ast::TableDecl& from);
  void use(const ast::Use& from);
  void type(const ast::TypeExpr& from);
  void over(const ast::Path& path);
  void step(const ast::TestStep& from);
  void expectation(const ast::Given& from);
  void module_name(const ast::Path& path);

  // name_walker_actions.cpp
  void actions(const std::vector<ast::Action>& list);
  void assign(const ast::Path& slot, const ast::Expr& value);
  void attempt(const ast::Attempt& from);
  void ask(const ast::Ask& from);
  void change(const ast::ChangeSet& from);
  void slot_value(const std::string& slot, const ast::Expr& value);
  void targets(const ast::Expr& members);

  // name_walker_exprs.cpp
  void expr(const ast::Expr& from);
  void fields(const std::vector<ast::Field>& list, bool keys);
  void call(const ast::Call& from);
  void compared(const ast::Expr& operand, const ast::Expr& with);
  void label_or_expr(const ast::Expr& operand, const ast::Expr& item);
  bool name_of_decision(const ast::Expr& operand, const ast::Name& word);
  void value(const ast::Path& path);
  bool declared_value(const ast::Path& path);
  bool imported_value(const ast::Path& path);
  bool is_label(const ast::Expr& operand, const ast::Expr& item) const;
  NameUse label_of(const ast::Expr& operand, Span span) const;

  // Adding: false where the name means nothing.
  bool refer(sema::Space space, const std::string& name, Span span);
  bool refer(sema::Space space, const ast::Path& path);
  bool built_in(std::string_view kind, const std::string& name, Span span);
  bool slot(const std::string& name, Span span);
  void declare(sema::Space space, const std::string& name, Span span);
  void label(Span span);
  void field(Span span);

  const sema::World& world_;
  const sema::Catalog& catalog_;
  const ResolvedAt& resolved_;
  const sema::Unit* unit_ = nullptr;
  std::vector<NameUse> uses_;
};

}  // namespace sbx::lsp
