// SPDX-License-Identifier: Apache-2.0
// Calls: the forms of the language, and what the host reads, whose parameters stdlib/ declares.
#include <algorithm>
#include <utility>

#include "compiler/sema/constant.h"
#include "compiler/sema/resolver.h"
#include "runtime/diag/render.h"

namespace sbx::sema {
namespace {

const Constant* argument_of(const ConstantRecord& arguments, std::string_view name) {
  for (const auto& [key, value] : arguments) {
    if (key == name) return &value;
  }
  return nullptr;
}

/// `header("x")`, `keywords(any: ["a"])`: only what is not the default.
std::string call_text(const Extern& callee, const ConstantRecord& arguments) {
  std::string text = callee.name + "(";
  bool first = true;
  for (const ExternParameter& parameter : callee.parameters) {
    const Constant* value = argument_of(arguments, parameter.name);
    if (!value || (parameter.initial && *parameter.initial == *value)) continue;
    if (!first) text += ", ";
    if (callee.kind != "input") text += parameter.name + ": ";
    text += to_string(*value);
    first = false;
  }
  return text + ")";
}

void fold_case(ConstantRecord& arguments) {
  for (auto& [key, value] : arguments) {
    auto* text = std::get_if<std::string>(&value.value);
    for (size_t i = 0; text && i < text->size(); ++i) (*text)[i] = ascii_lower((*text)[i]);
  }
}

bool is_given(const Constant* value) {
  if (!value) return false;
  if (const auto* text = std::get_if<std::string>(&value->value)) return !text->empty();
  if (const auto* list = std::get_if<ConstantList>(&value->value)) return !list->empty();
  if (const auto* record = std::get_if<ConstantRecord>(&value->value)) return !record->empty();
  return !std::holds_alternative<std::monostate>(value->value);
}

}  // namespace

const Extern* Resolver::find_extern(std::string_view kind, const ast::Path& path, const Env& env) {
  if (const Extern* found = catalog_.find(kind, path.text())) return found;
  if (path.parts.size() < 2) return nullptr;
  for (const Unit* from : {env.unit, env.unit->parent}) {
    if (!from) continue;
    for (const Import& import : from->imports) {
      if (import.alias != path.parts.front().text) continue;
      std::string module = import.module.substr(import.module.rfind('.') + 1);
      std::string rest = path.text().substr(path.parts.front().text.size());
      if (const Extern* found = catalog_.find(kind, module + rest)) return found;
    }
  }
  return nullptr;
}

const Extern* Resolver::readable(const ast::Path& path, const Env& env) {
  const Extern* callee = find_extern("input", path, env);
  if (!callee && path.parts.size() > 1) callee = find_extern("signal", path, env);
  return callee;
}

MaybeExpr Resolver::call(const ast::Call& from, Span span, const Env& env, const Type* want) {
  std::string name = from.callee.text();
  if (name == "bands") return bands(from, span, env);
  if (name == "lerp") return lerp(from, span, env, want);
  if (name == "max" || name == "min") return extreme(from, span, env, name == "max");
  const Extern* callee = find_extern("signal", from.callee, env);
  if (!callee) callee = find_extern("input", from.callee, env);
  if (!callee) {
    if (find(*env.unit, Space::Value, name).declared) {
      report(Kind::BadArgument, span, "`" + name + "` takes no arguments")
          .help("write `" + name + "`")
          .fix("drop the arguments", {{span, name}});
      return std::nullopt;
    }
    std::vector<std::string> names = catalog_.names("signal");
    for (const Extern& one : catalog_.externs()) {
      if (one.kind == "input" && one.has_parameters) names.push_back(one.name);
    }
    for (const char* form : {"bands", "lerp", "max", "min"}) names.emplace_back(form);
    unknown("signal", name, from.callee_span, names);
    return std::nullopt;
  }
  if (env.reads == Reads::Constants) {
    report(Kind::NotConstant, span, "this must be a constant, and `" + name + "` is read from the request");
    return std::nullopt;
  }
  std::string naming = std::exchange(naming_, "");  // the call has no name of its own
  std::optional<Symbol> symbol = host_read(*callee, &from.arguments, span, env);
  naming_ = std::move(naming);
  if (!symbol) return std::nullopt;
  symbol->name = call_text(*callee, symbol->arguments);
  if (auto known = pool_.by_text.find(symbol->name); known != pool_.by_text.end()) return symbol_ref(known->second, span);
  std::string key = symbol->name;
  SymbolId id = add_symbol(std::move(*symbol), nullptr);
  pool_.by_text.emplace(std::move(key), id);
  return symbol_ref(id, span);
}

bool Resolver::available(const Extern& callee, Span span) {
  if (callee.word("available") != "later") return true;
  report(Kind::NotAvailable, span, "`" + callee.name + "` is not available yet")
      .help("it parses and is checked; this version cannot run it");
  return false;
}

std::optional<Symbol> Resolver::host_read(const Extern& callee, const std::vector<ast::Field>* given, Span span, const Env& env) {
  static const std::vector<ast::Field> kNothing;
  std::optional<ConstantRecord> values = arguments(callee, given ? *given : kNothing, span, env);
  if (!values) return std::nullopt;
  if (callee.flag("any_case")) fold_case(*values);
  if (!available(callee, span)) return std::nullopt;
  std::optional<Type> type = reading_type(callee, *values, span);
  if (!type) return std::nullopt;
  bool is_signal = callee.kind == "signal";
  Symbol symbol{.name = callee.name, .type = std::move(*type), .kind = callee.name, .arguments = std::move(*values), .cost = callee.cost()};
  if (callee.attribute("least") || callee.attribute("most")) symbol.range = callee.range(symbol.type);
  symbol.claim = callee.word("origin") == "claim";
  symbol.span = span;
  symbol.fallible = is_signal ? callee.flag("fallible") : callee.flag("absent");
  symbol.is_signal = is_signal;
  return symbol;
}

std::optional<ConstantRecord> Resolver::arguments(const Extern& callee, const std::vector<ast::Field>& given, Span span, const Env& env) {
  std::vector<std::optional<Constant>> values(callee.parameters.size());
  std::vector<Span> places(callee.parameters.size());
  std::vector<std::string> names;
  for (const ExternParameter& parameter : callee.parameters) names.push_back(parameter.name);
  bool good = true;
  size_t position = 0;
  for (const ast::Field& field : given) {
    if (!field.value) {
      good = false;
      continue;
    }
    size_t index = names.size();
    if (!field.key) {
      index = position++;
      if (index >= names.size()) {
        report(Kind::BadArgument, field.span,
               names.empty()
                   ? "`" + callee.name + "` takes no arguments"
                   : "`" + callee.name + "` takes at most " + std::to_string(names.size()) + " argument" + (names.size() == 1 ? "" : "s"))
            .help(names.empty() ? "write `" + callee.name + "()`" : "its parameters are " + listed(names));
        good = false;
        continue;
      }
    } else {
      index = static_cast<size_t>(std::ranges::find(names, field.name()) - names.begin());
      if (index == names.size()) {
        auto finding = report(Kind::BadArgument, (*field.key)->span,
                              "`" + callee.name + "` has no parameter `" + std::string(world_.sources().text((*field.key)->span)) + "`");
        if (std::string near = did_you_mean(field.name(), names); !near.empty()) {
          finding.help("did you mean `" + near + "`?").fix("write `" + near + "`", {{(*field.key)->span, near}});
        } else if (!names.empty()) {
          finding.help("its parameters are " + listed(names));
        }
        good = false;
        continue;
      }
    }
    if (places[index].valid()) {
      report(Kind::BadArgument, field.span, "`" + names[index] + "` is given twice").label(places[index], "first given here");
      good = false;
      continue;
    }
    places[index] = field.span;
    values[index] = argument(callee.parameters[index].type, names[index], **field.value, env);
    good = good && values[index];
  }
  if (!good) return std::nullopt;
  ConstantRecord record;
  for (size_t i = 0; i < names.size(); ++i) {
    if (!values[i]) values[i] = callee.parameters[i].initial;
    if (!values[i]) {
      report(Kind::BadArgument, span, "`" + callee.name + "` needs `" + names[i] + "`")
          .help("write `" + callee.name + "(" + names[i] + ": …)`");
      return std::nullopt;
    }
    record.emplace_back(names[i], std::move(*values[i]));
  }
  return record;
}

std::optional<Type> Resolver::reading_type(const Extern& callee, const ConstantRecord& arguments, Span span) {
  const std::vector<std::string> labels = callee.words("labels");
  std::string unless = callee.word("unless");
  bool declared_holds = labels.empty() || (!unless.empty() && is_given(argument_of(arguments, unless)));
  if (declared_holds) {
    if (!callee.type) return Type{.kind = TypeKind::Bool};
    return type(*callee.type);
  }
  Type result{.kind = TypeKind::Label};
  const Constant* source = nullptr;
  for (const std::string& parameter : labels) {
    const Constant* one = argument_of(arguments, parameter);
    if (!is_given(one)) continue;
    source = one;
    break;
  }
  if (const auto* record = source ? std::get_if<ConstantRecord>(&source->value) : nullptr) {
    for (const auto& [key, value] : *record) result.members.push_back(key);
  } else if (const auto* list = source ? std::get_if<ConstantList>(&source->value) : nullptr; list && !list->empty()) {
    for (const Constant& item : *list) {
      if (const auto* text = std::get_if<std::string>(&item.value)) result.members.push_back(*text);
    }
  } else {
    auto used = uses_.find(naming_.empty() ? std::string(world_.sources().text(span)) : naming_);
    if (used != uses_.end()) result.members = used->second;
  }
  for (size_t i = 0; i < result.members.size(); ++i) {
    if (std::ranges::count(result.members, result.members[i]) > 1) {
      report(Kind::DuplicateName, span, "the label `" + result.members[i] + "` is listed twice");
      return std::nullopt;
    }
  }
  if (callee.flag("none") && !member_index(result, "none")) result.members.push_back("none");
  if (result.members.empty()) result.members.push_back("none");
  return result;
}

}  // namespace sbx::sema
