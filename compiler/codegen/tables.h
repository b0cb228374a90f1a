// SPDX-License-Identifier: Apache-2.0
// One aligned block of constants that native code reads: rows of masks, boundaries, indices. Offsets are in bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <vector>

namespace sbx::codegen {

class Tables {
 public:
  /// Appends elements at an offset aligned to `alignment` (a power of two up to 64) and returns the offset.
  template <class T>
  uint32_t add(std::span<const T> elements, uint32_t alignment) {
    const uint32_t at = reserve(elements.size_bytes(), alignment);
    if (!elements.empty()) std::memcpy(bytes_.data() + at, elements.data(), elements.size_bytes());
    return at;
  }
  template <class T>
  uint32_t add(const std::vector<T>& elements, uint32_t alignment) {
    return add(std::span<const T>(elements), alignment);
  }

  [[nodiscard]] const std::byte* data() const { return bytes_.data(); }
  [[nodiscard]] size_t size() const { return bytes_.size(); }

  /// The element at a byte offset.
  template <class T>
  [[nodiscard]] T at(uint32_t offset, uint32_t index = 0) const {
    T result;
    std::memcpy(&result, bytes_.data() + offset + index * sizeof(T), sizeof(T));
    return result;
  }

 private:
  uint32_t reserve(size_t size, uint32_t alignment) {
    const size_t at = (bytes_.size() + alignment - 1) / alignment * alignment;
    bytes_.resize(at + size);
    return static_cast<uint32_t>(at);
  }

  // A cache line a row: rows must not straddle two.
  template <class T>
  struct LineAligned {
    using value_type = T;
    LineAligned() = default;
    template <class U>
    LineAligned(const LineAligned<U>&) {}
    T* allocate(size_t n) { return static_cast<T*>(::operator new (n * sizeof(T), std::align_val_t{64})); }
    void deallocate(T* p, size_t) { ::operator delete (p, std::align_val_t{64}); }
    friend bool operator==(const LineAligned&, const LineAligned&) { return true; }
  };
  std::vector<std::byte, LineAligned<std::byte>> bytes_;
};

}  // namespace sbx::codegen
