// SPDX-License-Identifier: Apache-2.0
// LLVM module → object bytes. Includes LLVM; only this room's .cpp files may include it.
#pragma once

#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include <atomic>
#include <memory>
#include <string>

#include "compiler/codegen/emit.h"
#include "runtime/base/result.h"

namespace sbx::codegen {

/// What the code may use: this machine's instructions, or those that every machine of its kind has.
struct Cpu {
  std::string name;
  std::string features;
  Target target;
};
[[nodiscard]] Cpu native_cpu();
[[nodiscard]] Cpu baseline_cpu();

enum class Effort : uint8_t { First, Optimized };

/// A machine that makes position-independent objects for this process' architecture.
[[nodiscard]] Result<std::unique_ptr<llvm::TargetMachine>> make_machine(const Cpu& cpu, Effort effort);

/// Runs the light pass pipeline of `Effort::Optimized`, none for First.
void optimize(llvm::Module& module, llvm::TargetMachine& machine, Effort effort);

using ObjectBytes = llvm::SmallVector<char, 0>;
[[nodiscard]] Result<ObjectBytes> compile_object(llvm::Module& module, llvm::TargetMachine& machine);

}  // namespace sbx::codegen
