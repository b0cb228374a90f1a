// SPDX-License-Identifier: Apache-2.0
#include "compiler/codegen/compile.h"

#include <llvm/ADT/StringMap.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/SubtargetFeature.h>

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

Cpu detect() {
  llvm::SubtargetFeatures features;
  const llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  for (const auto& feature : host) features.AddFeature(feature.first(), feature.second);
  const bool wide = host.lookup("avx512f") && host.lookup("avx512bw") && host.lookup("avx512dq") && host.lookup("avx512vl");
  return {llvm::sys::getHostCPUName().str(), features.getString(), {.vectors = wide || host.lookup("avx2"), .wide = wide}};
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
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2).run(module, modules);
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
