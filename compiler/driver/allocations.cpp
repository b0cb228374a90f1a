// SPDX-License-Identifier: Apache-2.0
// The process's operator new, with a counter. Part of the command only, never of a library.
#include "compiler/driver/allocations.h"

#include <cstdlib>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SBX_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SBX_SANITIZED 1
#endif

namespace {
thread_local uint64_t count = 0;
}

namespace sbx::driver {
uint64_t allocations() { return count; }
}  // namespace sbx::driver

#ifndef SBX_SANITIZED
void* operator new(size_t size) {
  ++count;
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
#endif
