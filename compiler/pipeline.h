// SPDX-License-Identifier: Apache-2.0
// The façade: what the command, the gateway's loader and the language server call. The .cpp is the whole pipeline on one screen.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/analysis/analyze.h"
#include "compiler/sema/policy.h"
#include "compiler/syntax/ast.h"
#include "runtime/base/result.h"
#include "runtime/diag/diagnostic.h"
#include "runtime/program/program.h"

namespace sbx {

namespace diff {
class Judge;
struct Difference;
struct CompareOptions;
}  // namespace diff

struct CompileOptions {
  std::string stdlib;  // the folder that holds stdlib/*.sbx
  enum class Engine { Interpreter, Unoptimized, Native } engine = Engine::Native;
  bool wait_for_optimized = true;        // Native: return with the best code, not the first
  bool analyze = true;                   // look for what is wrong over all requests, in policies where nothing else is wrong
  bool only_errors = false;              // of that: checks that can only warn are passed by
  std::optional<std::chrono::milliseconds> time_budget;  // of that; what it cannot settle is said
  std::map<std::string, std::string> texts;              // by path: read instead of what is on disk
  std::shared_ptr<const analysis::Evidence> evidence;    // a recorded sample of readings; null: none
  std::string requirement;  // an expression that every policy has to `require` besides; its findings are in the file `--allow`
};

/// A policy that resolved; what every later stage starts from. `policies` are in source order.
struct Checked {
  SourceSet sources;
  std::vector<ast::File> files;  // those asked for first, then what they use, the standard library's modules included
  size_t roots = 0;              // how many of `files` were asked for
  std::vector<sema::Policy> policies;
  std::vector<std::string> revisions;    // beside `policies`
  std::vector<std::vector<analysis::VectorSignal>> vectors;  // beside `policies`: signals whose vectors are known
  std::vector<bool> analyzed;            // beside `policies`: whether its requests were looked at; empty where none's were
  std::vector<analysis::Bounds> bounds;  // the same
  std::vector<analysis::Misfit> misfits; // of the evidence
  Diagnostics diags;
};

/// Reads `paths` and what they `use`, parses, resolves, checks. An unreadable file is an Error (exit status 2), a wrong one a diagnostic.
[[nodiscard]] Result<Checked> check(const std::vector<std::string>& paths, const CompileOptions& options);
/// The same for text that is not on disk (tests, editors): `path` is what the diagnostics call it.
[[nodiscard]] Result<Checked> check_text(std::string path, std::string text, const CompileOptions& options);

/// Looks for what is wrong over all requests in those policies, of some that were checked without it, that have no error; adds to `diags`,
/// which are not suppressed then. Returns whether the time was enough.
bool analyze(Checked& checked, std::optional<std::chrono::milliseconds> budget = std::nullopt, const analysis::Evidence* evidence = nullptr,
             bool only_errors = false);

/// The decision graph of a policy without errors. `given`: names of derived signals that will be given as readings
/// (docs/design/semantics.md).
[[nodiscard]] Module lower_policy(const Checked& checked, size_t policy, const std::set<std::string>& given = {});

/// Module → program, by the engine asked for; by the interpreter where the command was built without native code (SBX_WITH_JIT=OFF).
[[nodiscard]] Result<std::unique_ptr<Program>> compile(Module module, const CompileOptions& options);

/// One policy of those that were checked.
struct PolicyOf {
  const Checked& checked;
  size_t index = 0;
};
/// Where two policies decide differently (compiler/diff/compare.h). `allowed`: one with CompileOptions::requirement, which says what may
/// change and reads signals only; null: nothing may.
[[nodiscard]] diff::Difference diff_policies(PolicyOf old, PolicyOf now, const PolicyOf* allowed, diff::Judge& judge,
                                             const diff::CompareOptions& options);

}  // namespace sbx
