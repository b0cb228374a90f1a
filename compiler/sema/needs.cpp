// SPDX-License-Identifier: Apache-2.0
#include "compiler/sema/needs.h"

#include <unordered_set>

namespace sbx::sema {
namespace {

/// The signals that `from` names, wherever in it.
class Names {
 public:
  Names(const Unit& unit, std::vector<const Declared*>& found) : unit_(unit), found_(found) {}

  void of(const ast::Expr& from) {
    auto each = [&](const std::vector<ast::Expr>& list) {
      for (const ast::Expr& one : list) of(one);
    };
    auto fields = [&](const std::vector<ast::Field>& list) {
      for (const ast::Field& one : list) {
        if (one.value) of(**one.value);
      }
    };
    auto both = [&](const ast::Expr& left, const ast::Expr& right) {
      of(left);
      of(right);
    };
    std::visit(overloaded{
                   [&](const ast::Reference& e) { name(e.path); },
                   [&](const ast::List& e) { each(e.items); },
                   [&](const ast::Record& e) { fields(e.fields); },
                   [&](const ast::Call& e) { fields(e.arguments); },
                   [&](const ast::Not& e) { of(*e.operand); },
                   [&](const ast::Negate& e) { of(*e.operand); },
                   [&](const ast::And& e) { each(e.operands); },
                   [&](const ast::Or& e) { each(e.operands); },
                   [&](const ast::Compare& e) { both(*e.left, *e.right); },
                   [&](const ast::Is& e) { both(*e.operand, *e.label); },
                   [&](const ast::In& e) { both(*e.operand, *e.list); },
                   [&](const ast::Has& e) { both(*e.set, *e.member); },
                   [&](const ast::Known& e) { of(*e.operand); },
                   [&](const ast::Arithmetic& e) { both(*e.left, *e.right); },
                   [&](const ast::Above& e) { of(*e.operand); },
                   [&](const ast::OrElse& e) { of(*e.operand); },
                   [&](const ast::Conditional& e) {
                     both(*e.then, *e.condition);
                     of(*e.otherwise);
                   },
                   [&](const ast::ArgMax& e) { fields(e.members); },
                   [&](const ast::Parenthesized& e) { of(*e.inner); },
                   [](const auto&) {},
               },
               from.node);
  }

 private:
  void name(const ast::Path& path) {
    const Declared* declared = find(unit_, Space::Value, path.parts.front().text).declared;
    if (declared && declared->parameter < 0 && std::holds_alternative<ast::SignalDecl>(declared->decl->node)) found_.push_back(declared);
  }

  const Unit& unit_;
  std::vector<const Declared*>& found_;
};

std::vector<const Declared*> needs_of(const Declared& declared) {
  std::vector<const Declared*> found;
  const auto* signal = std::get_if<ast::SignalDecl>(&declared.decl->node);
  if (signal) Names(*declared.unit, found).of(signal->value);
  return found;
}

}  // namespace

std::vector<const Declared*> in_order_of_need(const std::vector<const Declared*>& declared) {
  struct Open {
    const Declared* one;
    std::vector<const Declared*> needs;
    size_t next = 0;
  };
  std::vector<const Declared*> order;
  std::unordered_set<const Declared*> seen, on_path;
  for (const Declared* start : declared) {
    if (!seen.insert(start).second) continue;
    std::vector<Open> path;
    path.push_back({start, needs_of(*start)});
    on_path.insert(start);
    while (!path.empty()) {
      Open& top = path.back();
      if (top.next == top.needs.size()) {
        order.push_back(top.one);
        on_path.erase(top.one);
        path.pop_back();
        continue;
      }
      const Declared* need = top.needs[top.next++];
      if (seen.insert(need).second) {
        on_path.insert(need);
        path.push_back({need, needs_of(*need)});
      } else if (on_path.contains(need)) {
        order.push_back(need);  // a circle: it is reported where it is entered
      }
    }
  }
  return order;
}

}  // namespace sbx::sema
