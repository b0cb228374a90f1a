// SPDX-License-Identifier: Apache-2.0
// Values as straight-line code: the arithmetic of runtime/program/evaluate.cpp, interval by interval.
#include <algorithm>

#include "compiler/codegen/emitter.h"
#include "runtime/abi/decide.h"
#include "runtime/base/variant.h"

namespace sbx::codegen {

using llvm::Intrinsic::smax;
using llvm::Intrinsic::smin;

llvm::Value* FunctionEmitter::smaller(llvm::Value* a, llvm::Value* b) {
  if (a == b) return a;
  return target_.plain ? ir_.CreateSelect(ir_.CreateICmpSLT(a, b), a, b) : ir_.CreateBinaryIntrinsic(smin, a, b);
}
llvm::Value* FunctionEmitter::larger(llvm::Value* a, llvm::Value* b) {
  if (a == b) return a;
  return target_.plain ? ir_.CreateSelect(ir_.CreateICmpSGT(a, b), a, b) : ir_.CreateBinaryIntrinsic(smax, a, b);
}
// How far `mine` is ahead; infinitely where the rival is INT64_MIN: nobody. Values have 62 bits, so nothing else overflows.
llvm::Value* FunctionEmitter::lead(llvm::Value* mine, llvm::Value* rival) {
  llvm::Value* nobody = ir_.CreateICmpEQ(rival, i64(INT64_MIN));
  return ir_.CreateSelect(nobody, i64(INT64_MAX), ir_.CreateSub(mine, rival));
}

// A selection of truth values: the fast instruction selector of LLVM knows no `select` of them.
llvm::Value* FunctionEmitter::either(llvm::Value* condition, llvm::Value* then, llvm::Value* otherwise) {
  if (!target_.plain) return ir_.CreateSelect(condition, then, otherwise);
  return ir_.CreateOr(ir_.CreateAnd(condition, then), ir_.CreateAnd(ir_.CreateNot(condition), otherwise));
}

Number FunctionEmitter::interval(llvm::Value* lo, llvm::Value* hi, llvm::Value* pending) {
  return partial_ ? Number{lo, hi, pending} : point(lo);
}

Number FunctionEmitter::number(ValueId id) {
  const auto known = numbers_.find(id.index);
  if (known != numbers_.end()) return known->second;
  const Value& value = module_.graph.values[id];
  Number result;
  if (const auto* read = std::get_if<LeafValue>(&value.op)) {
    result = leaf(read->leaf);
  } else if (const auto* constant = std::get_if<ConstantValue>(&value.op)) {
    result = point(i64(constant->value));
  } else {
    const uint32_t slot = scratch_.slot.at(id.index);
    llvm::Value* lo = load_i64(arguments_.scratch, slot);
    if (partial_) {
      llvm::Value* hi = load_i64(arguments_.scratch, scratch_.values + slot);
      result = {lo, hi, ir_.CreateICmpNE(load_i64(arguments_.scratch, 2 * scratch_.values + slot), i64(0))};
    } else {
      result = point(lo);
    }
  }
  numbers_[id.index] = result;
  return result;
}

void FunctionEmitter::compute(ValueId id) {
  const Number result = evaluate(module_.graph.values[id]);
  const uint32_t slot = scratch_.slot.at(id.index);
  store_i64(result.lo, arguments_.scratch, slot);
  if (partial_) {
    store_i64(result.hi, arguments_.scratch, scratch_.values + slot);
    store_i64(ir_.CreateZExt(result.pending, ir_.getInt64Ty()), arguments_.scratch, 2 * scratch_.values + slot);
  }
  numbers_[id.index] = result;
}

Number FunctionEmitter::leaf(LeafId id) {
  llvm::Value* lo = load_i64(arguments_.lo, id.index);
  if (!partial_) return point(lo);
  llvm::Value* state = ir_.CreateLoad(ir_.getInt8Ty(), at(arguments_.state, id.index));
  llvm::Value* known = ir_.CreateICmpEQ(state, ir_.getInt8(SBX_KNOWN));
  llvm::Value* hi = ir_.CreateSelect(known, lo, load_i64(arguments_.hi, id.index));
  return {lo, hi, ir_.CreateICmpEQ(state, ir_.getInt8(SBX_PENDING))};
}

Number FunctionEmitter::evaluate(const Value& value) {
  return std::visit(overloaded{
                        [&](const LeafValue& op) { return leaf(op.leaf); },
                        [&](const ConstantValue& op) { return point(i64(op.value)); },
                        [&](const Sum& op) { return sum(op); },
                        [&](const Above& op) { return above(op); },
                        [&](const Min& op) { return extreme(op.values, false); },
                        [&](const Max& op) { return extreme(op.values, true); },
                        [&](const Lerp& op) { return lerp(op); },
                        [&](const Bands& op) { return bands(op); },
                        [&](const ArgMax& op) { return argmax(op, value.range); },
                        [&](const Truth& op) { return truth_number(op); },
                        [&](const OrElse& op) { return or_else(op); },
                        [&](const Select& op) { return select(op); },
                    },
                    value.op);
}

Number FunctionEmitter::sum(const Sum& op) {
  llvm::Value* lo = i64(op.constant);
  llvm::Value* hi = lo;
  llvm::Value* pending = ir_.getFalse();
  for (const Term& term : op.terms) {
    const Number x = number(term.value);
    llvm::Value* weight = i64(term.weight);
    lo = ir_.CreateAdd(lo, ir_.CreateMul(weight, term.weight >= 0 ? x.lo : x.hi));
    if (partial_) hi = ir_.CreateAdd(hi, ir_.CreateMul(weight, term.weight >= 0 ? x.hi : x.lo));
    pending = ir_.CreateOr(pending, x.pending);
  }
  return interval(lo, hi, pending);
}

Number FunctionEmitter::above(const Above& op) {
  const Number x = number(op.value);
  llvm::Value* threshold = i64(op.threshold);
  llvm::Value* certain = ir_.CreateICmpSGE(x.lo, threshold);
  if (!partial_) return point(ir_.CreateSelect(certain, x.lo, i64(0)));
  llvm::Value* never = ir_.CreateICmpSLT(x.hi, threshold);
  llvm::Value* lo = ir_.CreateSelect(never, i64(0), i64(std::min<int64_t>(0, op.threshold)));
  llvm::Value* hi = ir_.CreateSelect(never, i64(0), larger(i64(0), x.hi));
  return {ir_.CreateSelect(certain, x.lo, lo), ir_.CreateSelect(certain, x.hi, hi), x.pending};
}

Number FunctionEmitter::extreme(const std::vector<ValueId>& values, bool largest) {
  Number result = number(values.front());
  const auto pick = [&](llvm::Value* a, llvm::Value* b) { return largest ? larger(a, b) : smaller(a, b); };
  for (const ValueId id : values) {
    const Number x = number(id);
    llvm::Value* lo = pick(result.lo, x.lo);
    result = interval(lo, partial_ ? pick(result.hi, x.hi) : lo, ir_.CreateOr(result.pending, x.pending));
  }
  return result;
}

// The segment is chosen from the right, so that each selection is by one comparison.
llvm::Value* FunctionEmitter::lerp_at(const Lerp& op, llvm::Value* x) {
  llvm::Value* result = i64(op.points.front().y);
  for (size_t i = 0; i + 1 < op.points.size(); ++i) {
    const LerpPoint a = op.points[i];
    const LerpPoint b = op.points[i + 1];
    // Outside of its segment x is clamped: no product overflows, and nobody reads it.
    llvm::Value* inside = smaller(larger(x, i64(a.x)), i64(b.x));
    llvm::Value* product = ir_.CreateMul(i64(b.y - a.y), ir_.CreateSub(inside, i64(a.x)));
    llvm::Value* quotient = ir_.CreateSDiv(product, i64(b.x - a.x));
    llvm::Value* rest = ir_.CreateSRem(product, i64(b.x - a.x));
    llvm::Value* floor = ir_.CreateAdd(quotient, ir_.CreateSExt(ir_.CreateICmpSLT(rest, i64(0)), ir_.getInt64Ty()));
    result = ir_.CreateSelect(ir_.CreateICmpSGT(x, i64(a.x)), ir_.CreateAdd(i64(a.y), floor), result);
  }
  return result;
}

Number FunctionEmitter::lerp(const Lerp& op) {
  const Number x = number(op.value);
  llvm::Value* first = lerp_at(op, x.lo);
  if (!partial_) return point(first);
  llvm::Value* last = lerp_at(op, x.hi);
  llvm::Value* lo = smaller(first, last);
  llvm::Value* hi = larger(first, last);
  for (const LerpPoint& point : op.points) {
    llvm::Value* between = ir_.CreateAnd(ir_.CreateICmpSLT(x.lo, i64(point.x)), ir_.CreateICmpSGT(x.hi, i64(point.x)));
    lo = ir_.CreateSelect(between, smaller(lo, i64(point.y)), lo);
    hi = ir_.CreateSelect(between, larger(hi, i64(point.y)), hi);
  }
  return {lo, hi, x.pending};
}

Number FunctionEmitter::bands(const Bands& op) {
  const Number x = number(op.value);
  const auto band = [&](llvm::Value* raw) {
    llvm::Value* result = i64(0);
    for (const int64_t upper : op.upper)
      result = ir_.CreateAdd(result, ir_.CreateZExt(ir_.CreateICmpSGT(raw, i64(upper)), ir_.getInt64Ty()));
    return result;
  };
  llvm::Value* lo = band(x.lo);
  return interval(lo, partial_ ? band(x.hi) : lo, x.pending);
}

// For each element the largest of all others; the smallest number of all if it is alone.
std::vector<llvm::Value*> FunctionEmitter::largest_others(const std::vector<llvm::Value*>& values) {
  std::vector<llvm::Value*> after(values.size() + 1, i64(INT64_MIN));
  for (size_t i = values.size(); i-- > 0;) after[i] = i + 1 == values.size() ? values[i] : larger(values[i], after[i + 1]);
  std::vector<llvm::Value*> result(values.size());
  llvm::Value* before = i64(INT64_MIN);
  for (size_t i = 0; i < values.size(); ++i) {
    llvm::Value* behind = i + 1 == values.size() ? i64(INT64_MIN) : after[i + 1];
    result[i] = i == 0 ? behind : larger(before, behind);
    before = i == 0 ? values[0] : larger(before, values[i]);
  }
  return result;
}

Number FunctionEmitter::argmax(const ArgMax& op, Range range) {
  std::vector<llvm::Value*> lows;
  std::vector<llvm::Value*> highs;
  llvm::Value* pending = ir_.getFalse();
  llvm::Value* known = ir_.getTrue();
  for (const ValueId id : op.values) {
    const Number x = number(id);
    lows.push_back(x.lo);
    highs.push_back(x.hi);
    pending = ir_.CreateOr(pending, x.pending);
    if (partial_) known = ir_.CreateAnd(known, ir_.CreateICmpEQ(x.lo, x.hi));
  }
  llvm::Value* lo = ir_.CreateSelect(known, i64(op.none), i64(range.low));
  llvm::Value* hi = ir_.CreateSelect(known, i64(op.none), i64(range.high));
  const bool ties = op.ordered_ties && op.margin == 0;
  const std::vector<llvm::Value*> others = largest_others(highs);
  // With ties the members before must be exceeded, those after only reached.
  std::vector<llvm::Value*> before(highs.size(), i64(INT64_MIN));
  for (size_t i = 1; ties && i < highs.size(); ++i) before[i] = larger(before[i - 1], highs[i - 1]);
  for (size_t i = op.values.size(); i-- > 0;) {
    llvm::Value* ahead = lead(lows[i], others[i]);
    llvm::Value* wins = ties ? ir_.CreateAnd(ir_.CreateICmpSGE(ahead, i64(0)), ir_.CreateICmpSGT(lead(lows[i], before[i]), i64(0)))
                             : ir_.CreateICmpSGT(ahead, i64(op.margin));
    lo = ir_.CreateSelect(wins, i64(op.labels[i]), lo);
    hi = ir_.CreateSelect(wins, i64(op.labels[i]), hi);
  }
  return interval(lo, hi, pending);
}

Number FunctionEmitter::truth_number(const Truth& op) {
  const TruthValue holds = truth(op.holds);
  llvm::Value* lo = ir_.CreateZExt(holds.must, ir_.getInt64Ty());
  if (!partial_) return point(lo);
  const TruthValue fails = truth(op.fails);
  llvm::Value* open = ir_.CreateICmpEQ(holds.must, fails.must);  // lo != hi: neither is certain, or (never) both
  llvm::Value* pending = ir_.CreateAnd(open, ir_.CreateOr(holds.may, fails.may));
  return {lo, ir_.CreateZExt(ir_.CreateNot(fails.must), ir_.getInt64Ty()), pending};
}

Number FunctionEmitter::or_else(const OrElse& op) {
  const Number x = number(op.value);
  if (!partial_) return x;
  llvm::Value* fallback = i64(op.fallback);
  llvm::Value* known = ir_.CreateICmpEQ(x.lo, x.hi);
  llvm::Value* lo = ir_.CreateSelect(x.pending, smaller(x.lo, fallback), fallback);
  llvm::Value* hi = ir_.CreateSelect(x.pending, larger(x.hi, fallback), fallback);
  return {ir_.CreateSelect(known, x.lo, lo), ir_.CreateSelect(known, x.hi, hi), x.pending};
}

Number FunctionEmitter::select(const Select& op) {
  const Number condition = number(op.condition);
  const Number then = number(op.then);
  const Number otherwise = number(op.otherwise);
  llvm::Value* chosen = ir_.CreateICmpNE(condition.lo, i64(0));
  const auto pick = [&](llvm::Value* a, llvm::Value* b) { return ir_.CreateSelect(chosen, a, b); };
  if (!partial_) return point(pick(then.lo, otherwise.lo));
  llvm::Value* decided = ir_.CreateICmpEQ(condition.lo, condition.hi);
  llvm::Value* any = ir_.CreateOr(condition.pending, ir_.CreateOr(then.pending, otherwise.pending));
  return {ir_.CreateSelect(decided, pick(then.lo, otherwise.lo), smaller(then.lo, otherwise.lo)),
          ir_.CreateSelect(decided, pick(then.hi, otherwise.hi), larger(then.hi, otherwise.hi)),
          either(decided, either(chosen, then.pending, otherwise.pending), any)};
}

}  // namespace sbx::codegen
