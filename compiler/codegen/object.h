// SPDX-License-Identifier: Apache-2.0
// Module → object file, ahead of time: the native code and the module in one symbol (runtime/abi/decide.h), for
// runtime/program/load_object.h.
#pragma once

#include <string>

#include "runtime/base/result.h"
#include "runtime/program/graph.h"

namespace sbx::codegen {

struct BuildOptions {
  enum class Emit { Shared, Object, Graph, LlvmIr } emit = Emit::Shared;
  enum class Cpu { Baseline, Native } cpu = Cpu::Baseline;  // every processor of this kind, or this one
};

/// The bytes of the file asked for. Shared needs a C compiler or linker (`$CC`, cc, gcc, clang, ld) on PATH. Same module, options and
/// binary: same bytes. Fails with R0750 (no code for this machine), R0752 (no linker, or it failed).
[[nodiscard]] Result<std::string> build(const Module& module, const BuildOptions& options = {});

}  // namespace sbx::codegen
