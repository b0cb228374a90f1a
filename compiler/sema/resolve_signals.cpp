// SPDX-License-Identifier: Apache-2.0
// Signals and inputs: each is resolved once, when it is first needed.
#include <algorithm>
#include <utility>

#include "compiler/sema/constant.h"
#include "compiler/sema/resolver.h"

namespace sbx::sema {

template <class Resolve>
std::optional<SymbolId> Resolver::once(const Declared& declared, const Resolve& resolve) {
  auto [entry, is_new] = states_.try_emplace(declared.decl);
  if (!is_new) {
    State state = entry->second;
    if (state.status == Status::Done) return SymbolId{state.index};
    if (state.status == Status::Open) {
      std::string name(world_.sources().text(declared.span));
      std::string circle;
      auto begin = std::ranges::find(open_signals_, name);
      for (auto it = begin; it != open_signals_.end(); ++it) circle += "`" + *it + "` needs ";
      report(Kind::CircularSignal, declared.span, "`" + name + "` needs itself")
          .help(circle + "`" + name + "`: a signal is computed from others that do not need it");
      entry->second.status = Status::Failed;
    }
    return std::nullopt;
  }
  if (open_signals_.size() >= 100) {
    report(Kind::TooManySignals, declared.span, "more than 100 signals need one another here in a circle or through budgets and tables");
    states_[declared.decl].status = Status::Failed;
    return std::nullopt;
  }
  open_signals_.emplace_back(world_.sources().text(declared.span));
  std::string naming = std::exchange(naming_, open_signals_.back());
  std::optional<SymbolId> id = resolve();
  naming_ = std::move(naming);
  open_signals_.pop_back();
  State& state = states_[declared.decl];
  if (state.status == Status::Failed) return std::nullopt;
  state.status = id ? Status::Done : Status::Failed;
  if (id) state.index = id->index;
  return id;
}

std::optional<SymbolId> Resolver::signal(const Declared& declared) {
  return once(declared, [&] { return resolve_signal(declared, std::get<ast::SignalDecl>(declared.decl->node)); });
}

std::optional<SymbolId> Resolver::input(const Declared& declared) {
  return once(declared, [&] { return resolve_input(declared, std::get<ast::InputDecl>(declared.decl->node)); });
}

// Names are unique in a policy: one of a used module that is taken already is called `module.name`.
SymbolId Resolver::add_symbol(Symbol symbol, const Unit* unit) {
  bool taken = symbol_names_.contains(symbol.name);
  bool foreign = unit && unit->kind == Unit::Kind::Module && unit != &unit_ && unit != unit_.base;
  if (foreign || (taken && unit && unit->kind == Unit::Kind::Module))
    symbol.name = unit->name.substr(unit->name.rfind('.') + 1) + "." + symbol.name;
  std::string name = symbol.name;
  SymbolId id = policy_.symbols.add(std::move(symbol));
  symbol_names_.emplace(std::move(name), id);
  return id;
}

std::optional<SymbolId> Resolver::resolve_signal(const Declared& declared, const ast::SignalDecl& from) {
  Env env{declared.unit, Reads::Signals};
  const ast::Expr* value = &bare(from.value);
  const ast::Expr* fallback = nullptr;
  if (const auto* settled = std::get_if<ast::OrElse>(&value->node)) {
    fallback = &*settled->fallback;
    value = &bare(*settled->operand);
  }
  Symbol symbol;
  const auto* call = std::get_if<ast::Call>(&value->node);
  const Extern* callee = call ? find_extern("signal", call->callee, env) : nullptr;
  if (call && !callee) callee = find_extern("input", call->callee, env);
  const auto* ref = std::get_if<ast::Reference>(&value->node);
  if (ref && ref->path.parts.size() > 1 && !callee && !find(*env.unit, Space::Value, ref->path.text()).declared)
    callee = find_extern("signal", ref->path, env);
  if (callee) {
    std::optional<Symbol> read = host_read(*callee, call ? &call->arguments : nullptr, value->span, env);
    if (!read) return std::nullopt;
    symbol = std::move(*read);
    symbol.is_signal = true;
  } else {
    MaybeExpr derived = expr(*value, env);
    if (!derived) return std::nullopt;
    if (is_constant(*derived)) {
      report(Kind::TypeMismatch, value->span, "a signal observes the request, and this is a constant");
      return std::nullopt;
    }
    if (derived->type.kind == TypeKind::Set || derived->type.kind == TypeKind::Text) {
      report(Kind::TypeMismatch, value->span, "a signal cannot rename " + a_type(derived->type)).help("use the name itself");
      return std::nullopt;
    }
    symbol.type = derived->type;
    symbol.value = std::move(*derived);
    symbol.is_signal = true;
  }
  symbol.name = from.name.text;
  symbol.span = from.name.span;
  symbol.is_private = declared.is_private;
  if (fallback && !settle(symbol, *fallback, env)) return std::nullopt;
  if (!symbol.value) symbol.value = std::nullopt;
  return add_symbol(std::move(symbol), declared.unit);
}

// The label that `or else` names need not be one of the classifier's: it joins them, and covers `none` as well.
std::optional<Type> Resolver::with_label(Type type, const ast::Expr& fallback) {
  const ast::Name* word = bare_word(fallback);
  const auto* text = std::get_if<ast::String>(&bare(fallback).node);
  if (!word && !text) return std::nullopt;
  const std::string& name = word ? word->text : text->value;
  if (name != "none") std::erase(type.members, "none");
  if (!member_index(type, name)) type.members.push_back(name);
  return type;
}

bool Resolver::settle(Symbol& symbol, const ast::Expr& fallback, const Env& env) {
  auto* choice = symbol.value ? std::get_if<ArgMax>(&symbol.value->node) : nullptr;
  if (symbol.type.kind == TypeKind::Label && symbol.is_signal && (!symbol.value || choice)) {
    std::optional<Type> wider = with_label(symbol.type, fallback);
    if (!wider) {
      report(Kind::TypeMismatch, fallback.span, "expected a label");
      return false;
    }
    symbol.type = *wider;
    if (symbol.value) symbol.value->type = *wider;
  }
  MaybeExpr value = constant(fallback, env, symbol.type);
  if (!value) return false;
  if (const auto* number = std::get_if<NumberValue>(&value->node)) {
    Range range = full_range(symbol.type);
    std::optional<int64_t> raw = scaled(number->value, decimal_places(symbol.type.kind), Rounding::HalfAwayFromZero);
    if (!raw || *raw < range.low || *raw > range.high) {
      report(Kind::OutOfRange, fallback.span,
             "`" + written(symbol.type, number->value) + "` lies outside the range of " + a_type(symbol.type));
      return false;
    }
  }
  if (!symbol.value) {
    symbol.or_else = std::move(*value);
    return true;
  }
  if (choice) choice->none = std::get<LabelValue>(value->node).index;
  Span span = symbol.value->span;
  Expr operand = std::move(*symbol.value);
  symbol.value = Expr{OrElse{std::move(operand), std::move(*value)}, symbol.type, span};
  return true;
}

std::optional<SymbolId> Resolver::built_in(const Extern& callee, Span span) {
  if (auto known = pool_.by_text.find(callee.name); known != pool_.by_text.end()) return known->second;
  if (callee.kind == "input" && callee.has_parameters && !callee.parameters.empty()) {
    report(Kind::BadArgument, span, "`" + callee.name + "` needs to be told which").help("write `" + callee.name + "(\"…\")`");
    return std::nullopt;
  }
  std::string naming = std::exchange(naming_, callee.name);
  std::optional<Symbol> symbol = host_read(callee, nullptr, span, {&unit_, Reads::Signals});
  naming_ = std::move(naming);
  if (!symbol) return std::nullopt;
  symbol->span = {};
  SymbolId id = add_symbol(std::move(*symbol), nullptr);
  pool_.by_text.emplace(callee.name, id);
  return id;
}

std::optional<Symbol> Resolver::input_origin(const ast::InputDecl& from, Span span, const Type& type, const Env& env) {
  std::string name = from.path.text();
  const Extern* declared = catalog_.find("input", name);
  const ast::Call* origin = from.origin ? std::get_if<ast::Call>(&bare(*from.origin).node) : nullptr;
  const ast::Name* word = from.origin && !origin ? bare_word(*from.origin) : nullptr;
  if (origin || (word && word->text != "gateway")) {
    const Extern* callee = origin ? find_extern("input", origin->callee, env) : nullptr;
    if (!callee) {
      report(Kind::BadInput, from.origin->span, "an input comes from a header, from metadata or from the gateway")
          .help("write `from header(\"x-name\")`, `from metadata(\"key\")` or `from gateway`");
      return std::nullopt;
    }
    return host_read(*callee, &origin->arguments, from.origin->span, env);
  }
  if (word) {  // `from gateway`: the host gives it by name
    Symbol symbol{.name = name, .type = type, .kind = "gateway", .arguments = {{"name", Constant{name}}}};
    return symbol;
  }
  if (!declared) {
    report(Kind::BadInput, span, "`" + name + "` is no input of the standard library, so its origin must be said")
        .help("write `from header(\"x-name\") verified` after its type");
    return std::nullopt;
  }
  if (declared->has_parameters && !declared->parameters.empty()) {
    report(Kind::BadInput, span, "`" + name + "` needs an argument, so it cannot be narrowed")
        .help("give it a name of your own: `input x: … from " + name + "(\"…\")`");
    return std::nullopt;
  }
  std::optional<Symbol> symbol = host_read(*declared, nullptr, span, env);
  if (!symbol) return std::nullopt;
  bool same = symbol->type.kind == type.kind;
  bool narrows_text = symbol->type.kind == TypeKind::Text && type.kind == TypeKind::Label;
  bool narrows_label = symbol->type.kind == TypeKind::Label && same;
  bool within = true;
  for (const std::string& member : type.members) within = within && (!narrows_label || member_index(symbol->type, member));
  if ((!same && !narrows_text) || !within) {
    report(Kind::BadInput, span, "`" + name + "` is " + a_type(symbol->type) + " and cannot become " + a_type(type))
        .help(within ? "a text narrows to labels `{a, b}`; other types stay" : "narrowed labels are some of the declared ones");
    return std::nullopt;
  }
  return symbol;
}

std::optional<SymbolId> Resolver::resolve_input(const Declared& declared, const ast::InputDecl& from) {
  Env env{declared.unit, Reads::Signals};
  std::optional<Type> wanted = type(from.type);
  if (!wanted) return std::nullopt;
  std::optional<Symbol> symbol = input_origin(from, from.path.span, *wanted, env);
  if (!symbol) return std::nullopt;
  // A value outside the declared type is unknown.
  symbol->fallible = symbol->fallible || symbol->type != *wanted;
  symbol->name = from.path.text();
  symbol->type = std::move(*wanted);
  symbol->span = from.path.span;
  symbol->is_private = declared.is_private;
  symbol->is_signal = false;
  symbol->verified = from.verified;
  symbol->claim = (symbol->claim || from.claim) && !from.verified;
  if (from.or_else && !settle(*symbol, *from.or_else, env)) return std::nullopt;
  return add_symbol(std::move(*symbol), declared.unit);
}

}  // namespace sbx::sema
