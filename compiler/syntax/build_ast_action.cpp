// SPDX-License-Identifier: Apache-2.0
// What stands between the braces of a route or rule.
#include "compiler/syntax/build_ast.h"

namespace sbx::syntax {

std::vector<ast::Action> Builder::actions(P::ActionsContext* context) {
  std::vector<ast::Action> result;
  for (auto* one : context->action()) {
    if (one->exception)
      result.push_back({ast::Invalid{}, span(one)});
    else
      result.push_back(action(one));
  }
  return result;
}

std::variant<ast::Deny, ast::Respond, ast::Escalate> Builder::stop(P::StopContext* context) {
  if (auto* deny = dynamic_cast<P::DenyContext*>(context)) {
    ast::Deny result{number(span(deny->NUMBER())), std::nullopt};
    if (deny->string()) result.message = string(deny->string());
    return result;
  }
  if (auto* respond = dynamic_cast<P::RespondContext*>(context)) return ast::Respond{string(respond->string())};
  auto* escalate = dynamic_cast<P::EscalateContext*>(context);
  ast::Escalate result;
  if (escalate->name()) result.target = name(escalate->name());
  if (escalate->string()) result.message = string(escalate->string());
  return result;
}

ast::Action Builder::action(P::ActionContext* context) {
  Span place = span(context);
  if (auto* a = dynamic_cast<P::StopActionContext*>(context)) {
    return std::visit([&](auto outcome) { return ast::Action{std::move(outcome), place}; }, stop(a->stop()));
  }
  if (auto* a = dynamic_cast<P::ModelActionContext*>(context)) return {ast::AssignModel{attempts(a->attempts())}, place};
  if (auto* a = dynamic_cast<P::AssignActionContext*>(context)) {
    ast::Path slot;
    slot.span = span(a->slot());
    slot.parts.push_back(name_at(span(a->slot()->start)));
    for (auto* word : a->slot()->word()) slot.parts.push_back(name(word));
    std::optional<ast::Expr> key;
    if (a->string()) key = string(a->string());
    if (a->choice()) return {ast::AssignTargets{std::move(slot), std::move(key), choice_attempt(a->choice())}, place};
    return {ast::Assign{std::move(slot), std::move(key), expr(a->expr())}, place};
  }
  if (auto* a = dynamic_cast<P::ChangeActionContext*>(context)) {
    ast::SetOp op = a->K_ONLY() ? ast::SetOp::Only : a->K_ADD() ? ast::SetOp::Add : ast::SetOp::Without;
    P::MembersContext* given = a->members();
    ast::Expr members = given->list() ? list(given->list()) : call_or_reference(given->path(), given->arguments(), span(given));
    return {ast::ChangeSet{path(a->path()), op, std::move(members), std::nullopt}, place};
  }
  if (auto* a = dynamic_cast<P::WhereActionContext*>(context)) {
    return {ast::ChangeSet{path(a->path()), ast::SetOp::Only, std::nullopt, expr(a->expr())}, place};
  }
  if (auto* a = dynamic_cast<P::AtMostActionContext*>(context)) return {ast::AtMost{path(a->path()), expr(a->expr())}, place};
  return {ast::Invalid{}, place};
}

std::vector<ast::Attempt> Builder::attempts(P::AttemptsContext* context) {
  std::vector<ast::Attempt> result;
  for (auto* one : context->attempt()) result.push_back(attempt(one));
  return result;
}

ast::Attempt Builder::attempt(P::AttemptContext* context) {
  ast::Attempt result;
  if (context->choice()) {
    result = choice_attempt(context->choice());
  } else if (context->stop()) {
    std::visit([&](auto outcome) { result.target = std::move(outcome); }, stop(context->stop()));
  } else {
    result.target = ask(context->target());
  }
  result.span = span(context);
  if (context->list()) {
    result.on_span = {file_, span(context->K_ON()).begin, span(context->list()).end};
    ast::Expr classes = list(context->list(), /*labels=*/true);
    result.on = std::move(std::get<ast::List>(classes.node).items);
  }
  return result;
}

ast::Attempt Builder::choice_attempt(P::ChoiceContext* context) {
  ast::Attempt result;
  result.span = span(context);
  if (auto* given = dynamic_cast<P::ChooseContext*>(context)) {
    ast::Choose choose;
    if (given->NUMBER()) choose.up_to = number(span(given->NUMBER()));
    choose.among = targets(given->targets());
    for (auto* selector : given->target()) choose.by.push_back(call_or_reference(selector->path(), selector->arguments(), span(selector)));
    choose.or_none = given->K_NONE() != nullptr;
    result.target = std::move(choose);
  } else if (auto* parts = dynamic_cast<P::SplitContext*>(context)) {
    ast::Split split;
    for (auto* weight : parts->weights()->NUMBER()) split.weights.push_back(number(span(weight)));
    split.key = path(parts->path());
    split.among = targets(parts->targets());
    result.target = std::move(split);
  }
  return result;
}

ast::Ask Builder::ask(P::TargetContext* context) { return {path(context->path()), arguments(context->arguments())}; }

std::vector<ast::Ask> Builder::targets(P::TargetsContext* context) {
  std::vector<ast::Ask> result;
  for (auto* one : context->target()) result.push_back(ask(one));
  return result;
}

}  // namespace sbx::syntax
