// SPDX-License-Identifier: Apache-2.0
// `choose [a, b] by elo(per: topic)`: who may be chosen, how many, and what the selectors read.
#include <algorithm>

#include "compiler/sema/constant.h"
#include "compiler/sema/resolver.h"

namespace sbx::sema {
namespace {

constexpr uint32_t kMostChosen = 100;

/// The parameters of selectors that name signals.
bool names_signals(std::string_view parameter) { return parameter == "per" || parameter == "need" || parameter == "features"; }

Constant* argument_of(ConstantRecord& arguments, std::string_view name) {
  const auto found = std::ranges::find(arguments, name, &NamedConstant::first);
  return found == arguments.end() ? nullptr : &found->second;
}

}  // namespace

// A signal that a selector goes by is read before the choice, by its own name.
std::optional<Constant> Resolver::selector_signal(const ast::Expr& from, const Env& env) {
  const auto* ref = std::get_if<ast::Reference>(&bare(from).node);
  if (!ref) {
    report(Kind::BadArgument, from.span, "a selector goes by signals, each by its name").help("write `per: topic`, or `per: [topic, tier]`");
    return std::nullopt;
  }
  MaybeExpr read = reference(ref->path, from.span, {env.unit, Reads::Signals}, nullptr);
  if (!read) return std::nullopt;
  const auto* signal = std::get_if<SignalRef>(&read->node);
  if (signal && !policy_.symbols[signal->symbol].value) return Constant{policy_.symbols[signal->symbol].name};
  report(Kind::BadArgument, from.span, "a selector goes by what is read, and `" + ref->path.text() + "` is computed from others");
  return std::nullopt;
}

bool Resolver::selector_signals(const std::vector<ast::Field>& given, const Extern& callee, ConstantRecord& arguments, const Env& env) {
  bool good = true;
  size_t position = 0;
  for (const ast::Field& field : given) {
    const std::string name = field.key ? std::string(field.name()) : position < callee.parameters.size() ? callee.parameters[position].name : "";
    position += field.key ? 0 : 1;
    Constant* value = names_signals(name) ? argument_of(arguments, name) : nullptr;
    if (!value || !field.value || *value == Constant{std::string("none")}) continue;
    const auto* list = std::get_if<ast::List>(&bare(**field.value).node);
    std::optional<Constant> made;
    if (list) {
      ConstantList members;
      for (const ast::Expr& item : list->items) {
        std::optional<Constant> one = selector_signal(item, env);
        good = good && one;
        if (one) members.push_back(std::move(*one));
      }
      made = Constant{std::move(members)};
    } else {
      made = selector_signal(**field.value, env);
    }
    good = good && made;
    if (made) *value = std::move(*made);
  }
  return good;
}

// A state by its name selects as its kind does.
Selector Resolver::selector_of(const sema::State& state) const {
  Selector selector{state.kind, state.parameters, {}};
  ConstantList per;
  for (const SymbolId signal : state.per) per.push_back({policy_.symbols[signal].name});
  std::erase_if(selector.arguments, [](const NamedConstant& one) { return one.first == "per"; });
  selector.arguments.push_back({"per", Constant{std::move(per)}});
  selector.arguments.push_back({"of", Constant{state.name}});
  return selector;
}

std::optional<Selector> Resolver::selector(const ast::Expr& from, const Env& env) {
  static const std::vector<ast::Field> kNothing;
  const ast::Expr& inner = bare(from);
  const auto* ref = std::get_if<ast::Reference>(&inner.node);
  const auto* call = std::get_if<ast::Call>(&inner.node);
  if (!ref && !call) return std::nullopt;
  const ast::Path& path = ref ? ref->path : call->callee;
  const auto declared = std::ranges::find(policy_.states, path.text(), &sema::State::name);
  if (ref && declared != policy_.states.end()) return selector_of(*declared);
  const Extern* callee = find_extern("selector", path, env);
  if (!callee) {
    unknown("selector", path.text(), path.span, catalog_.names("selector"));
    return std::nullopt;
  }
  const std::vector<ast::Field>& given = call ? call->arguments : kNothing;
  std::optional<ConstantRecord> arguments = this->arguments(*callee, given, inner.span, env);
  if (!arguments || !available(*callee, path.span) || !selector_signals(given, *callee, *arguments, env)) return std::nullopt;
  return Selector{callee->name, std::move(*arguments), {}};
}

std::optional<Selection> Resolver::selection(const ast::Choose& from, Span span, const Env& env) {
  Selection result{.among = {}, .by = {}, .up_to = 1, .or_none = from.or_none};
  bool good = true;
  for (const ast::Ask& one : from.among) {
    std::optional<Ask> made = ask(one, span, env);
    good = good && made;
    if (made) result.among.push_back(std::move(*made));
  }
  if (from.among.empty()) {
    report(Kind::BadArgument, span, "`choose` has nobody to choose from").help("write `choose [a, b] by cheapest`");
    good = false;
  }
  if (from.up_to) {
    const auto* number = std::get_if<ast::Number>(&bare(*from.up_to).node);
    if (number && number->unit == ast::Unit::None && number->value.scale == 0 && number->value.digits >= 1 && number->value.digits <= kMostChosen) {
      result.up_to = static_cast<uint32_t>(number->value.digits);
    } else {
      report(Kind::OutOfRange, from.up_to->span, "a whole number from 1 to 100 of models are chosen");
      good = false;
    }
  }
  for (const ast::Expr& by : from.by) {
    std::optional<Selector> made = selector(by, env);
    good = good && made;
    if (made) result.by.push_back(std::move(*made));
  }
  if (!good) return std::nullopt;
  return result;
}

}  // namespace sbx::sema
