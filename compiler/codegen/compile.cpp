// SPDX-License-Identifier: Apache-2.0
#include "compiler/codegen/compile.h"

#include <llvm/ADT/StringMap.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/SubtargetFeature.h>
#include <llvm/Transforms/IPO/AlwaysInliner.h>
#include <llvm/Transforms/InstCombine/InstCombine.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/SROA.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>

#include <mutex>

namespace sbx::codegen {

namespace {

void initialize_target() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
  });
}

// Only what this machine has and its kind has not, or the other way round: LLVM looks a function's target up by the whole text, often.
std::string differences(const std::string& cpu, const llvm::StringMap<bool>& host) {
  initialize_target();
  const std::string triple = llvm::sys::getProcessTriple();
  std::string message;
  const llvm::Target* target = llvm::TargetRegistry::lookupTarget(triple, message);
  if (target == nullptr) return "";
  const std::unique_ptr<llvm::MCSubtargetInfo> usual(target->createMCSubtargetInfo(triple, cpu, ""));
  llvm::SubtargetFeatures result;
  for (const llvm::SubtargetFeatureKV& feature : usual->getAllProcessorFeatures()) {
    const auto here = host.find(feature.Key);
    if (here != host.end() && here->second != usual->getFeatureBits()[feature.Value]) result.AddFeature(feature.Key, here->second);
  }
  return result.getString();
}

Cpu detect() {
  const llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  const bool wide = host.lookup("avx512f") && host.lookup("avx512bw") && host.lookup("avx512dq") && host.lookup("avx512vl");
  const std::string name = llvm::sys::getHostCPUName().str();
  return {name, differences(name, host), {.words = wide ? 8U : host.lookup("avx2") ? 4U : 2U}};
}

}  // namespace

Cpu native_cpu() {
  static const Cpu cpu = detect();
  return cpu;
}

Cpu baseline_cpu() {
  const bool x86 = llvm::Triple(llvm::sys::getProcessTriple()).isX86();
  return {x86 ? "x86-64" : "generic", "", {}};
}

Result<std::unique_ptr<llvm::TargetMachine>> make_machine(const Cpu& cpu, Effort effort) {
  initialize_target();
  const std::string triple = llvm::sys::getProcessTriple();
  std::string message;
  const llvm::Target* target = llvm::TargetRegistry::lookupTarget(triple, message);
  if (target == nullptr) return Error{"R0750", "no native code for " + triple + ": " + message};
  llvm::TargetOptions options;
  const bool first = effort == Effort::First;
  options.EnableFastISel = first;
  std::unique_ptr<llvm::TargetMachine> machine(
      target->createTargetMachine(triple, cpu.name, cpu.features, options, llvm::Reloc::PIC_, std::nullopt,
                                  first ? llvm::CodeGenOptLevel::None : llvm::CodeGenOptLevel::Default, true));
  if (!machine) return Error{"R0750", "no native code for " + triple};
  return machine;
}

void optimize(llvm::Module& module, llvm::TargetMachine& machine, Effort effort) {
  module.setTargetTriple(machine.getTargetTriple().str());
  module.setDataLayout(machine.createDataLayout());
  if (effort == Effort::First) return;
  llvm::PassBuilder builder(&machine);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager graphs;
  llvm::ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(graphs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, graphs, modules);
  // The work is in the tables: joining functions and cleaning up is all that pays (docs/performance.md).
  llvm::FunctionPassManager clean;
  clean.addPass(llvm::SROAPass(llvm::SROAOptions::ModifyCFG));
  clean.addPass(llvm::EarlyCSEPass(true));
  clean.addPass(llvm::InstCombinePass());
  clean.addPass(llvm::SimplifyCFGPass());
  llvm::ModulePassManager passes;
  passes.addPass(llvm::AlwaysInlinerPass());
  passes.addPass(llvm::createModuleToFunctionPassAdaptor(std::move(clean)));
  passes.run(module, modules);
}

Result<ObjectBytes> compile_object(llvm::Module& module, llvm::TargetMachine& machine) {
  ObjectBytes bytes;
  llvm::raw_svector_ostream out(bytes);
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, out, nullptr, llvm::CodeGenFileType::ObjectFile)) {
    return Error{"R0750", "this machine's code generator cannot write objects"};
  }
  passes.run(module);
  return bytes;
}

}  // namespace sbx::codegen
