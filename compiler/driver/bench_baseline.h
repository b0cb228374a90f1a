// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "runtime/base/result.h"

namespace sbx::driver {

/// The if-chain as a C++ compiler makes it at -O2, loaded into this process.
class CppBaseline {
 public:
  using Decide = uint32_t (*)(const int32_t*);
  explicit CppBaseline(void* library, Decide decide) : library_(library), decide(decide) {}
  ~CppBaseline();
  CppBaseline(const CppBaseline&) = delete;

 private:
  void* library_;

 public:
  const Decide decide;
};

/// Compiles `source` with the C++ compiler on PATH ($CXX, c++, g++, clang++). R0706 if there is none or it fails.
[[nodiscard]] Result<std::unique_ptr<CppBaseline>> compile_baseline(const std::string& source);

}  // namespace sbx::driver
