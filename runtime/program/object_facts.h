// SPDX-License-Identifier: Apache-2.0
// What a policy compiled ahead of time says of itself, read from sections of the file. Nothing of it is loaded or run, so the file need
// not be trusted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/program/graph.h"

namespace sbx {

/// Sections of the object: the module as JSON behind which stands a NUL, and the facts (all but the module) likewise.
inline constexpr std::string_view kModuleSection = ".signalbox.module";
inline constexpr std::string_view kFactsSection = ".signalbox.facts";

/// How the code was made. `cpu` is `baseline` or `native`, `processor` what the code was made for in words of LLVM.
struct CodeTarget {
  uint32_t abi = 0;
  std::string target;
  std::string cpu;
  std::string processor;
};

struct ObjectFacts {
  CodeTarget code;
  Module module;
};

/// The content of a section, without a NUL at its end; nothing if the file has none of that name, or its list of sections makes no sense.
[[nodiscard]] std::optional<std::string_view> section_of(std::string_view object, std::string_view name);

/// The facts as the section holds them.
[[nodiscard]] std::string to_json(const CodeTarget& code);
/// R0753 if the object has no such sections, R0755 if one cannot be read.
[[nodiscard]] Result<CodeTarget> read_code_target(std::string_view object);

/// All of it. R0753, R0755 as check_object_file; R0754 if it was made for another version of the contract.
[[nodiscard]] Result<ObjectFacts> read_object_facts(std::string_view object);

}  // namespace sbx
