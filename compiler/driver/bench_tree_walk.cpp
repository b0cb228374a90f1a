// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/bench_tree_walk.h"

#include <map>

#include "compiler/driver/bench_policy.h"
#include "runtime/base/check.h"
#include "runtime/base/variant.h"

namespace sbx::driver {
namespace {

/// What a symbol of a made policy is: an attribute of the request, or -1, an expression over others (`or else`).
struct Source {
  int attribute = -1;
};

}  // namespace

struct TreeWalk::State {
  const sema::Policy& policy;
  std::vector<Source> sources;  // by SymbolId

  /// A Boolean, an integer, or the number of a text `v<number>`.
  [[nodiscard]] int64_t value(const sema::Expr& expr, const int32_t* request) const {
    return std::visit(overloaded{
                          [&](const sema::BoolValue& e) -> int64_t { return e.value; },
                          [&](const sema::NumberValue& e) -> int64_t { return scaled(e.value, 0, Rounding::Down).value_or(0); },
                          [&](const sema::TextValue& e) -> int64_t { return e.text.size() > 1 ? std::atoi(e.text.c_str() + 1) : -1; },
                          [&](const sema::SignalRef& e) -> int64_t { return symbol(e.symbol, request); },
                          [&](const sema::Not& e) -> int64_t { return !value(*e.operand, request); },
                          [&](const sema::And& e) -> int64_t { return all(e.operands, request); },
                          [&](const sema::Or& e) -> int64_t { return any(e.operands, request); },
                          [&](const sema::Compare& e) -> int64_t { return compare(e, request); },
                          [&](const sema::OneOf& e) -> int64_t { return one_of(e, request); },
                          [&](const sema::OrElse& e) -> int64_t { return value(*e.operand, request); },
                          [&](const auto&) -> int64_t {
                            SBX_CHECK(false, "a made policy has no other expressions");
                            return 0;
                          },
                      },
                      expr.node);
  }

  int64_t symbol(sema::SymbolId id, const int32_t* request) const {
    if (int attribute = sources[id.index].attribute; attribute >= 0) return request[attribute];
    return value(*policy.symbols[id].value, request);
  }
  bool all(const std::vector<sema::Expr>& operands, const int32_t* request) const {
    for (const sema::Expr& operand : operands) {
      if (!value(operand, request)) return false;
    }
    return true;
  }
  bool any(const std::vector<sema::Expr>& operands, const int32_t* request) const {
    for (const sema::Expr& operand : operands) {
      if (value(operand, request)) return true;
    }
    return false;
  }
  bool compare(const sema::Compare& e, const int32_t* request) const {
    int64_t left = value(*e.left, request), right = value(*e.right, request);
    switch (e.op) {
      case sema::CompareOp::Equal:
        return left == right;
      case sema::CompareOp::NotEqual:
        return left != right;
      case sema::CompareOp::Less:
        return left < right;
      case sema::CompareOp::LessEqual:
        return left <= right;
      case sema::CompareOp::Greater:
        return left > right;
      case sema::CompareOp::GreaterEqual:
        return left >= right;
    }
    return false;
  }
  bool one_of(const sema::OneOf& e, const int32_t* request) const {
    int64_t found = value(*e.operand, request);
    for (const sema::Expr& one : e.of) {
      if (value(one, request) == found) return true;
    }
    return false;
  }
};

TreeWalk::TreeWalk(const sema::Policy& policy) : state_(new State{policy, std::vector<Source>(policy.symbols.size())}) {
  std::map<std::string, int> attributes;
  for (int a = 0; a < BenchShape::Attributes; ++a) attributes[attribute_name(a)] = a;
  for (size_t i = 0; i < policy.symbols.size(); ++i) {
    auto at = attributes.find(policy.symbols[policy.symbols.id_at(i)].name);
    if (at != attributes.end()) state_->sources[i].attribute = at->second;
  }
}

TreeWalk::~TreeWalk() = default;

uint32_t TreeWalk::decide(const int32_t* request) const {
  for (size_t i = 0; i < state_->policy.routes.size(); ++i) {
    const sema::Route& route = state_->policy.routes[state_->policy.routes.id_at(i)];
    if (!route.guard || state_->value(*route.guard, request)) return static_cast<uint32_t>(i);
  }
  return UINT32_MAX;
}

}  // namespace sbx::driver
