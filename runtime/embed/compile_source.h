// SPDX-License-Identifier: Apache-2.0
// Where a library with a compiler and one without differ: one of no_compiler.cpp and compiler/embed/compile_source.cpp is linked.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "runtime/base/result.h"
#include "runtime/program/program.h"

namespace sbx::embed {

/// A policy as text. `text` empty: the file at `name` is read. `stdlib` empty: it is looked for. `policy`: which, of a text with several.
struct PolicySource {
  std::string name;
  std::optional<std::string> text;
  std::string stdlib;
  std::string policy;
};

/// The program, or why there is none. `findings` for people, `check` the JSON document; both empty where the text was not looked at.
struct CompiledSource {
  std::unique_ptr<Program> program;
  std::optional<Error> error;
  std::string findings;
  std::string check;
};

/// Never throws; blocks while it compiles. R0759 where there is no compiler.
[[nodiscard]] CompiledSource compile_source(const PolicySource& source);
[[nodiscard]] bool has_compiler();

}  // namespace sbx::embed
