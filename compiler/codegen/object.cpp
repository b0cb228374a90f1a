// SPDX-License-Identifier: Apache-2.0
#include "compiler/codegen/object.h"

#include <llvm/Support/raw_ostream.h>
#include <llvm/Transforms/Utils/ModuleUtils.h>

#include "compiler/codegen/compile.h"
#include "compiler/codegen/link.h"
#include "runtime/abi/decide.h"
#include "runtime/program/module_json.h"
#include "runtime/program/object_facts.h"
#include "runtime/program/object_file.h"

namespace sbx::codegen {

namespace {

// A text in a section of its own, where it can be read without loading the object.
llvm::GlobalVariable* add_text(llvm::Module& out, const std::string& text, const char* name, std::string_view section) {
  auto* constant = llvm::ConstantDataArray::getString(out.getContext(), text, true);
  auto* variable = new llvm::GlobalVariable(out, constant->getType(), true, llvm::GlobalValue::PrivateLinkage, constant, name);
  variable->setSection(section);
  llvm::appendToUsed(out, {variable});
  return variable;
}

// The symbol `signalbox_policy`: an sbx_policy_v1.
void add_policy_symbol(llvm::Module& out, const std::string& json) {
  llvm::LLVMContext& context = out.getContext();
  llvm::Constant* module = add_text(out, json, "module", kModuleSection);
  auto* int32 = llvm::Type::getInt32Ty(context);
  auto* int64 = llvm::Type::getInt64Ty(context);
  llvm::Constant* members[] = {llvm::ConstantInt::get(int32, SBX_ABI_VERSION),
                               llvm::ConstantInt::get(int32, sizeof(sbx_policy_v1)),
                               out.getFunction(kKnownSymbol),
                               out.getFunction(kPartialSymbol),
                               module,
                               llvm::ConstantInt::get(int64, json.size())};
  auto* policy = llvm::ConstantStruct::getAnon(context, members);
  auto* symbol = new llvm::GlobalVariable(out, policy->getType(), true, llvm::GlobalValue::ExternalLinkage, policy, "signalbox_policy");
  symbol->setAlignment(llvm::Align(8));
  for (const char* name : {kKnownSymbol, kPartialSymbol}) out.getFunction(name)->setLinkage(llvm::GlobalValue::InternalLinkage);
}

}  // namespace

Result<std::string> build(const Module& module, const BuildOptions& options) {
  const std::string json = to_json(module);
  if (options.emit == BuildOptions::Emit::Graph) return json;
  const Cpu cpu = options.cpu == BuildOptions::Cpu::Native ? native_cpu() : baseline_cpu();
  auto machine = make_machine(cpu, Effort::Optimized);
  if (!machine) return machine.error();
  const Plan tables = plan(module);
  llvm::LLVMContext context;
  const auto emitted =
      emit(context, module, tables, {.target = cpu.target, .cpu = cpu.name, .features = cpu.features, .hooks = false, .join = true});
  emitted->setSourceFileName(module.manifest.name);
  add_policy_symbol(*emitted, json);
  const bool native = options.cpu == BuildOptions::Cpu::Native;
  const CodeTarget facts{SBX_ABI_VERSION, (*machine)->getTargetTriple().str(), native ? "native" : "baseline", cpu.name};
  add_text(*emitted, to_json(facts), "facts", kFactsSection);
  optimize(*emitted, **machine, Effort::Optimized);
  if (options.emit == BuildOptions::Emit::LlvmIr) {
    std::string text;
    llvm::raw_string_ostream out(text);
    emitted->print(out, nullptr);
    return text;
  }
  auto object = compile_object(*emitted, **machine);
  if (!object) return object.error();
  std::string bytes(object->data(), object->size());
  if (options.emit == BuildOptions::Emit::Object) return bytes;
  Result<std::string> shared = link_shared(bytes);
  if (!shared) return shared;
  return sealed(std::move(*shared));
}

}  // namespace sbx::codegen
