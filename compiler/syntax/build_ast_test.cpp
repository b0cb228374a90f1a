// SPDX-License-Identifier: Apache-2.0
// Tests and scenarios.
#include "compiler/syntax/build_ast.h"

namespace sbx::syntax {

std::vector<ast::Given> Builder::givens(P::GivensContext* context) {
  std::vector<ast::Given> result;
  for (auto* one : context->given()) {
    if (one->exception) continue;
    ast::Expr subject = call_or_reference(one->path(), one->arguments(), span(one->path()));
    if (one->arguments()) subject.span = join(subject.span, span(one->arguments()));
    if (one->string()) {  // `header "x": "v"` reads as `header("x"): "v"`
      ast::Expr key = string(one->string());
      Span key_span = key.span;
      ast::Path callee = path(one->path());
      Span callee_span = callee.span;
      ast::Call call{std::move(callee), callee_span, {}};
      call.arguments.push_back({std::nullopt, std::move(key), key_span});
      subject = {std::move(call), join(callee_span, key_span)};
    }
    ast::Given given{std::move(subject), expr(one->expr()), std::nullopt, span(one)};
    if (one->NUMBER()) given.confidence = number(span(one->NUMBER()));
    result.push_back(std::move(given));
  }
  return result;
}

void Builder::test_clause(P::TestClauseContext* context, ast::TestStep& step, bool& has_given, bool& has_expect) {
  bool& seen = context->K_GIVEN() ? has_given : has_expect;
  if (seen) {
    Span word = span(context->start);
    diags_.report(Kind::RepeatedClause, word, "`" + text(word) + "` is given twice").help("a test has one `given` and one `expect`");
    return;
  }
  seen = true;
  (context->K_GIVEN() ? step.given : step.expect) = givens(context->givens());
}

ast::TestStep Builder::test_body(P::TestBodyContext* context) {
  ast::TestStep step;
  step.span = span(context);
  bool has_given = false, has_expect = false;
  for (auto* clause : context->testClause()) test_clause(clause, step, has_given, has_expect);
  return step;
}

ast::TestDecl Builder::test(P::TestDeclContext* context) { return {string(context->string()), test_body(context->testBody())}; }

// Steps are `step { given … expect … }`, or simply `given`s, each with the `expect` behind it.
ast::ScenarioDecl Builder::scenario(P::ScenarioDeclContext* context) {
  ast::ScenarioDecl result{string(context->string()), {}};
  bool has_given = false, has_expect = false, open = false;
  for (auto* item : context->scenarioItem()) {
    if (item->testBody()) {
      result.steps.push_back(test_body(item->testBody()));
      open = false;
      continue;
    }
    if (!open || item->testClause()->K_GIVEN() || has_expect) {
      result.steps.push_back({{}, {}, span(item)});
      has_given = has_expect = false;
      open = true;
    }
    test_clause(item->testClause(), result.steps.back(), has_given, has_expect);
    result.steps.back().span.end = span(item).end;
  }
  return result;
}

}  // namespace sbx::syntax
