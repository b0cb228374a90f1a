// SPDX-License-Identifier: Apache-2.0
// From a number to its row of masks: class lookups and loads.
#include <bit>

#include "compiler/codegen/emitter.h"
#include "runtime/abi/decide.h"

namespace sbx::codegen {

namespace {
constexpr uint32_t kVectorCount = 16;  // boundaries that are counted by vector comparisons rather than searched
}

FunctionEmitter::FunctionEmitter(const Module& module, const Plan& plan, const Scratch& scratch, Target target, llvm::Value* tables,
                                 llvm::Function* function, bool partial)
    : module_(module), plan_(plan), scratch_(scratch), target_(target), tables_(tables), partial_(partial), ir_(function->getContext()) {
  ir_.SetInsertPoint(llvm::BasicBlock::Create(function->getContext(), "entry", function));
  if (function->arg_size() == 6) {
    llvm::Value* const all[] = {function->getArg(0), function->getArg(1), function->getArg(2),
                                function->getArg(3), function->getArg(4), function->getArg(5)};
    arguments_ = {all[0], all[1], all[2], all[3], all[4], all[5]};
  }
}

llvm::Type* FunctionEmitter::part(uint32_t words) {
  llvm::Type* word = ir_.getInt64Ty();
  return words == 1 ? word : llvm::FixedVectorType::get(word, std::min(words, target_.words));
}

Mask FunctionEmitter::load(llvm::Value* address, uint32_t words) {
  Mask mask;
  const uint32_t step = std::min(words, target_.words);
  for (uint32_t i = 0; i < words; i += step) {
    mask.push_back(ir_.CreateAlignedLoad(part(words), at(address, uint64_t{i} * 8), llvm::Align(step * 8)));
  }
  return mask;
}

void FunctionEmitter::store(const Mask& mask, llvm::Value* address, uint32_t words) {
  const uint32_t step = std::min(words, target_.words);
  for (uint32_t i = 0; i < mask.size(); ++i) ir_.CreateAlignedStore(mask[i], at(address, uint64_t{i} * step * 8), llvm::Align(step * 8));
}

llvm::Value* FunctionEmitter::spill(const Mask& mask, uint32_t words) {
  llvm::BasicBlock& entry = ir_.GetInsertBlock()->getParent()->getEntryBlock();
  llvm::IRBuilder<> first(&entry, entry.begin());
  llvm::AllocaInst* memory = first.CreateAlloca(llvm::ArrayType::get(ir_.getInt64Ty(), words));
  memory->setAlignment(llvm::Align(std::min(words, target_.words) * 8));
  store(mask, memory, words);
  return memory;
}

Mask FunctionEmitter::meet(const Mask& a, const Mask& b) {
  Mask result;
  for (size_t i = 0; i < a.size(); ++i) result.push_back(ir_.CreateAnd(a[i], b[i]));
  return result;
}

Mask FunctionEmitter::join(const Mask& a, const Mask& b) {
  Mask result;
  for (size_t i = 0; i < a.size(); ++i) result.push_back(ir_.CreateOr(a[i], b[i]));
  return result;
}

llvm::Value* FunctionEmitter::at_most(llvm::Value* number, uint64_t limit) {
  llvm::Value* bound = ir_.getInt64(limit);
  if (!target_.plain) return ir_.CreateBinaryIntrinsic(llvm::Intrinsic::umin, number, bound);
  return ir_.CreateSelect(ir_.CreateICmpULT(number, bound), number, bound);
}

llvm::Value* FunctionEmitter::at(llvm::Value* base, uint64_t offset) {
  return offset == 0 ? base : ir_.CreateInBoundsGEP(ir_.getInt8Ty(), base, ir_.getInt64(offset));
}

llvm::Value* FunctionEmitter::element(llvm::Type* type, llvm::Value* base, llvm::Value* index) {
  return ir_.CreateInBoundsGEP(type, base, index);
}

llvm::Value* FunctionEmitter::load_i64(llvm::Value* base, uint64_t index) {
  return ir_.CreateAlignedLoad(ir_.getInt64Ty(), at(base, index * 8), llvm::Align(8));
}

void FunctionEmitter::store_i64(llvm::Value* value, llvm::Value* base, uint64_t index) {
  ir_.CreateAlignedStore(value, at(base, index * 8), llvm::Align(8));
}

// Branchless: a vector comparison where the target has one, else a binary search over the padded boundaries.
llvm::Value* FunctionEmitter::count_below(llvm::Value* boundaries, uint32_t count, llvm::Value* number) {
  if (target_.compares() && count <= kVectorCount) {
    const uint32_t lanes = count <= 8 ? 8 : 16;
    auto* type = llvm::FixedVectorType::get(ir_.getInt64Ty(), lanes);
    llvm::Value* below = ir_.CreateICmpSGT(ir_.CreateVectorSplat(lanes, number), ir_.CreateAlignedLoad(type, boundaries, llvm::Align(8)));
    llvm::Value* bits = ir_.CreateZExt(ir_.CreateBitCast(below, ir_.getIntNTy(lanes)), ir_.getInt32Ty());
    return ir_.CreateZExt(ir_.CreateUnaryIntrinsic(llvm::Intrinsic::ctpop, bits), ir_.getInt64Ty());
  }
  llvm::Value* position = ir_.getInt64(0);
  for (uint32_t step = std::bit_ceil(count + 1) / 2; step > 0; step /= 2) {
    llvm::Value* boundary = ir_.CreateAlignedLoad(
        ir_.getInt64Ty(), element(ir_.getInt64Ty(), boundaries, ir_.CreateAdd(position, ir_.getInt64(step - 1))), llvm::Align(8));
    llvm::Value* below = ir_.CreateZExt(ir_.CreateICmpSGT(number, boundary), ir_.getInt64Ty());
    position = ir_.CreateAdd(position, step == 1 ? below : ir_.CreateShl(below, std::countr_zero(step)));
  }
  return position;
}

llvm::Value* FunctionEmitter::class_of(const Axis& axis, llvm::Value* number) {
  const auto offset = [&] {
    llvm::Value* from_low = axis.low == 0 ? number : ir_.CreateSub(number, i64(axis.low));
    return at_most(from_low, static_cast<uint64_t>(axis.high) - static_cast<uint64_t>(axis.low));
  };
  const auto entry = [&](llvm::Value* index) {
    llvm::Value* address = element(ir_.getInt16Ty(), table(axis.index_at), index);
    return ir_.CreateZExt(ir_.CreateAlignedLoad(ir_.getInt16Ty(), address, llvm::Align(2)), ir_.getInt64Ty());
  };
  switch (axis.lookup) {
    case Lookup::Dense:
      return offset();
    case Lookup::Indexed:
      return entry(offset());
    case Lookup::Counted:
      return axis.boundaries == 0 ? ir_.getInt64(0) : count_below(table(axis.boundaries_at), axis.boundaries, number);
    case Lookup::Bucketed: {
      llvm::Value* inside = smaller(larger(number, i64(axis.low)), i64(axis.high));
      llvm::Value* before = entry(ir_.CreateLShr(ir_.CreateSub(inside, i64(axis.low)), axis.shift));
      return ir_.CreateAdd(before, count_below(element(ir_.getInt64Ty(), table(axis.boundaries_at), before), kBucket, number));
    }
  }
  return nullptr;
}

Mask FunctionEmitter::row(uint32_t rows_at, llvm::Value* index, uint32_t words) {
  llvm::Value* scaled = ir_.CreateShl(index, std::countr_zero(words) + 3);
  return load(element(ir_.getInt8Ty(), table(rows_at), scaled), words);
}

FunctionEmitter::Rows FunctionEmitter::rows(const Axis& axis, uint32_t words) {
  const Number x = number(axis.value);
  llvm::Value* low = class_of(axis, x.lo);
  if (axis.leaf) {
    if (!partial_) return {row(axis.rows_at, low, words), {}};
    const uint32_t leaf = std::get<LeafValue>(module_.graph.values[axis.value].op).leaf.index;
    llvm::Value* state = ir_.CreateLoad(ir_.getInt8Ty(), at(arguments_.state, leaf));
    llvm::Value* known = ir_.CreateICmpEQ(state, ir_.getInt8(SBX_KNOWN));
    llvm::Value* failed = ir_.getInt64(axis.classes + 2);
    llvm::Value* must = ir_.CreateSelect(x.pending, ir_.getInt64(axis.classes), failed);
    llvm::Value* may = ir_.CreateSelect(x.pending, ir_.getInt64(axis.classes + 1), failed);
    return {row(axis.rows_at, ir_.CreateSelect(known, low, must), words), row(axis.rows_at, ir_.CreateSelect(known, low, may), words)};
  }
  if (!partial_) return {meet(row(axis.rows_at, low, words), row(axis.upper_at, low, words)), {}};
  llvm::Value* high = class_of(axis, x.hi);
  return {meet(row(axis.rows_at, low, words), row(axis.upper_at, high, words)),
          meet(row(axis.rows_at, ir_.CreateSelect(x.pending, high, low), words),
               row(axis.upper_at, ir_.CreateSelect(x.pending, low, high), words))};
}

FunctionEmitter::Rows FunctionEmitter::rows(const StateAxis& axis, uint32_t words) {
  const Number x = number(axis.value);
  llvm::Value* unsettled = ir_.CreateSelect(x.pending, ir_.getInt64(0), ir_.getInt64(2));
  llvm::Value* state = ir_.CreateSelect(ir_.CreateICmpEQ(x.lo, x.hi), ir_.getInt64(1), unsettled);
  return {row(axis.rows_at, state, words), row(axis.rows_at, ir_.CreateAdd(state, ir_.getInt64(3)), words)};
}

}  // namespace sbx::codegen
