// SPDX-License-Identifier: Apache-2.0
// What single characters become when they are folded, taken from ICU in pages when they are first met.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace sbx::text {

/// `bytes` of UTF-8 in the low bytes of `utf8`. kLong: more than seven bytes. kJoins: what it becomes depends on what stands before it.
struct FoldedCharacter {
  static constexpr uint8_t kLong = 8, kJoins = 9;
  std::array<char, 7> utf8{};
  uint8_t bytes = kJoins;
};
static_assert(sizeof(FoldedCharacter) == 8);

/// Of characters below kFoldEnd.
inline constexpr char32_t kFoldEnd = 0x20000;
inline constexpr size_t kFoldPage = 256;
using FoldPage = std::array<FoldedCharacter, kFoldPage>;
/// Pages stay for the life of the process; null: not met yet.
extern std::array<std::atomic<const FoldPage*>, kFoldEnd / kFoldPage> fold_pages;
const FoldPage& make_fold_page(size_t number);

[[nodiscard]] inline const FoldedCharacter& folded_character(char32_t character) {
  const FoldPage* page = fold_pages[character / kFoldPage].load(std::memory_order_acquire);
  return page ? (*page)[character % kFoldPage] : make_fold_page(character / kFoldPage)[character % kFoldPage];
}

}  // namespace sbx::text
