// SPDX-License-Identifier: Apache-2.0
// Roles of tokens, read off the parse tree.
#include "compiler/syntax/layout.h"

#include "compiler/syntax/build_ast.h"
#include "compiler/syntax/tree.h"

namespace sbx::syntax {
namespace {

using P = sbx_antlr::SignalboxParser;
using antlr4::ParserRuleContext;

class Roles {
 public:
  Roles(std::vector<Role>& roles, const std::vector<size_t>& places) : roles_(roles), places_(places) {}

  // With a stack of its own: `a and b and …` nests as deep as it is long.
  void run(ParserRuleContext* root) {
    std::vector<ParserRuleContext*> work{root};
    while (!work.empty()) {
      ParserRuleContext* context = work.back();
      work.pop_back();
      mark(context);
      for (antlr4::tree::ParseTree* child : context->children) {
        if (auto* inner = dynamic_cast<ParserRuleContext*>(child)) work.push_back(inner);
      }
    }
  }

 private:
  Role& at(antlr4::Token* token) { return roles_[places_[token->getStartIndex()]]; }
  Role& at(antlr4::tree::TerminalNode* node) { return at(node->getSymbol()); }

  void mark(ParserRuleContext* context) {
    switch (context->getRuleIndex()) {
      case P::RuleDecl:
      case P::RuleAction:
      case P::RuleGiven:
      case P::RuleColumn:
      case P::RuleRow:
      case P::RuleTestClause:
      case P::RuleScenarioItem:
      case P::RulePlanArm:
        at(context->start).starts = true;
        break;
      case P::RuleField:
        if (dynamic_cast<P::RecordContext*>(context->parent)) at(context->start).starts = true;
        break;
      default:
        break;
    }
    if (auto* row = dynamic_cast<P::RowContext*>(context)) {
      at(row->COLON()).spaced_colon = true;
    } else if (auto* call = dynamic_cast<P::ArgumentsContext*>(context)) {
      if (!dynamic_cast<P::BestDeclContext*>(context->parent)) at(call->LPAREN()).tight_left = true;
    } else if (auto* parameters = dynamic_cast<P::ParametersContext*>(context)) {
      at(parameters->LPAREN()).tight_left = true;
    } else if (auto* table = dynamic_cast<P::DecisionTableDeclContext*>(context)) {
      at(table->LPAREN()).tight_left = true;
    } else if (auto* answer = dynamic_cast<P::PlanAnswerContext*>(context)) {
      if (answer->LBRACKET()) at(answer->LBRACKET()).tight_left = true;
    } else if (auto* labels = dynamic_cast<P::LabelsTypeContext*>(context)) {
      at(labels->LBRACE()).snug = at(labels->RBRACE()).snug = true;
    } else if (auto* weights = dynamic_cast<P::WeightsContext*>(context)) {
      for (auto* slash : weights->SLASH()) at(slash).tight_left = at(slash).tight_right = true;
    } else if (auto* negative = dynamic_cast<P::NegateExprContext*>(context)) {
      at(negative->MINUS()).tight_right = true;
    } else if (auto* key = dynamic_cast<P::KeyContext*>(context)) {
      if (key->MINUS()) at(key->MINUS()).tight_right = true;
    } else if (auto* cell = dynamic_cast<P::CellContext*>(context)) {
      if (cell->MINUS()) at(cell->MINUS()).tight_right = true;
    } else if (auto* any = dynamic_cast<P::OrExprContext*>(context)) {
      for (auto* operand : any->expr()) {
        if (!dynamic_cast<P::AndExprContext*>(operand)) continue;
        ++at(operand->start).open_before;
        ++at(operand->stop).close_after;
      }
    } else if (auto* body = dynamic_cast<P::BalancedContext*>(context)) {
      for (size_t i = places_[body->start->getStartIndex()] + 1; i < places_[body->stop->getStartIndex()]; ++i) roles_[i].as_written = true;
    }
  }

  std::vector<Role>& roles_;
  const std::vector<size_t>& places_;
};

}  // namespace

std::optional<Layout> layout_of(const SourceSet& sources, FileId file, Diagnostics& diags) {
  Diagnostics found;
  ParseTree tree(sources, file, found);
  std::optional<Layout> layout;
  if (tree.root) {
    ast::File built = Builder(sources, file, tree.tokens, tree.all, found).file(tree.root);
    if (!found.has_errors()) layout = Layout{std::move(built), tree.all.tokens, std::vector<Role>(tree.all.tokens.size())};
  }
  diags.append(std::move(found));
  if (!layout) return layout;

  std::vector<size_t> places;  // of the parser's tokens among all
  for (size_t i = 0; i < layout->tokens.size(); ++i) {
    TokenKind kind = layout->tokens[i].kind;
    if (kind != TokenKind::Comment && kind != TokenKind::DocComment) places.push_back(i);
  }
  Roles(layout->roles, places).run(tree.root);
  return layout;
}

}  // namespace sbx::syntax
