// SPDX-License-Identifier: Apache-2.0
// Plan → LLVM module. Includes LLVM; only this room's .cpp files may include it.
#pragma once

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>

#include <memory>
#include <string>

#include "compiler/codegen/emitter.h"

namespace sbx::codegen {

struct EmitOptions {
  Target target;
  std::string cpu;  // of llvm::TargetMachine
  std::string features;
  const void* tables = nullptr;  // where the plan's tables are; null: they become a constant of the module
  bool hooks = false;            // a function a route and rule that runs when it wins or fires, with its place as debug information
  bool join = false;             // let the optimiser join the functions of a small policy
};

inline constexpr const char* kKnownSymbol = "signalbox_known";
inline constexpr const char* kPartialSymbol = "signalbox_partial";

/// The functions kKnownSymbol and kPartialSymbol (sbx_match_fn) and what they call.
[[nodiscard]] std::unique_ptr<llvm::Module> emit(llvm::LLVMContext& context, const Module& module, const Plan& plan,
                                                 const EmitOptions& options);

/// Emits the hooks: `policy:<route>` and `policy:<rule>`, and `signalbox_hooks(route, must)` that calls those of a match.
llvm::Function* emit_hooks(llvm::Module& out, const Module& module);

}  // namespace sbx::codegen
