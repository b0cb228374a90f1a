// SPDX-License-Identifier: Apache-2.0
// The shape of the code: values, then chunks of routes until one hits, then chunks of rules; each a function of bounded size, because
// the time of LLVM grows faster than a function.
#include "compiler/codegen/emit.h"

#include <algorithm>
#include <map>
#include <span>

#include "runtime/abi/decide.h"

namespace sbx::codegen {

namespace {

constexpr size_t kValuesAFunction = 128;
constexpr size_t kJoinedFunctions = 4;  // so many are joined into one by the optimiser

class ModuleEmitter {
 public:
  ModuleEmitter(llvm::LLVMContext& context, const Module& module, const Plan& plan, const EmitOptions& options)
      : module_(module),
        plan_(plan),
        options_(options),
        context_(context),
        out_(std::make_unique<llvm::Module>(module.manifest.name, context)) {
    pointer_ = llvm::PointerType::get(context, 0);
    number_scratch();
    make_tables();
  }

  std::unique_ptr<llvm::Module> run() {
    if (options_.hooks) hooks_ = emit_hooks(*out_, module_);
    emit_mode(false);
    emit_mode(true);
    if (options_.join && inner_.size() <= 2 * kJoinedFunctions) {
      for (llvm::Function* function : inner_) function->addFnAttr(llvm::Attribute::AlwaysInline);
    }
    for (llvm::Function& function : *out_) {
      if (!function.isDeclaration()) describe(function);
    }
    return std::move(out_);
  }

 private:
  void number_scratch() {
    for (const ValueId value : plan_.derived) scratch_.slot[value.index] = scratch_.values++;
    for (const auto* chunks : {&plan_.routes, &plan_.rules}) {
      for (const Chunk& chunk : *chunks) {
        if (!chunk.gates.empty()) scratch_.gates = (scratch_.gates + chunk.words - 1) / chunk.words * chunk.words;
        gate_words_.push_back(scratch_.gates);
        if (!chunk.gates.empty()) scratch_.gates += chunk.words;
      }
    }
    scratch_.gates = (scratch_.gates + 7) / 8 * 8;
  }

  void make_tables() {
    llvm::Type* int64 = llvm::Type::getInt64Ty(context_);
    if (options_.tables != nullptr) {
      auto* address = llvm::ConstantInt::get(int64, reinterpret_cast<uintptr_t>(options_.tables));
      tables_ = llvm::ConstantExpr::getIntToPtr(address, pointer_);
      return;
    }
    const llvm::StringRef bytes(reinterpret_cast<const char*>(plan_.tables.data()), plan_.tables.size());
    auto* data = llvm::ConstantDataArray::getRaw(bytes, bytes.size(), llvm::Type::getInt8Ty(context_));
    auto* global = new llvm::GlobalVariable(*out_, data->getType(), true, llvm::GlobalValue::PrivateLinkage, data, "tables");
    global->setAlignment(llvm::Align(64));
    tables_ = global;
  }

  void describe(llvm::Function& function) {
    function.addFnAttr("target-cpu", options_.cpu);
    function.addFnAttr("target-features", options_.features);
    function.addFnAttr(llvm::Attribute::NoUnwind);
    if (options_.target.words == 8) {
      function.addFnAttr("prefer-vector-width", "512");
      function.addFnAttr("min-legal-vector-width", "512");
    }
  }

  llvm::Function* inner(const char* name, llvm::Type* result) {
    auto* type = llvm::FunctionType::get(result, {pointer_, pointer_, pointer_, pointer_, pointer_, pointer_}, false);
    auto* function = llvm::Function::Create(type, llvm::Function::InternalLinkage, name, *out_);
    for (unsigned i = 0; i < 6; ++i) function->addParamAttr(i, llvm::Attribute::NoAlias);
    inner_.push_back(function);
    return function;
  }

  FunctionEmitter emitter(llvm::Function* function, bool partial) {
    return {module_, plan_, scratch_, options_.target, tables_, function, partial};
  }

  llvm::CallInst* call(FunctionEmitter& from, llvm::Function* function, const Arguments& a) {
    return from.ir().CreateCall(function, {a.lo, a.hi, a.state, a.scratch, a.must, a.may});
  }

  std::vector<llvm::Function*> emit_values(bool partial) {
    std::vector<llvm::Function*> result;
    for (size_t at = 0; at < plan_.derived.size(); at += kValuesAFunction) {
      result.push_back(inner("values", llvm::Type::getVoidTy(context_)));
      FunctionEmitter e = emitter(result.back(), partial);
      const size_t end = std::min(plan_.derived.size(), at + kValuesAFunction);
      for (size_t i = at; i < end; ++i) e.compute(plan_.derived[i]);
      e.ir().CreateRetVoid();
    }
    return result;
  }

  // Gates of one word: its must bits, and may bits behind all must words, go to scratch memory.
  llvm::Function* emit_gates(std::span<const GateBit> gates, uint64_t possible, uint32_t slot, bool partial) {
    llvm::Function* function = inner("gates", llvm::Type::getVoidTy(context_));
    FunctionEmitter e = emitter(function, partial);
    std::map<uint32_t, TruthValue> bits;
    for (const GateBit& gate : gates) {
      if ((possible >> (gate.bit % 64) & 1) == 0) continue;
      const TruthValue truth = e.truth(gate.gate);
      const auto [at, is_new] = bits.try_emplace(gate.bit % 64, truth);
      if (!is_new) at->second = {e.ir().CreateAnd(at->second.must, truth.must), e.ir().CreateAnd(at->second.may, truth.may)};
    }
    const auto word = [&](auto member) {
      llvm::Value* result = e.ir().getInt64(0);
      for (const auto& [bit, truth] : bits) {
        result = e.ir().CreateOr(result, e.ir().CreateShl(e.ir().CreateZExt(truth.*member, e.ir().getInt64Ty()), bit));
      }
      return result;
    };
    e.store_i64(word(&TruthValue::must), e.arguments().scratch, scratch_.must_at() + slot);
    if (partial) e.store_i64(word(&TruthValue::may), e.arguments().scratch, scratch_.may_at() + slot);
    e.ir().CreateRetVoid();
    return function;
  }

  // Fills the chunk's words of gates.
  void call_gates(FunctionEmitter& e, const Chunk& chunk, uint32_t slot) {
    const std::vector<uint64_t>& possible = e.partial() ? chunk.partial_base : chunk.known_base;
    size_t at = 0;
    for (uint32_t word = 0; word < chunk.words; ++word) {
      size_t end = at;
      while (end < chunk.gates.size() && chunk.gates[end].bit / 64 == word) ++end;
      call(e, emit_gates(std::span(chunk.gates).subspan(at, end - at), possible[word], slot + word, e.partial()), e.arguments());
      at = end;
    }
  }

  // The masks of a chunk: the terms that are possible before any reading, and all rows ANDed.
  FunctionEmitter::Rows masks(FunctionEmitter& e, const Chunk& chunk, uint32_t slot) {
    Mask must = e.load(e.table(e.partial() ? chunk.partial_base_at : chunk.known_base_at), chunk.words);
    Mask may = must;
    if (!chunk.gates.empty()) {
      call_gates(e, chunk, slot);
      const auto gates = [&](uint64_t word) { return e.load(e.at(e.arguments().scratch, word * 8), chunk.words); };
      must = e.join(must, gates(scratch_.must_at() + slot));
      if (e.partial()) may = e.join(may, gates(scratch_.may_at() + slot));
    }
    const auto meet = [&](const FunctionEmitter::Rows& rows) {
      must = e.meet(must, rows.must);
      if (e.partial()) may = e.meet(may, rows.may);
    };
    for (const Axis& axis : chunk.axes) meet(e.rows(axis, chunk.words));
    if (e.partial()) {
      for (const StateAxis& axis : chunk.states) meet(e.rows(axis, chunk.words));
    }
    return {must, may};
  }

  // Returns the bit of the first possible term's route, or SBX_NO_ROUTE.
  llvm::Function* emit_known_routes(const Chunk& chunk, uint32_t slot) {
    llvm::Function* function = inner("routes", llvm::Type::getInt32Ty(context_));
    FunctionEmitter e = emitter(function, false);
    auto& ir = e.ir();
    const Mask mask = masks(e, chunk, slot).must;
    if (chunk.words == 1) {
      return_first(e, chunk, mask.front(), ir.getInt64(0));
      ir.CreateRet(ir.getInt32(SBX_NO_ROUTE));
    } else if (options_.target.plain) {
      llvm::Value* memory = e.spill(mask, chunk.words);
      for (uint32_t i = 0; i < (chunk.terms + 63) / 64; ++i) return_first(e, chunk, e.load_i64(memory, i), ir.getInt64(i));
      ir.CreateRet(ir.getInt32(SBX_NO_ROUTE));
    } else {
      first_of_words(e, chunk, mask);
    }
    return function;
  }

  // Returns the route of the first bit of a word, if it has one; goes on where it has none.
  void return_first(FunctionEmitter& e, const Chunk& chunk, llvm::Value* bits, llvm::Value* word) {
    auto& ir = e.ir();
    llvm::Function* function = ir.GetInsertBlock()->getParent();
    auto* hit = llvm::BasicBlock::Create(context_, "hit", function);
    auto* miss = llvm::BasicBlock::Create(context_, "miss", function);
    ir.CreateCondBr(ir.CreateICmpNE(bits, ir.getInt64(0)), hit, miss);
    ir.SetInsertPoint(hit);
    ir.CreateRet(
        route_bit(e, chunk, ir.CreateAdd(ir.CreateShl(word, 6), ir.CreateBinaryIntrinsic(llvm::Intrinsic::cttz, bits, ir.getTrue()))));
    ir.SetInsertPoint(miss);
  }

  // One comparison finds the first word that is not zero.
  void first_of_words(FunctionEmitter& e, const Chunk& chunk, const Mask& mask) {
    auto& ir = e.ir();
    llvm::Value* memory = e.spill(mask, chunk.words);
    llvm::Value* words = ir.getInt32(0);
    const uint32_t step = chunk.words / static_cast<uint32_t>(mask.size());
    for (uint32_t i = 0; i < mask.size(); ++i) {
      llvm::Value* full = ir.CreateICmpNE(mask[i], llvm::Constant::getNullValue(mask[i]->getType()));
      llvm::Value* bits = ir.CreateZExt(ir.CreateBitCast(full, ir.getIntNTy(step)), ir.getInt32Ty());
      words = ir.CreateOr(words, ir.CreateShl(bits, i * step));
    }
    llvm::Function* function = ir.GetInsertBlock()->getParent();
    auto* hit = llvm::BasicBlock::Create(context_, "hit", function);
    auto* miss = llvm::BasicBlock::Create(context_, "miss", function);
    ir.CreateCondBr(ir.CreateICmpNE(words, ir.getInt32(0)), hit, miss);
    ir.SetInsertPoint(miss);
    ir.CreateRet(ir.getInt32(SBX_NO_ROUTE));
    ir.SetInsertPoint(hit);
    llvm::Value* word = ir.CreateZExt(ir.CreateBinaryIntrinsic(llvm::Intrinsic::cttz, words, ir.getTrue()), ir.getInt64Ty());
    llvm::Value* bits = ir.CreateAlignedLoad(ir.getInt64Ty(), e.element(ir.getInt64Ty(), memory, word), llvm::Align(8));
    llvm::Value* term = ir.CreateAdd(ir.CreateShl(word, 6), ir.CreateBinaryIntrinsic(llvm::Intrinsic::cttz, bits, ir.getTrue()));
    ir.CreateRet(route_bit(e, chunk, term));
  }

  llvm::Value* route_bit(FunctionEmitter& e, const Chunk& chunk, llvm::Value* term) {
    auto& ir = e.ir();
    llvm::Value* index = ir.CreateAdd(term, ir.getInt64(chunk.first));
    if (plan_.direct) return ir.CreateTrunc(index, ir.getInt32Ty());
    return ir.CreateAlignedLoad(ir.getInt32Ty(), e.element(ir.getInt32Ty(), e.table(plan_.term_bits_at), index), llvm::Align(4));
  }

  void store_words(FunctionEmitter& e, const Chunk& chunk, const Mask& mask, llvm::Value* to) {
    llvm::Value* memory = chunk.words == 1 ? nullptr : e.spill(mask, chunk.words);
    for (uint32_t i = 0; i < (chunk.terms + 63) / 64; ++i) {
      e.store_i64(memory == nullptr ? mask.front() : e.load_i64(memory, i), to, chunk.first / 64 + i);
    }
  }

  // Sets the bit of a route for each of its possible terms.
  void scatter(FunctionEmitter& e, const Chunk& chunk, const Mask& mask, llvm::Value* to) {
    auto& ir = e.ir();
    llvm::Value* memory = chunk.words == 1 ? nullptr : e.spill(mask, chunk.words);
    llvm::Function* function = ir.GetInsertBlock()->getParent();
    for (uint32_t i = 0; i < (chunk.terms + 63) / 64; ++i) {
      llvm::Value* word = memory == nullptr ? mask.front() : e.load_i64(memory, i);
      llvm::BasicBlock* before = ir.GetInsertBlock();
      auto* head = llvm::BasicBlock::Create(context_, "head", function);
      auto* body = llvm::BasicBlock::Create(context_, "body", function);
      auto* after = llvm::BasicBlock::Create(context_, "after", function);
      ir.CreateBr(head);
      ir.SetInsertPoint(head);
      llvm::PHINode* left = ir.CreatePHI(ir.getInt64Ty(), 2);
      left->addIncoming(word, before);
      ir.CreateCondBr(ir.CreateICmpNE(left, ir.getInt64(0)), body, after);
      ir.SetInsertPoint(body);
      llvm::Value* term = ir.CreateAdd(ir.CreateBinaryIntrinsic(llvm::Intrinsic::cttz, left, ir.getTrue()), ir.getInt64(i * 64));
      llvm::Value* bit = ir.CreateZExt(route_bit(e, chunk, term), ir.getInt64Ty());
      llvm::Value* address = e.element(ir.getInt64Ty(), to, ir.CreateLShr(bit, 6));
      llvm::Value* old = ir.CreateAlignedLoad(ir.getInt64Ty(), address, llvm::Align(8));
      ir.CreateAlignedStore(ir.CreateOr(old, ir.CreateShl(ir.getInt64(1), ir.CreateAnd(bit, 63))), address, llvm::Align(8));
      left->addIncoming(ir.CreateAnd(left, ir.CreateSub(left, ir.getInt64(1))), body);
      ir.CreateBr(head);
      ir.SetInsertPoint(after);
    }
  }

  llvm::Function* emit_words(const Chunk& chunk, uint32_t slot, bool partial, bool direct) {
    llvm::Function* function = inner(partial ? "partial" : "rules", llvm::Type::getVoidTy(context_));
    FunctionEmitter e = emitter(function, partial);
    const FunctionEmitter::Rows mask = masks(e, chunk, slot);
    const auto write = [&](const Mask& value, llvm::Value* to) {
      if (direct) {
        store_words(e, chunk, value, to);
      } else {
        scatter(e, chunk, value, to);
      }
    };
    write(mask.must, e.arguments().must);
    if (partial) write(mask.may, e.arguments().may);
    e.ir().CreateRetVoid();
    return function;
  }

  void emit_mode(bool partial) {
    const std::vector<llvm::Function*> values = emit_values(partial);
    std::vector<llvm::Function*> routes;
    std::vector<llvm::Function*> rules;
    size_t slot = 0;
    for (const Chunk& chunk : plan_.routes) {
      const uint32_t gates = gate_words_[slot++];
      routes.push_back(partial ? emit_words(chunk, gates, true, plan_.direct) : emit_known_routes(chunk, gates));
    }
    for (const Chunk& chunk : plan_.rules) rules.push_back(emit_words(chunk, gate_words_[slot++], partial, true));
    if (partial) {
      emit_partial(values, routes, rules);
    } else {
      emit_known(values, routes, rules);
    }
  }

  // An sbx_match_fn.
  llvm::Function* outer(const char* name) {
    auto* type = llvm::FunctionType::get(llvm::Type::getVoidTy(context_), {pointer_, pointer_}, false);
    return llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, *out_);
  }

  // What its functions get.
  Arguments unpack(FunctionEmitter& e, llvm::Function* function) {
    auto& ir = e.ir();
    const bool partial = e.partial();
    const auto pointer_at = [&](llvm::Value* base, size_t offset) { return ir.CreateLoad(pointer_, e.at(base, offset)); };
    llvm::Value* nothing = llvm::ConstantPointerNull::get(pointer_);
    Arguments a{pointer_at(function->getArg(0), offsetof(sbx_frame, lo)), nothing, nothing, nothing, nothing, nothing};
    if (partial || !plan_.rules.empty() || hooks_ != nullptr) a.must = pointer_at(function->getArg(1), offsetof(sbx_match, must));
    if (scratch_.words() > 0) {
      llvm::AllocaInst* scratch = ir.CreateAlloca(llvm::ArrayType::get(ir.getInt64Ty(), scratch_.words()));
      scratch->setAlignment(llvm::Align(64));
      a.scratch = scratch;
    }
    if (!partial) return a;
    a.may = pointer_at(function->getArg(1), offsetof(sbx_match, may));
    // A settled frame need not have states.
    std::vector<uint8_t> known(std::max<size_t>(1, module_.manifest.leaves.size()), SBX_KNOWN);
    auto* states = llvm::ConstantDataArray::get(context_, known);
    auto* global = new llvm::GlobalVariable(*out_, states->getType(), true, llvm::GlobalValue::PrivateLinkage, states, "known");
    llvm::Value* settled =
        ir.CreateICmpNE(ir.CreateLoad(ir.getInt32Ty(), e.at(function->getArg(0), offsetof(sbx_frame, settled))), ir.getInt32(0));
    a.hi = ir.CreateSelect(settled, a.lo, pointer_at(function->getArg(0), offsetof(sbx_frame, hi)));
    a.state = ir.CreateSelect(settled, global, pointer_at(function->getArg(0), offsetof(sbx_frame, state)));
    return a;
  }

  void emit_known(const std::vector<llvm::Function*>& values, const std::vector<llvm::Function*>& routes,
                  const std::vector<llvm::Function*>& rules) {
    llvm::Function* function = outer(kKnownSymbol);
    FunctionEmitter e = emitter(function, false);
    auto& ir = e.ir();
    const Arguments a = unpack(e, function);
    for (llvm::Function* next : values) call(e, next, a);
    for (llvm::Function* next : rules) call(e, next, a);
    auto* found = llvm::BasicBlock::Create(context_, "found", function);
    llvm::PHINode* route = llvm::PHINode::Create(ir.getInt32Ty(), static_cast<unsigned>(routes.size() + 1), "route", found);
    for (size_t i = 0; i < routes.size(); ++i) {
      llvm::Value* bit = call(e, routes[i], a);
      route->addIncoming(bit, ir.GetInsertBlock());
      if (i + 1 == routes.size()) break;
      auto* next = llvm::BasicBlock::Create(context_, "next", function, found);
      ir.CreateCondBr(ir.CreateICmpNE(bit, ir.getInt32(SBX_NO_ROUTE)), found, next);
      ir.SetInsertPoint(next);
    }
    if (routes.empty()) route->addIncoming(ir.getInt32(SBX_NO_ROUTE), ir.GetInsertBlock());
    ir.CreateBr(found);
    ir.SetInsertPoint(found);
    ir.CreateStore(route, e.at(function->getArg(1), offsetof(sbx_match, route)));
    if (hooks_ != nullptr) ir.CreateCall(hooks_, {route, a.must});
    ir.CreateRetVoid();
  }

  void emit_partial(const std::vector<llvm::Function*>& values, const std::vector<llvm::Function*>& routes,
                    const std::vector<llvm::Function*>& rules) {
    llvm::Function* function = outer(kPartialSymbol);
    FunctionEmitter e = emitter(function, true);
    const Arguments a = unpack(e, function);
    // Routes without terms have bits too.
    const uint32_t written =
        plan_.direct ? (plan_.routes.empty() ? 0 : plan_.routes.back().first / 64 + (plan_.routes.back().terms + 63) / 64) : 0;
    for (uint32_t word = written; word < plan_.rule_word; ++word) {
      e.store_i64(e.i64(0), a.must, word);
      e.store_i64(e.i64(0), a.may, word);
    }
    for (const auto* functions : {&values, &routes, &rules}) {
      for (llvm::Function* next : *functions) call(e, next, a);
    }
    e.ir().CreateRetVoid();
  }

  const Module& module_;
  const Plan& plan_;
  const EmitOptions& options_;
  llvm::LLVMContext& context_;
  std::unique_ptr<llvm::Module> out_;
  llvm::PointerType* pointer_ = nullptr;
  llvm::Constant* tables_ = nullptr;
  Scratch scratch_;
  std::vector<uint32_t> gate_words_;  // the first word of gates of each chunk, routes' first
  std::vector<llvm::Function*> inner_;
  llvm::Function* hooks_ = nullptr;
};

}  // namespace

std::unique_ptr<llvm::Module> emit(llvm::LLVMContext& context, const Module& module, const Plan& plan, const EmitOptions& options) {
  return ModuleEmitter(context, module, plan, options).run();
}

}  // namespace sbx::codegen
