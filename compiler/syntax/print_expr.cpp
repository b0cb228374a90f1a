// SPDX-License-Identifier: Apache-2.0
// Expressions, types and attempts, each on one line.
#include "compiler/syntax/print_expr.h"

namespace sbx::syntax {
namespace {

std::string_view spelled(ast::CompareOp op) {
  switch (op) {
    case ast::CompareOp::Equal:
      return "==";
    case ast::CompareOp::NotEqual:
      return "!=";
    case ast::CompareOp::Less:
      return "<";
    case ast::CompareOp::LessEqual:
      return "<=";
    case ast::CompareOp::Greater:
      return ">";
    case ast::CompareOp::GreaterEqual:
      return ">=";
  }
  return "";
}
std::string_view spelled(ast::ArithmeticOp op) {
  switch (op) {
    case ast::ArithmeticOp::Add:
      return "+";
    case ast::ArithmeticOp::Subtract:
      return "-";
    case ast::ArithmeticOp::Multiply:
      return "*";
    case ast::ArithmeticOp::Divide:
      return "/";
  }
  return "";
}
std::string spelled(const ast::Number& number) {
  std::string digits = to_string(number.value);
  switch (number.unit) {
    case ast::Unit::None:
      return digits;
    case ast::Unit::Percent:
      return digits + "(fraction)";
    case ast::Unit::Money:
      return "$" + digits;
    case ast::Unit::MoneyPerMillion:
      return "$" + digits + "/M";
    case ast::Unit::Nanoseconds:
      return digits + "ns";
    case ast::Unit::Bytes:
      return digits + "B";
  }
  return digits;
}

struct ExprPrinter {
  PrintOptions options;

  std::string one(const ast::Expr& expr) const { return print(expr, options); }
  std::string all(const std::vector<ast::Expr>& exprs) const {
    std::string line;
    for (const ast::Expr& expr : exprs) line += " " + one(expr);
    return line;
  }
  std::string operation(std::string_view name, const std::vector<ast::Expr>& operands) const {
    return "(" + std::string(name) + all(operands) + ")";
  }
  template <class... Operands>
  std::string node(std::string_view name, const Operands&... operands) const {
    return "(" + std::string(name) + ((" " + one(*operands)) + ...) + ")";
  }

  std::string operator()(const ast::Invalid&) const { return "<invalid>"; }
  std::string operator()(const ast::Number& e) const { return spelled(e); }
  std::string operator()(const ast::String& e) const { return quoted(e.value); }
  std::string operator()(const ast::Bool& e) const { return e.value ? "true" : "false"; }
  std::string operator()(const ast::Reference& e) const { return e.path.text(); }
  std::string operator()(const ast::Wildcard&) const { return "*"; }
  std::string operator()(const ast::List& e) const {
    std::string line = all(e.items);
    return "[" + (line.empty() ? line : line.substr(1)) + "]";
  }
  std::string operator()(const ast::Record& e) const { return "{" + line_of(e.fields, options) + "}"; }
  std::string operator()(const ast::Call& e) const { return e.callee.text() + "(" + line_of(e.arguments, options) + ")"; }
  std::string operator()(const ast::Not& e) const { return node("not", e.operand); }
  std::string operator()(const ast::Negate& e) const { return node("negate", e.operand); }
  std::string operator()(const ast::And& e) const { return operation("and", e.operands); }
  std::string operator()(const ast::Or& e) const { return operation("or", e.operands); }
  std::string operator()(const ast::Compare& e) const { return node(spelled(e.op), e.left, e.right); }
  std::string operator()(const ast::Is& e) const { return node("is", e.operand, e.label); }
  std::string operator()(const ast::In& e) const { return node("in", e.operand, e.list); }
  std::string operator()(const ast::Has& e) const { return node("has", e.set, e.member); }
  std::string operator()(const ast::Known& e) const { return node("known", e.operand); }
  std::string operator()(const ast::Arithmetic& e) const { return node(spelled(e.op), e.left, e.right); }
  std::string operator()(const ast::Above& e) const { return node("above", e.operand, e.threshold); }
  std::string operator()(const ast::OrElse& e) const { return node("or-else", e.operand, e.fallback); }
  std::string operator()(const ast::Conditional& e) const { return node("if", e.condition, e.then, e.otherwise); }
  std::string operator()(const ast::Below& e) const { return node("bound" + std::string(spelled(e.op)), e.bound); }
  std::string operator()(const ast::ArgMax& e) const {
    std::string line = "(argmax {" + line_of(e.members, options) + "}";
    if (e.margin) line += " margin " + one(**e.margin);
    if (!e.ties.empty()) line += " ties";
    for (const ast::Name& tied : e.ties) line += " " + tied.text;
    return line + ")";
  }
  std::string operator()(const ast::Parenthesized& e) const { return options.parentheses ? node("paren", e.inner) : one(*e.inner); }
  std::string operator()(const ast::Ellipsis&) const { return "..."; }
};

std::string asks(const std::vector<ast::Ask>& among, PrintOptions options) {
  std::string line;
  for (const ast::Ask& ask : among) {
    if (!line.empty()) line += ' ';
    line += ask.target.text();
    if (!ask.settings.empty()) line += "(" + line_of(ask.settings, options) + ")";
  }
  return "[" + line + "]";
}

struct AttemptPrinter {
  PrintOptions options;

  std::string operator()(const ast::Ask& ask) const {
    return ask.settings.empty() ? ask.target.text() : ask.target.text() + "(" + line_of(ask.settings, options) + ")";
  }
  std::string operator()(const ast::Choose& choose) const {
    std::string line = "choose";
    if (choose.up_to) line += " up to " + print(*choose.up_to, options);
    line += " " + asks(choose.among, options) + " by";
    for (const ast::Expr& selector : choose.by) line += " " + print(selector, options);
    return choose.or_none ? line + " or none" : line;
  }
  std::string operator()(const ast::Split& split) const {
    std::string line = "split";
    for (const ast::Expr& weight : split.weights) line += " " + print(weight, options);
    return line + " on " + split.key.text() + " " + asks(split.among, options);
  }
  std::string operator()(const ast::Deny& deny) const {
    return "deny " + print(deny.status, options) + (deny.message ? " " + print(*deny.message, options) : "");
  }
  std::string operator()(const ast::Respond& respond) const { return "respond " + print(respond.message, options); }
  std::string operator()(const ast::Escalate& escalate) const {
    std::string line = "escalate";
    if (escalate.target) line += " " + escalate.target->text;
    if (escalate.message) line += " " + print(*escalate.message, options);
    return line;
  }
};

}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        out += c;
    }
  }
  return out + "\"";
}

std::string place_of(Span span, PrintOptions options) {
  return options.spans ? "@" + std::to_string(span.begin) + "-" + std::to_string(span.end) : "";
}

std::string print(const ast::Expr& expr, PrintOptions options) {
  return std::visit(ExprPrinter{options}, expr.node) + place_of(expr.span, options);
}

std::string line_of(const ast::Field& field, PrintOptions options) {
  std::string line = field.key ? print(**field.key, options) + ":" : "";
  if (field.key && field.value) line += " ";
  return field.value ? line + print(**field.value, options) : line;
}

std::string line_of(const std::vector<ast::Field>& fields, PrintOptions options) {
  std::string line;
  for (const ast::Field& field : fields) {
    if (!line.empty()) line += ", ";
    line += line_of(field, options);
  }
  return line;
}

std::string line_of(const std::vector<ast::Path>& paths) {
  std::string line;
  for (const ast::Path& path : paths) {
    if (!line.empty()) line += ' ';
    line += path.text();
  }
  return line;
}

std::string line_of(const ast::TypeExpr& type, PrintOptions options) {
  return std::visit(overloaded{
                        [&](const ast::TypeExpr::Named& named) {
                          std::string line = named.name.text;
                          if (named.arguments.empty()) return line;
                          line += "(";
                          for (const ast::Expr& argument : named.arguments)
                            line += (line.back() == '(' ? "" : ", ") + print(argument, options);
                          return line + ")";
                        },
                        [&](const ast::TypeExpr::Labels& labels) {
                          std::string line;
                          for (const ast::Name& member : labels.members) line += (line.empty() ? "" : ", ") + member.text;
                          return "{" + line + "}";
                        },
                        [&](const ast::TypeExpr::SetOf& set) { return "set of " + line_of(*set.element, options); },
                        [&](const ast::TypeExpr::ListOf& list) { return "[" + line_of(*list.element, options) + "]"; },
                    },
                    type.node);
}

std::string line_of(const ast::Attempt& attempt, PrintOptions options) {
  std::string line = std::visit(AttemptPrinter{options}, attempt.target);
  if (attempt.on_span.valid()) line += " on";
  for (const ast::Expr& error : attempt.on) line += " " + print(error, options);
  return line + place_of(attempt.span, options);
}

}  // namespace sbx::syntax
