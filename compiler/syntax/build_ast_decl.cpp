// SPDX-License-Identifier: Apache-2.0
// Declarations, which of them may stand where, and a policy without braces.
#include <algorithm>

#include "compiler/syntax/build_ast.h"

namespace sbx::syntax {
namespace {

using P = sbx_antlr::SignalboxParser;

template <class... Contexts>
bool is_any(antlr4::ParserRuleContext* context) {
  return ((dynamic_cast<Contexts*>(context) != nullptr) || ...);
}

std::string described(Place where) {
  switch (where) {
    case Place::File:
      return "in a file";
    case Place::Policy:
      return "in a policy";
    case Place::Module:
      return "in a module";
    case Place::Tier:
      return "in a tier";
    case Place::Block:
      return "in a `first` or `best` block";
    case Place::Always:
      return "in `always`";
  }
  return "";
}

}  // namespace

ast::File Builder::file(P::FileContext* context) {
  ast::File result{file_, decls(context->decl(), Place::File)};
  group_unbraced(result);
  return result;
}

std::vector<ast::Decl> Builder::decls(const std::vector<P::DeclContext*>& contexts, Place where) {
  std::vector<ast::Decl> result;
  for (auto* one : contexts) result.push_back(decl(one, where));
  return result;
}

std::vector<ast::Decl> Builder::block(P::BlockContext* context, Place where) {
  return context ? decls(context->decl(), where) : std::vector<ast::Decl>{};
}

// A file with one policy or module may drop the braces: what follows the header is its body.
void Builder::group_unbraced(ast::File& file) {
  const auto is_header = [](const ast::Decl& decl) {
    const auto* policy = std::get_if<ast::PolicyDecl>(&decl.node);
    const auto* module = std::get_if<ast::ModuleDecl>(&decl.node);
    return policy || module;
  };
  const auto is_unbraced = [](const ast::Decl& decl) {
    const auto* policy = std::get_if<ast::PolicyDecl>(&decl.node);
    const auto* module = std::get_if<ast::ModuleDecl>(&decl.node);
    return (policy && !policy->braced) || (module && !module->braced);
  };
  auto first = std::ranges::find_if(file.decls, is_unbraced);
  if (first == file.decls.end()) return;
  auto second = std::find_if(first + 1, file.decls.end(), is_header);
  auto earlier = std::find_if(file.decls.begin(), first, is_header);
  if (second != file.decls.end() || earlier != first) {
    Span other = second != file.decls.end() ? second->span : earlier->span;
    Span header = first->span;
    diags_.report(Kind::MissingBraces, header, "this has no braces, but the file holds another policy or module")
        .label({other.file, other.begin, std::min(other.end, other.begin + 6)}, "the other one")
        .help("put the declarations of each between `{` and `}`");
  }
  std::vector<ast::Decl> body(std::make_move_iterator(first + 1), std::make_move_iterator(second));
  file.decls.erase(first + 1, second);
  if (!body.empty()) first->span.end = std::max(first->span.end, body.back().span.end);
  if (auto* policy = std::get_if<ast::PolicyDecl>(&first->node))
    policy->body = std::move(body);
  else
    std::get<ast::ModuleDecl>(first->node).body = std::move(body);
}

// A name that a broken declaration meant to declare must not be called unknown elsewhere.
ast::Decl Builder::broken(P::DeclContext* context) {
  ast::Invalid invalid;
  size_t first = context->start->getStartIndex();
  for (size_t at = first; at < std::min(first + 4, tokens_.size()) && tokens_[at].kind == TokenKind::Word; ++at) {
    invalid.names.push_back(name_at(tokens_[at].span));
  }
  return {std::move(invalid), span(context)};
}

bool Builder::may_stand(P::DeclarationContext* context, Place where) {
  bool allowed = true;
  if (where == Place::Tier) {
    allowed = is_any<P::RouteDeclContext, P::FirstDeclContext, P::BestDeclContext, P::OverDeclContext>(context);
  } else if (where == Place::Block) {
    allowed = is_any<P::RouteDeclContext, P::BestDeclContext, P::FirstDeclContext, P::OverDeclContext>(context);
  } else if (where == Place::Always) {
    allowed = is_any<P::RuleDeclContext, P::OverDeclContext>(context);
  } else if (where == Place::Policy || where == Place::Module) {
    allowed = !is_any<P::PolicyDeclContext, P::ModuleDeclContext, P::LanguageDeclContext, P::ExternDeclContext>(context);
  }
  if (allowed && where != Place::Always && is_any<P::RuleDeclContext>(context)) {
    diags_.report(Kind::MisplacedDeclaration, span(context->start), "a `rule` stands in `always { … }`")
        .help("move it into `always { … }`, or make it a `route`");
    return false;
  }
  if (!allowed) {
    Span word = span(context->start);
    auto report = diags_.report(Kind::MisplacedDeclaration, word, "`" + text(word) + "` cannot stand " + described(where));
    if (where == Place::Always) report.help("`always` holds rules: `rule NAME when … { … }`");
    if (where == Place::Tier) report.help("a tier holds `route`, `first` and `best`");
    if (where == Place::Policy && is_any<P::PolicyDeclContext>(context)) report.help("is a `}` missing before it?");
  }
  return allowed;
}

ast::Decl Builder::decl(P::DeclContext* context, Place where) {
  if (context->exception || !context->declaration() || context->declaration()->exception) return broken(context);
  P::DeclarationContext* given = context->declaration();
  if (!may_stand(given, where)) return broken(context);
  ast::Decl result;
  result.span = span(context);
  result.is_private = context->K_PRIVATE() != nullptr;

  if (auto* d = dynamic_cast<P::LanguageDeclContext*>(given))
    result.node = ast::LanguageDecl{number(span(d->NUMBER()))};
  else if (auto* d = dynamic_cast<P::PolicyDeclContext*>(given))
    result.node = policy(d);
  else if (auto* d = dynamic_cast<P::ModuleDeclContext*>(given))
    result.node = module(d);
  else if (auto* d = dynamic_cast<P::UseDeclContext*>(given))
    result.node = use(d);
  else if (auto* d = dynamic_cast<P::ProviderDeclContext*>(given)) {
    result.node = ast::ProviderDecl{name(d->name()), d->record() ? record(d->record()) : std::vector<ast::Field>{}};
  } else if (auto* d = dynamic_cast<P::ModelDeclContext*>(given))
    result.node = ast::ModelDecl{name(d->name()), record(d->record())};
  else if (auto* d = dynamic_cast<P::AttributeDeclContext*>(given))
    result.node = ast::AttributeDecl{path(d->path()), type(d->type())};
  else if (auto* d = dynamic_cast<P::InputDeclContext*>(given))
    result.node = input(d);
  else if (auto* d = dynamic_cast<P::BudgetDeclContext*>(given))
    result.node = budget(d);
  else if (auto* d = dynamic_cast<P::KeyedTableDeclContext*>(given))
    result.node = keyed_table(d);
  else if (auto* d = dynamic_cast<P::DecisionTableDeclContext*>(given))
    result.node = decision_table(d);
  else if (auto* d = dynamic_cast<P::SignalDeclContext*>(given))
    result.node = ast::SignalDecl{name(d->name()), expr(d->expr())};
  else if (auto* d = dynamic_cast<P::SlotDeclContext*>(given)) {
    result.node = ast::SlotDecl{name(d->name()), type(d->type()), optional_expr(d->expr())};
  } else if (auto* d = dynamic_cast<P::DefaultsDeclContext*>(given))
    result.node = ast::DefaultsDecl{actions(d->actions())};
  else if (auto* d = dynamic_cast<P::TierDeclContext*>(given)) {
    result.node = ast::TierDecl{d->K_STRICT() != nullptr, name(d->name()), block(d->block(), Place::Tier)};
  } else if (auto* d = dynamic_cast<P::FirstDeclContext*>(given)) {
    ast::BlockDecl first{ast::BlockKind::First, std::nullopt, std::nullopt, block(d->block(), Place::Block)};
    if (d->name()) first.name = name(d->name());
    result.node = std::move(first);
  } else if (auto* d = dynamic_cast<P::BestDeclContext*>(given))
    result.node = best(d);
  else if (auto* d = dynamic_cast<P::RouteDeclContext*>(given)) {
    result.node = ast::RouteDecl{name(d->name()), optional_expr(d->expr()), actions(d->actions())};
  } else if (auto* d = dynamic_cast<P::OverDeclContext*>(given))
    result.node = ast::Over{path(d->path()), paths(d->paths())};
  else if (auto* d = dynamic_cast<P::OtherwiseDeclContext*>(given))
    result.node = ast::OtherwiseDecl{actions(d->actions())};
  else if (auto* d = dynamic_cast<P::UnservedDeclContext*>(given))
    result.node = ast::UnservedDecl{actions(d->actions())};
  else if (auto* d = dynamic_cast<P::AlwaysDeclContext*>(given))
    result.node = ast::AlwaysDecl{block(d->block(), Place::Always)};
  else if (auto* d = dynamic_cast<P::RuleDeclContext*>(given))
    result.node = rule(d);
  else if (auto* d = dynamic_cast<P::RequireDeclContext*>(given))
    result.node = require(d);
  else if (auto* d = dynamic_cast<P::PlanDeclContext*>(given))
    result.node = ast::PlanDecl{name(d->name()), span(d->planBody())};
  else if (auto* d = dynamic_cast<P::GraphDeclContext*>(given))
    result.node = ast::GraphDecl{name(d->name()), span(d->balanced())};
  else if (auto* d = dynamic_cast<P::StateDeclContext*>(given))
    result.node = state(d);
  else if (auto* d = dynamic_cast<P::FeedbackDeclContext*>(given))
    result.node = feedback(d);
  else if (auto* d = dynamic_cast<P::TestDeclContext*>(given))
    result.node = test(d);
  else if (auto* d = dynamic_cast<P::ScenarioDeclContext*>(given))
    result.node = scenario(d);
  else if (auto* d = dynamic_cast<P::ExternDeclContext*>(given))
    result.node = extern_decl(d);
  else if (auto* d = dynamic_cast<P::TargetDeclContext*>(given)) {
    result.node = ast::TargetDecl{name(d->name(0)), name(d->name(1)), record(d->record())};
  }
  return result;
}

ast::PolicyDecl Builder::policy(P::PolicyDeclContext* context) {
  ast::PolicyDecl result;
  result.name = name(context->name());
  bool has_serves = false;
  for (auto* clause : context->policyClause()) {
    auto* under = dynamic_cast<P::UnderClauseContext*>(clause);
    auto* serves = dynamic_cast<P::ServesClauseContext*>(clause);
    if ((under && result.under) || (serves && has_serves)) {
      Span word = span(clause->start);
      diags_.report(Kind::RepeatedClause, word, "`" + text(word) + "` is given twice")
          .help(serves ? "several virtual models are joined by commas: `serves \"a\", \"b\"`" : "a policy stands under one base");
      continue;
    }
    if (under) result.under = ast::Under{path(under->path()), arguments(under->arguments()), span(under)};
    if (!serves) continue;
    has_serves = true;
    for (auto* one : serves->string()) result.serves.push_back(string(one));
  }
  result.braced = context->block() != nullptr;
  result.body = block(context->block(), Place::Policy);
  return result;
}

ast::ModuleDecl Builder::module(P::ModuleDeclContext* context) {
  ast::ModuleDecl result;
  result.name = path(context->path());
  if (context->parameters()) {
    for (auto* one : context->parameters()->parameter()) result.parameters.push_back({name(one->word()), type(one->type())});
  }
  result.braced = context->block() != nullptr;
  result.body = block(context->block(), Place::Module);
  return result;
}

}  // namespace sbx::syntax
