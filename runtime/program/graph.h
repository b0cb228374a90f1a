// SPDX-License-Identifier: Apache-2.0
// The decision graph: values (interval arithmetic on integers), guards (three-way tests, combined), and the
// guards whose truth is asked for, one bit each. The single source of meaning of a compiled policy.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "runtime/base/id.h"
#include "runtime/program/manifest.h"

namespace sbx {

struct ValueTag; using ValueId = Id<ValueTag>;

// A value is an interval [lo, hi] of integers and whether a reading below it is still pending. Operands have smaller ids.
struct LeafValue { LeafId leaf; };
struct ConstantValue { int64_t value = 0; };
/// constant + sum of weight * value, exact: the builder proves that no input can overflow 62 bits (E0410 otherwise).
struct Term { int64_t weight = 0; ValueId value; };
struct Sum { std::vector<Term> terms; int64_t constant = 0; };
/// The value if it is at least `threshold`, else 0; over an interval the hull of both where both can be.
struct Above { ValueId value; int64_t threshold = 0; };
struct Min { std::vector<ValueId> values; };
struct Max { std::vector<ValueId> values; };
/// Piecewise linear through `points` (x strictly ascending), constant outside; rounded down to the unit. The products fit 62 bits (E0410 otherwise).
struct LerpPoint { int64_t x = 0, y = 0; };
struct Lerp { ValueId value; std::vector<LerpPoint> points; };
/// Label i for the first i with value <= upper[i], the last label beyond all.
struct Bands { ValueId value; std::vector<int64_t> upper; };
/// The member whose value certainly exceeds every other by more than `margin`; members of equal value are settled by their
/// order in `members` where `ordered_ties`. No certain winner of known values: label `none`. Otherwise unknown (the whole range).
struct ArgMax { std::vector<ValueId> values; std::vector<uint32_t> labels; int64_t margin = 0; bool ordered_ties = false; uint32_t none = 0; };
/// 1 or 0: lo = holds is certain, hi = not (fails is certain); pending while it is open and one of the two may become certain. `fails` is the negation of `holds` in negation normal form.
struct Truth { GuardId holds; GuardId fails; };
/// `fallback` once the value is settled and not known.
struct OrElse { ValueId value; int64_t fallback = 0; };
/// `then` or `otherwise` by a Truth value; both when it is undecided.
struct Select { ValueId condition; ValueId then; ValueId otherwise; };

struct Value {
  std::variant<LeafValue, ConstantValue, Sum, Above, Min, Max, Lerp, Bands, ArgMax, Truth, OrElse, Select> op;
  Range range;       // what it can be at all; also the interval of an unknown
  std::string name;  // of the signal it is, for printing; may be empty
};

// A guard is a monotone formula over tests (negation has moved inward). It yields (must, may): must, it holds whatever is
// still pending does; may, some outcome of what is pending makes it hold. Settled readings: must = may.
struct Fixed { bool value = false; };
/// Holds when the whole interval lies in [lo, hi].
struct Within { ValueId value; int64_t lo = 0, hi = 0; };
struct IsKnown { ValueId value; };
struct IsUnknown { ValueId value; };
struct All { std::vector<GuardId> of; };
struct Any { std::vector<GuardId> of; };
/// Member `index` of a `best` block wins: it fires, and beats the score of every other firing member by more than `margin`.
struct BestMember { GuardId guard; ValueId score; };
struct Wins { uint32_t index = 0; std::vector<BestMember> members; int64_t margin = 0; };

using Guard = std::variant<Fixed, Within, IsKnown, IsUnknown, All, Any, Wins>;

struct Graph {
  Table<ValueId, Value> values;
  Table<GuardId, Guard> guards;   // both tables are in the order of making: an operand was made before its user (schedule() in evaluate.h)
  std::vector<GuardId> outputs;   // bit i; Manifest says what each is for. Bits between the routes' and rule_bits() are Fixed{false}
};

/// A policy as data: what `lower` makes and every back end takes.
struct Module {
  Manifest manifest;
  Graph graph;
};

}  // namespace sbx
