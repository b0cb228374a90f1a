// SPDX-License-Identifier: Apache-2.0
// A policy that was compiled ahead of time (`signalbox build`), loaded from a shared object. Needs no compiler.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/program/program.h"

namespace sbx {

/// What an object must be before any of it is run. Empty: not asked for.
struct LoadOptions {
  std::string public_key;  // PEM: the object must be signed by its owner
  std::string signature;   // 64 bytes; of load_object() else the file beside the object
  std::string revision;    // `sha256:…`
};

/// Loads `path`, which is run as native code: load only what you trust, or what is signed by whom you trust. What is checked is what is
/// run, whatever becomes of the file meanwhile. The object stays loaded as long as the program.
/// Fails with R0701 (cannot be read), R0753 (cannot be loaded, or is no policy), R0754 (made for another version of the contract), R0755
/// (the file or its module is damaged), R0756 (signature), R0757 (key), R0758 (another revision).
[[nodiscard]] Result<std::unique_ptr<Program>> load_object(const std::string& path, const LoadOptions& options = {});

/// The same for an object in memory; `name` is what messages call it.
[[nodiscard]] Result<std::unique_ptr<Program>> load_object_bytes(std::string_view bytes, const std::string& name,
                                                                 const LoadOptions& options = {});

}  // namespace sbx
