// SPDX-License-Identifier: Apache-2.0
// Inside the room only: parse tree to ast, one method for each construct. Sees ANTLR.
#pragma once

#include <antlr4-runtime.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "SignalboxParser.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/tokens.h"

namespace sbx::syntax {

/// Where a declaration stands; decides which kinds may.
enum class Place { File, Policy, Module, Tier, Block, Always };

/// Builds the tree of one file from its parse tree; what is broken in it is skipped (its error has been reported).
class Builder {
 public:
  using P = sbx_antlr::SignalboxParser;

  Builder(const SourceSet& sources, FileId file, const std::vector<Token>& tokens, const TokenList& all, Diagnostics& diags)
      : sources_(sources), file_(file), tokens_(tokens), all_(all), diags_(diags) {}

  ast::File file(P::FileContext* context);

 private:
  // build_ast.cpp: places and names
  [[nodiscard]] Span span(const antlr4::ParserRuleContext* context) const;
  [[nodiscard]] Span span(antlr4::Token* token) const;
  [[nodiscard]] Span span(antlr4::tree::TerminalNode* node) const { return span(node->getSymbol()); }
  [[nodiscard]] std::string text(Span place) const { return std::string(sources_.text(place)); }
  ast::Name name_at(Span place);
  template <class Context>
  ast::Name name(Context* context) {
    return name_at(span(context));
  }
  ast::Path path(P::PathContext* context);
  std::vector<ast::Path> paths(P::PathsContext* context);
  std::vector<ast::Path> for_each(P::ForEachContext* context);
  std::string unescape(Span place);
  ast::Expr string(P::StringContext* context);
  ast::Expr number(Span place);
  ast::Expr label_number(Span place);
  std::string doc_above(Span place) const;

  // build_ast_expr.cpp
  ast::Expr expr(P::ExprContext* context);
  std::optional<ast::Expr> optional_expr(P::ExprContext* context);
  std::optional<ast::Expr> or_else(P::OrElseContext* context);
  ast::Expr relation(P::RelationExprContext* context);
  ast::Expr arithmetic(P::ExprContext* left, antlr4::Token* op, P::ExprContext* right, Span place);
  ast::Expr negated(P::NegateExprContext* context);
  ast::Expr arg_max(P::ArgMaxExprContext* context);
  ast::CompareOp compare_op(P::CompareOpContext* context);
  ast::Expr list(P::ListContext* context, bool labels = false);
  std::vector<ast::Field> record(P::RecordContext* context);
  std::vector<ast::Field> arguments(P::ArgumentsContext* context);
  ast::Field field(P::FieldContext* context);
  ast::Expr key(P::KeyContext* context);
  ast::Expr value(P::ValueContext* context);
  ast::Expr call_or_reference(P::PathContext* path, P::ArgumentsContext* arguments, Span place);
  ast::TypeExpr type(P::TypeContext* context);

  // build_ast_action.cpp
  std::vector<ast::Action> actions(P::ActionsContext* context);
  ast::Action action(P::ActionContext* context);
  std::variant<ast::Deny, ast::Respond, ast::Escalate> stop(P::StopContext* context);
  std::vector<ast::Attempt> attempts(P::AttemptsContext* context);
  ast::Attempt attempt(P::AttemptContext* context);
  ast::Attempt choice_attempt(P::ChoiceContext* context);
  ast::Ask ask(P::TargetContext* context);
  std::vector<ast::Ask> targets(P::TargetsContext* context);

  // build_ast_decl.cpp
  std::vector<ast::Decl> decls(const std::vector<P::DeclContext*>& contexts, Place where);
  std::vector<ast::Decl> block(P::BlockContext* context, Place where);
  ast::Decl decl(P::DeclContext* context, Place where);
  ast::Decl broken(P::DeclContext* context);
  bool may_stand(P::DeclarationContext* context, Place where);
  void group_unbraced(ast::File& file);
  ast::PolicyDecl policy(P::PolicyDeclContext* context);
  ast::ModuleDecl module(P::ModuleDeclContext* context);
  ast::Use use(P::UseDeclContext* context);
  ast::InputDecl input(P::InputDeclContext* context);
  ast::BudgetDecl budget(P::BudgetDeclContext* context);
  ast::StateDecl state(P::StateDeclContext* context);
  ast::FeedbackDecl feedback(P::FeedbackDeclContext* context);
  ast::TableDecl keyed_table(P::KeyedTableDeclContext* context);
  ast::TableDecl decision_table(P::DecisionTableDeclContext* context);
  ast::Expr cell(P::CellContext* context);
  ast::BlockDecl best(P::BestDeclContext* context);
  ast::RuleDecl rule(P::RuleDeclContext* context);
  ast::RequireDecl require(P::RequireDeclContext* context);
  ast::ExternDecl extern_decl(P::ExternDeclContext* context);

  // build_ast_test.cpp
  ast::TestDecl test(P::TestDeclContext* context);
  ast::ScenarioDecl scenario(P::ScenarioDeclContext* context);
  ast::TestStep test_body(P::TestBodyContext* context);
  void test_clause(P::TestClauseContext* context, ast::TestStep& step, bool& has_given, bool& has_expect);
  std::vector<ast::Given> givens(P::GivensContext* context);

  const SourceSet& sources_;
  FileId file_;
  const std::vector<Token>& tokens_;
  const TokenList& all_;
  Diagnostics& diags_;
};

}  // namespace sbx::syntax
