// SPDX-License-Identifier: Apache-2.0
// The façade: what the command, the gateway's loader and the language server call. The .cpp is the whole pipeline on one screen.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "compiler/sema/policy.h"
#include "runtime/base/result.h"
#include "runtime/diag/diagnostic.h"
#include "runtime/program/program.h"

namespace sbx {

struct CompileOptions {
  std::string stdlib;                    // the folder that holds stdlib/*.sbx
  enum class Engine { Interpreter, Unoptimized, Native } engine = Engine::Native;
  bool wait_for_optimized = true;        // Native: return with the best code, not the first
  bool analyze = true;                   // look for what is wrong over all requests, where nothing else is wrong
};

/// A policy that resolved; what every later stage starts from. `policies` are in source order.
struct Checked {
  SourceSet sources;
  std::vector<sema::Policy> policies;
  std::vector<std::string> revisions;    // beside `policies`
  Diagnostics diags;
};

/// Reads `paths` and what they `use`, parses, resolves, checks. An unreadable file is an Error (exit status 2), a wrong one a diagnostic.
[[nodiscard]] Result<Checked> check(const std::vector<std::string>& paths, const CompileOptions& options);
/// The same for text that is not on disk (tests, editors): `path` is what the diagnostics call it.
[[nodiscard]] Result<Checked> check_text(std::string path, std::string text, const CompileOptions& options);

/// The decision graph of a policy without errors. `given`: names of derived signals that will be given as readings (docs/design/semantics.md).
[[nodiscard]] Module lower_policy(const Checked& checked, size_t policy, const std::set<std::string>& given = {});

/// Module → program, by the engine asked for; by the interpreter where the command was built without native code (SBX_WITH_JIT=OFF).
[[nodiscard]] Result<std::unique_ptr<Program>> compile(Module module, const CompileOptions& options);

}  // namespace sbx
