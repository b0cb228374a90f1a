// SPDX-License-Identifier: Apache-2.0
// Counts allocations; apart, so that no compiler sees through it.
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {
thread_local size_t count = 0;
}

void* operator new(size_t size) {
  ++count;
  if (void* place = std::malloc(size)) return place;
  throw std::bad_alloc();
}
void operator delete(void* place) noexcept { std::free(place); }
void operator delete(void* place, size_t) noexcept { std::free(place); }

namespace sbx {
size_t allocations() { return count; }
}  // namespace sbx
