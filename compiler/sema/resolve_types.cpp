// SPDX-License-Identifier: Apache-2.0
// Types as written → types of readings.
#include <unordered_set>

#include "compiler/sema/resolver.h"
#include "runtime/diag/render.h"

namespace sbx::sema {
namespace {

const std::vector<std::pair<std::string, TypeKind>>& named_kinds() {
  static const std::vector<std::pair<std::string, TypeKind>> kinds{{"bool", TypeKind::Bool},
                                                                   {"probability", TypeKind::Probability},
                                                                   {"similarity", TypeKind::Similarity},
                                                                   {"contrast", TypeKind::Contrast},
                                                                   {"score", TypeKind::Score},
                                                                   {"int", TypeKind::Int},
                                                                   {"number", TypeKind::Number},
                                                                   {"tokens", TypeKind::Tokens},
                                                                   {"money", TypeKind::Money},
                                                                   {"duration", TypeKind::Duration},
                                                                   {"text", TypeKind::Text},
                                                                   {"set", TypeKind::Set}};
  return kinds;
}

}  // namespace

std::optional<Type> Resolver::type(const ast::TypeExpr& from) {
  return std::visit(overloaded{
                        [&](const ast::TypeExpr::Named& named) { return named_type(named, from.span); },
                        [&](const ast::TypeExpr::Labels& labels) { return label_type(labels); },
                        [&](const ast::TypeExpr::SetOf& set) -> std::optional<Type> {
                          std::optional<Type> element = type(*set.element);
                          if (!element) return std::nullopt;
                          if (element->kind != TypeKind::Label && element->kind != TypeKind::Text) {
                            mismatch(set.element->span, "labels or text", *element).help("write `set of {a, b}` or `set of text`");
                            return std::nullopt;
                          }
                          return Type{.kind = TypeKind::Set, .members = element->members};
                        },
                        [&](const ast::TypeExpr::ListOf& items) -> std::optional<Type> {
                          report(Kind::TypeMismatch, from.span, "a list is no type of a reading")
                              .help("several labels at once are a set: `set of {a, b}`");
                          static_cast<void>(items);
                          return std::nullopt;
                        },
                    },
                    from.node);
}

std::optional<Type> Resolver::named_type(const ast::TypeExpr::Named& named, Span span) {
  std::vector<std::string> known;
  for (const auto& [name, kind] : named_kinds()) {
    known.push_back(name);
    if (name != named.name.text) continue;
    Type result{.kind = kind};
    if (named.arguments.empty()) return result;
    const auto* space = std::get_if<ast::String>(&named.arguments.front().node);
    if (space && (kind == TypeKind::Similarity || kind == TypeKind::Score)) {
      result.space = space->value;
      return result;
    }
    report(Kind::TypeMismatch, span, "`" + name + "` takes no argument here");
    return std::nullopt;
  }
  unknown("type", named.name.text, named.name.span, known);
  return std::nullopt;
}

std::optional<Type> Resolver::label_type(const ast::TypeExpr::Labels& labels) {
  Type result{.kind = TypeKind::Label};
  std::unordered_map<std::string, Span> seen;
  for (const ast::Name& member : labels.members) {
    auto [entry, is_new] = seen.emplace(member.text, member.span);
    if (is_new) {
      result.members.push_back(member.text);
    } else {
      report(Kind::DuplicateName, member.span, "the label `" + member.text + "` is listed twice").label(entry->second, "first listed here");
    }
  }
  return result;
}

}  // namespace sbx::sema
