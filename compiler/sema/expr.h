// SPDX-License-Identifier: Apache-2.0
// Resolved, typed expressions of a policy: every name is an id, every number is exact and in the unit of its type.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runtime/base/decimal.h"
#include "runtime/base/variant.h"
#include "runtime/program/manifest.h"
#include "runtime/program/types.h"
#include "runtime/source/source.h"

namespace sbx::sema {

struct AttributeTag; using AttributeId = Id<AttributeTag>;
struct DecisionTableTag; using DecisionTableId = Id<DecisionTableTag>;
/// A declared signal or a request name: read by the host (leaf) or derived. Not the manifest's SignalId, which counts leaves only.
struct SymbolTag; using SymbolId = Id<SymbolTag>;

struct Expr;

struct BoolValue { bool value = false; };
struct NumberValue { Decimal value; };                              // in dollars, seconds*10^-6 (µs), plain; `type` says which
struct TextValue { std::string text; };
struct LabelValue { uint32_t index = 0; };                          // of the type's members
struct ListValue { std::vector<Expr> items; };                      // constants only

struct SignalRef { SymbolId symbol; };
struct ConfidenceOf { SymbolId symbol; };                           // `topic.confidence`
/// What only a decision has: `route`, `outcome`, `model`, `model.provider`, an attribute of the model, a slot's value, maxima.
enum class DecisionField : uint8_t { Route, Outcome, Model, ModelName, Provider, Attribute, Slot, CallsMax, CostMax, LatencyMax, ContextTokens, OutputTokens, Can };
struct DecisionRef { DecisionField field; AttributeId attribute; SlotId slot; std::string capability; };

struct Not { Box<Expr> operand; };
struct And { std::vector<Expr> operands; };
struct Or { std::vector<Expr> operands; };
enum class CompareOp : uint8_t { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual };
/// Both sides of one type; a constant, if there is one, is on the right. Ordered labels compare by index.
struct Compare { CompareOp op; Box<Expr> left, right; };
/// `is`, `==` and `in` on labels and texts: the value is one of these constants or of these expressions of the same type.
struct OneOf { Box<Expr> operand; std::vector<Expr> of; };
struct Has { Box<Expr> set; std::string member; };
struct Known { Box<Expr> operand; };
struct WeightedSum { std::vector<Decimal> weights; std::vector<Expr> terms; Decimal constant; };
struct AboveThreshold { Box<Expr> operand; Decimal threshold; };
struct Extreme { bool maximum = false; std::vector<Expr> values; };
struct LerpPoint { Decimal x, y; };
struct Lerp { Box<Expr> operand; std::vector<LerpPoint> points; };
/// Label i holds below (`inclusive[i]`: up to) `bounds[i]`; the last label beyond all bounds.
struct Bands { Box<Expr> operand; std::vector<Decimal> bounds; std::vector<bool> inclusive; };
struct ArgMax { std::vector<Expr> values; std::vector<uint32_t> labels; Decimal margin; bool ordered_ties = false; uint32_t none = 0; };
struct OrElse { Box<Expr> operand; Box<Expr> fallback; };           // fallback: a constant
struct Conditional { Box<Expr> condition, then, otherwise; };
/// Reads a decision table written out over closed sets.
struct TableLookup { DecisionTableId table; };

struct Expr {
  std::variant<BoolValue, NumberValue, TextValue, LabelValue, ListValue, SignalRef, ConfidenceOf, DecisionRef, Not, And, Or, Compare, OneOf,
               Has, Known, WeightedSum, AboveThreshold, Extreme, Lerp, Bands, ArgMax, OrElse, Conditional, TableLookup>
      node;
  Type type;
  Span span;
};

/// A constant expression as plain data: labels by name, numbers as decimals. Nothing for what reads or computes.
[[nodiscard]] std::optional<Constant> constant_of(const Expr& expr);

}  // namespace sbx::sema
