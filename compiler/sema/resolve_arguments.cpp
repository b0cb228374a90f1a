// SPDX-License-Identifier: Apache-2.0
// Arguments of what the host reads: constants, checked against the parameter's type in stdlib/.
#include "compiler/sema/constant.h"
#include "compiler/sema/resolver.h"

namespace sbx::sema {
namespace {

const std::string* parameter_word(const ast::TypeExpr& type) {
  const auto* named = std::get_if<ast::TypeExpr::Named>(&type.node);
  return named ? &named->name.text : nullptr;
}

}  // namespace

std::optional<Constant> Resolver::argument(const ast::TypeExpr& type, const std::string& name, const ast::Expr& given, const Env& env) {
  if (find_elided(given)) return std::nullopt;
  if (const auto* list = std::get_if<ast::TypeExpr::ListOf>(&type.node)) return list_argument(*list->element, name, given, env);
  const std::string* word = parameter_word(type);
  if (word && *word == "record") return record_argument(name, given, env);
  if (word && *word == "files") return files_argument(name, given, env);
  if (word && (*word == "any" || *word == "name")) return any_argument(name, given, env);
  if (word && *word == "text") return text_argument(name, given, env);
  std::optional<Type> want = this->type(type);
  if (!want) return std::nullopt;
  MaybeExpr value = constant(given, env, *want);
  if (!value) return std::nullopt;
  if (const auto* number = std::get_if<NumberValue>(&value->node)) {
    if (want->kind == TypeKind::Int || want->kind == TypeKind::Tokens) {
      if (number->value.scale != 0 || number->value.digits < 0) {
        report(Kind::OutOfRange, given.span, "`" + name + "` is a whole number, 0 or more");
        return std::nullopt;
      }
    }
    Range range = full_range(*want);
    std::optional<int64_t> raw = scaled(number->value, decimal_places(want->kind), Rounding::HalfAwayFromZero);
    if (!raw || *raw < range.low || *raw > range.high) {
      report(Kind::OutOfRange, given.span, "`" + written(*want, number->value) + "` lies outside the range of " + a_type(*want));
      return std::nullopt;
    }
    return Constant{number->value};
  }
  if (const auto* boolean = std::get_if<BoolValue>(&value->node)) return Constant{boolean->value};
  if (const auto* label = std::get_if<LabelValue>(&value->node)) return Constant{value->type.members[label->index]};
  return plain_constant(given);
}

bool Resolver::find_elided(const ast::Expr& given) {
  const ast::Expr& inner = bare(given);
  bool found = false;
  if (std::holds_alternative<ast::Ellipsis>(inner.node)) {
    report(Kind::ElidedItems, inner.span, "`...` leaves out what the compiler needs").help("write the items that `...` stands for");
    return true;
  }
  if (const auto* list = std::get_if<ast::List>(&inner.node)) {
    for (const ast::Expr& item : list->items) found = find_elided(item) || found;
  }
  if (const auto* record = std::get_if<ast::Record>(&inner.node)) {
    for (const ast::Field& field : record->fields) found = (field.value && find_elided(**field.value)) || found;
  }
  return found || std::holds_alternative<ast::Invalid>(inner.node);
}

// A text is a string; a bare word may name a text of the request (`of: text.all`) or a parameter of the module.
std::optional<Constant> Resolver::text_argument(const std::string& name, const ast::Expr& given, const Env& env) {
  const ast::Expr& inner = bare(given);
  if (const auto* text = std::get_if<ast::String>(&inner.node)) return Constant{text->value};
  if (const auto* ref = std::get_if<ast::Reference>(&inner.node)) {
    const Extern* input = catalog_.find("input", ref->path.text());
    if (input && !input->has_parameters && input->type) {
      std::optional<Type> type = this->type(*input->type);
      if (type && type->kind == TypeKind::Text && ref->path.parts.front().text == "text") return Constant{ref->path.text()};
    }
    Found found = find(*env.unit, Space::Value, ref->path.text());
    if (found.declared && found.declared->parameter >= 0) {
      MaybeExpr value = constant(given, env, {TypeKind::Text});
      if (!value) return std::nullopt;
      return Constant{std::get<TextValue>(value->node).text};
    }
    report(Kind::BadArgument, given.span, "`" + name + "` is a text, and `" + ref->path.text() + "` is a name")
        .help("write `\"" + ref->path.text() + "\"`");
    return std::nullopt;
  }
  MaybeExpr value = expr(given, {env.unit, Reads::Constants});
  if (value) mismatch(given.span, "a text for `" + name + "`", value->type);
  return std::nullopt;
}

std::optional<Constant> Resolver::list_argument(const ast::TypeExpr& element, const std::string& name, const ast::Expr& given,
                                                const Env& env) {
  const auto* list = std::get_if<ast::List>(&bare(given).node);
  if (!list) {
    report(Kind::BadArgument, given.span, "`" + name + "` is a list")
        .help("write `[" + std::string(world_.sources().text(given.span)) + "]`");
    return std::nullopt;
  }
  ConstantList result;
  bool good = true;
  for (const ast::Expr& item : list->items) {
    const ast::Name* word = bare_word(item);
    std::optional<Constant> one = word && name == "labels" ? Constant{word->text} : argument(element, name, item, env);
    good = good && one;
    if (one) result.push_back(std::move(*one));
  }
  keywords_ += result.size();
  if (!good) return std::nullopt;
  return Constant{std::move(result)};
}

// `{ math: ["…"], code: ["…"] }`: each key has a list of texts.
std::optional<Constant> Resolver::record_argument(const std::string& name, const ast::Expr& given, const Env& env) {
  static const ast::TypeExpr kText{ast::TypeExpr::Named{{"text", {}}, {}}, {}};
  return record_of("[\"…\"]", name, given,
                   [&](const std::string& key, const ast::Expr& value) { return list_argument(kText, key, value, env); });
}

// `{ math: "math.npy", code: "code.npy" }`: each key has a text.
std::optional<Constant> Resolver::files_argument(const std::string& name, const ast::Expr& given, const Env& env) {
  return record_of("\"file.npy\"", name, given,
                   [&](const std::string& key, const ast::Expr& value) { return text_argument(key, value, env); });
}

std::optional<Constant> Resolver::record_of(const std::string& example, const std::string& name, const ast::Expr& given,
                                            const MemberArgument& member) {
  const auto* record = std::get_if<ast::Record>(&bare(given).node);
  if (!record) {
    report(Kind::BadArgument, given.span, "`" + name + "` is a record").help("write `{ a: " + example + ", b: " + example + " }`");
    return std::nullopt;
  }
  ConstantRecord result;
  bool good = true;
  for (const ast::Field& field : record->fields) {
    std::string key(field.name());
    if (key.empty() || !field.value) {
      report(Kind::BadArgument, field.span, "a member is `label: " + example + "`");
      good = false;
      continue;
    }
    std::optional<Constant> one = member(key, **field.value);
    good = good && one;
    if (one) result.emplace_back(std::move(key), std::move(*one));
  }
  if (!good) return std::nullopt;
  return Constant{std::move(result)};
}

std::optional<Constant> Resolver::any_argument(const std::string& name, const ast::Expr& given, const Env&) {
  std::optional<Constant> value = plain_constant(given);
  if (!value) report(Kind::NotConstant, given.span, "`" + name + "` must be a constant");
  return value;
}

}  // namespace sbx::sema
