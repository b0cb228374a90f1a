// SPDX-License-Identifier: Apache-2.0
// `budget spend: $500 per month for each user.team or else $0`: `spend.remaining` and `spend.used`.
#include <algorithm>

#include "compiler/sema/resolver.h"

namespace sbx::sema {

std::optional<SymbolId> Resolver::budget(const Declared& declared, const std::string& field, Span span) {
  static_cast<void>(span);
  auto key = std::make_pair(declared.decl, field);
  if (auto known = columns_.find(key); known != columns_.end()) return known->second;
  if (states_[declared.decl].status == Status::Failed) return std::nullopt;
  states_[declared.decl].status = Status::Failed;
  const auto& from = std::get<ast::BudgetDecl>(declared.decl->node);
  Env env{declared.unit, Reads::Signals};
  const Type money{TypeKind::Money};
  MaybeExpr limit = expr(from.limit, env, &money);
  std::optional<Constant> limit_value;
  std::optional<Decimal> limit_number;
  if (limit && limit->type.kind != TypeKind::Money) {
    mismatch(from.limit.span, "an amount of money", limit->type);
  } else if (limit) {
    if (const auto* number = std::get_if<NumberValue>(&limit->node)) limit_value = Constant{*(limit_number = number->value)};
    const auto* ref = std::get_if<SignalRef>(&limit->node);
    if (ref && !policy_.symbols[ref->symbol].value) limit_value = Constant{policy_.symbols[ref->symbol].name};
    if (!limit_value) report(Kind::BadBudget, from.limit.span, "the limit is an amount, an input or a column of a table");
    if (limit_number && limit_number->digits <= 0) {
      report(Kind::BadBudget, from.limit.span, "the limit of a budget is more than $0");
      limit_value.reset();
    }
  }
  static const std::vector<std::string> kPeriods{"minute", "hour", "day", "week", "month", "year"};
  bool good = limit_value.has_value();
  if (std::ranges::find(kPeriods, from.period.text) == kPeriods.end()) {
    report(Kind::BadBudget, from.period.span, "`" + from.period.text + "` is no period").help("write " + listed(kPeriods));
    good = false;
  }
  ConstantList each;
  for (const ast::Path& path : from.for_each) {
    MaybeExpr counted = reference(path, path.span, env, nullptr);
    const auto* ref = counted ? std::get_if<SignalRef>(&counted->node) : nullptr;
    if (ref && !policy_.symbols[ref->symbol].value && (counted->type.kind == TypeKind::Text || counted->type.kind == TypeKind::Label)) {
      each.push_back({policy_.symbols[ref->symbol].name});
    } else {
      if (counted) mismatch(path.span, "an input that is a text or a label", counted->type);
      good = false;
    }
  }
  MaybeExpr fallback;
  if (from.or_else) {
    fallback = constant(*from.or_else, env, money);
    good = good && fallback;
  }
  if (!good) return std::nullopt;
  for (const char* name : {"remaining", "used"}) {
    bool remaining = std::string_view(name) == "remaining";
    Symbol symbol{.name = from.name.text + "." + name,
                  .type = {remaining ? TypeKind::Money : TypeKind::Number},
                  .kind = "budget",
                  .arguments = {{"name", Constant{from.name.text}},
                                {"field", Constant{std::string(name)}},
                                {"limit", *limit_value},
                                {"period", Constant{from.period.text}},
                                {"for_each", Constant{each}}}};
    if (from.strict) symbol.arguments.emplace_back("strict", Constant{true});
    symbol.span = from.name.span;
    symbol.is_private = declared.is_private;
    if (fallback && remaining) symbol.or_else = fallback;
    if (fallback && !remaining) {  // used = 1 - remaining / limit
      Decimal left = std::get<NumberValue>(fallback->node).value;
      std::optional<Decimal> share = left.digits == 0 ? std::optional<Decimal>(Decimal{}) : std::nullopt;
      if (!share && limit_number) {
        int64_t micro = scaled(left, 6, Rounding::HalfAwayFromZero).value_or(0),
                whole = scaled(*limit_number, 6, Rounding::HalfAwayFromZero).value_or(1);
        share = shift_right({static_cast<int64_t>(static_cast<__int128>(micro) * 1'000'000 / whole), 0}, 6);
      }
      if (share) symbol.or_else = Expr{NumberValue{*add({1, 0}, negated(*share))}, symbol.type, fallback->span};
    }
    columns_[{declared.decl, name}] = add_symbol(std::move(symbol), declared.unit);
  }
  states_[declared.decl].status = Status::Done;
  return columns_[key];
}

}  // namespace sbx::sema
