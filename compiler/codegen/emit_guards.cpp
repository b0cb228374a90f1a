// SPDX-License-Identifier: Apache-2.0
// Guards as straight-line code: (must, may) of runtime/program/evaluate.cpp.
#include "compiler/codegen/emitter.h"
#include "runtime/abi/decide.h"
#include "runtime/base/variant.h"

namespace sbx::codegen {

TruthValue FunctionEmitter::truth(GuardId id) {
  const auto known = truths_.find(id.index);
  if (known != truths_.end()) return known->second;
  const TruthValue result = std::visit(overloaded{
                                           [&](const Fixed& fixed) {
                                             return TruthValue{ir_.getInt1(fixed.value), ir_.getInt1(fixed.value)};
                                           },
                                           [&](const Within& test) { return within(test); },
                                           [&](const IsKnown& test) { return state(test.value, true); },
                                           [&](const IsUnknown& test) { return state(test.value, false); },
                                           [&](const All& all) { return combine(all.of, true); },
                                           [&](const Any& any) { return combine(any.of, false); },
                                           [&](const Wins& test) { return wins(test); },
                                       },
                                       module_.graph.guards[id]);
  truths_[id.index] = result;
  return result;
}

TruthValue FunctionEmitter::within(const Within& test) {
  const Number x = number(test.value);
  llvm::Value* must = ir_.CreateAnd(ir_.CreateICmpSGE(x.lo, i64(test.lo)), ir_.CreateICmpSLE(x.hi, i64(test.hi)));
  if (!partial_) return {must, must};
  llvm::Value* touches = ir_.CreateAnd(ir_.CreateICmpSLE(x.lo, i64(test.hi)), ir_.CreateICmpSGE(x.hi, i64(test.lo)));
  return {must, either(x.pending, touches, must)};
}

// A leaf by its state, any other value by its interval.
TruthValue FunctionEmitter::state(ValueId value, bool known) {
  if (!partial_) return {ir_.getInt1(known), ir_.getInt1(known)};
  if (const auto* leaf = std::get_if<LeafValue>(&module_.graph.values[value].op)) {
    llvm::Value* state = ir_.CreateLoad(ir_.getInt8Ty(), at(arguments_.state, leaf->leaf.index));
    llvm::Value* is_known = ir_.CreateICmpEQ(state, ir_.getInt8(SBX_KNOWN));
    llvm::Value* is_failed = ir_.CreateICmpEQ(state, ir_.getInt8(SBX_FAILED));
    if (known) return {is_known, ir_.CreateNot(is_failed)};
    return {is_failed, ir_.CreateNot(is_known)};
  }
  const Number x = number(value);
  llvm::Value* is_known = ir_.CreateICmpEQ(x.lo, x.hi);
  if (known) return {is_known, ir_.CreateOr(x.pending, is_known)};
  llvm::Value* open = ir_.CreateNot(is_known);
  return {ir_.CreateAnd(open, ir_.CreateNot(x.pending)), open};
}

TruthValue FunctionEmitter::combine(const std::vector<GuardId>& of, bool all) {
  TruthValue result{ir_.getInt1(all), ir_.getInt1(all)};
  for (const GuardId id : of) {
    const TruthValue next = truth(id);
    const auto join = [&](llvm::Value* a, llvm::Value* b) { return all ? ir_.CreateAnd(a, b) : ir_.CreateOr(a, b); };
    llvm::Value* must = join(result.must, next.must);
    result = {must, partial_ ? join(result.may, next.may) : must};
  }
  return result;
}

// Instead of comparing each pair: for each member the best that the others reach. A member that does not fire reaches nothing.
TruthValue FunctionEmitter::wins(const Wins& wins) {
  std::vector<uint32_t> key;
  for (const BestMember& member : wins.members) {
    key.push_back(member.guard.index);
    key.push_back(member.score.index);
  }
  const auto [rivals, is_new] = rivals_.try_emplace(std::move(key));
  if (is_new) {
    std::vector<llvm::Value*> best;
    std::vector<llvm::Value*> worst;
    for (const BestMember& member : wins.members) {
      const TruthValue fires = truth(member.guard);
      const Number score = number(member.score);
      best.push_back(ir_.CreateSelect(fires.may, score.hi, i64(INT64_MIN)));
      if (partial_) worst.push_back(ir_.CreateSelect(fires.must, ir_.CreateSelect(score.pending, score.lo, score.hi), i64(INT64_MIN)));
    }
    rivals->second.must = largest_others(best);
    rivals->second.may = partial_ ? largest_others(worst) : rivals->second.must;
  }
  const BestMember& mine = wins.members[wins.index];
  const TruthValue fires = truth(mine.guard);
  const Number score = number(mine.score);
  const auto leads = [&](llvm::Value* reach, llvm::Value* rival) { return ir_.CreateICmpSGT(lead(reach, rival), i64(wins.margin)); };
  llvm::Value* must = ir_.CreateAnd(fires.must, leads(score.lo, rivals->second.must[wins.index]));
  if (!partial_) return {must, must};
  llvm::Value* reach = ir_.CreateSelect(score.pending, score.hi, score.lo);
  return {must, ir_.CreateAnd(fires.may, leads(reach, rivals->second.may[wins.index]))};
}

}  // namespace sbx::codegen
