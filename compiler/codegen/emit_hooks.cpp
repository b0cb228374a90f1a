// SPDX-License-Identifier: Apache-2.0
// Where a debugger stops: a function a route and rule, at its line of the policy, that runs when it wins or fires.
#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/DIBuilder.h>

#include <map>

#include "compiler/codegen/emit.h"
#include "runtime/abi/decide.h"

namespace sbx::codegen {

namespace {

class HookEmitter {
 public:
  HookEmitter(llvm::Module& out, const Module& module) : out_(out), context_(out.getContext()), module_(module), debug_(out) {
    out.addModuleFlag(llvm::Module::Warning, "Debug Info Version", llvm::DEBUG_METADATA_VERSION);
    out.addModuleFlag(llvm::Module::Warning, "Dwarf Version", 4);
    unit_ = debug_.createCompileUnit(llvm::dwarf::DW_LANG_C, file(module.manifest.file), "signalbox", true, "", 0);
  }

  llvm::Function* run() {
    llvm::IRBuilder<> ir(context_);
    auto* pointer = llvm::PointerType::get(context_, 0);
    auto* type = llvm::FunctionType::get(ir.getVoidTy(), {ir.getInt32Ty(), pointer}, false);
    auto* hooks = llvm::Function::Create(type, llvm::Function::InternalLinkage, "signalbox_hooks", out_);
    hooks->addFnAttr(llvm::Attribute::NoInline);
    ir.SetInsertPoint(llvm::BasicBlock::Create(context_, "entry", hooks));
    routes(ir, hooks);
    for (const Rule& rule : module_.manifest.rules) this->rule(ir, hooks, rule);
    ir.CreateRetVoid();
    debug_.finalize();
    return hooks;
  }

 private:
  llvm::DIFile* file(const std::string& path) {
    const size_t slash = path.rfind('/');
    const bool bare = slash == std::string::npos;
    return debug_.createFile(bare ? path : path.substr(slash + 1), bare ? "." : path.substr(0, slash));
  }

  // Something must happen in it, or the optimiser removes it: its number is stored where nobody reads it.
  llvm::Function* hook(const std::string& name, const Place& place) {
    llvm::IRBuilder<> ir(context_);
    auto* function =
        llvm::Function::Create(llvm::FunctionType::get(ir.getVoidTy(), false), llvm::Function::ExternalLinkage, "policy:" + name, out_);
    function->addFnAttr(llvm::Attribute::NoInline);
    function->addFnAttr("frame-pointer", "all");
    llvm::DIFile* source = file(place.file);
    const unsigned line = place.start.line;
    auto* type = debug_.createSubroutineType(debug_.getOrCreateTypeArray({}));
    auto* described = debug_.createFunction(source, name, function->getName(), source, line, type, line, llvm::DINode::FlagPrototyped,
                                            llvm::DISubprogram::SPFlagDefinition);
    function->setSubprogram(described);
    ir.SetInsertPoint(llvm::BasicBlock::Create(context_, "entry", function));
    ir.SetCurrentDebugLocation(llvm::DILocation::get(context_, line, place.start.column, described));
    auto* memory = ir.CreateAlloca(ir.getInt32Ty());
    ir.CreateStore(ir.getInt32(line), memory, true);
    ir.CreateRetVoid();
    return function;
  }

  void routes(llvm::IRBuilder<>& ir, llvm::Function* hooks) {
    const Manifest& manifest = module_.manifest;
    auto* after = llvm::BasicBlock::Create(context_, "rules", hooks);
    llvm::SwitchInst* by_route = ir.CreateSwitch(hooks->getArg(0), after, static_cast<unsigned>(manifest.order.size()));
    for (const RouteId id : manifest.order) {
      const Route& route = manifest.routes[id];
      auto* block = llvm::BasicBlock::Create(context_, "route", hooks);
      by_route->addCase(ir.getInt32(route.bit), block);
      ir.SetInsertPoint(block);
      ir.CreateCall(hook(route.name, route.place));
      ir.CreateBr(after);
    }
    ir.SetInsertPoint(after);
  }

  llvm::Value* holds(llvm::IRBuilder<>& ir, llvm::Function* hooks, const Condition& condition) {
    llvm::Value* result = ir.getTrue();
    if (condition.bit != kAlways) {
      auto* address = ir.CreateInBoundsGEP(ir.getInt64Ty(), hooks->getArg(1), ir.getInt64(condition.bit / 64));
      auto* word = ir.CreateLoad(ir.getInt64Ty(), address);
      result = ir.CreateICmpNE(ir.CreateAnd(word, uint64_t{1} << (condition.bit % 64)), ir.getInt64(0));
    }
    if (condition.routes.empty()) return result;
    llvm::Value* listed = ir.getFalse();
    for (const uint32_t route : condition.routes) {
      const uint32_t bit = route == kOtherwise ? SBX_NO_ROUTE : module_.manifest.routes[RouteId{route}].bit;
      listed = ir.CreateOr(listed, ir.CreateICmpEQ(hooks->getArg(0), ir.getInt32(bit)));
    }
    return ir.CreateAnd(result, listed);
  }

  void rule(llvm::IRBuilder<>& ir, llvm::Function* hooks, const Rule& rule) {
    llvm::Value* fires = ir.getFalse();
    for (const Condition& condition : rule.when) fires = ir.CreateOr(fires, holds(ir, hooks, condition));
    auto* then = llvm::BasicBlock::Create(context_, "rule", hooks);
    auto* after = llvm::BasicBlock::Create(context_, "rule_end", hooks);
    ir.CreateCondBr(fires, then, after);
    ir.SetInsertPoint(then);
    ir.CreateCall(hook(rule.name, rule.place));
    ir.CreateBr(after);
    ir.SetInsertPoint(after);
  }

  llvm::Module& out_;
  llvm::LLVMContext& context_;
  const Module& module_;
  llvm::DIBuilder debug_;
  llvm::DICompileUnit* unit_ = nullptr;
};

}  // namespace

llvm::Function* emit_hooks(llvm::Module& out, const Module& module) { return HookEmitter(out, module).run(); }

}  // namespace sbx::codegen
