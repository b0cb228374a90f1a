// SPDX-License-Identifier: Apache-2.0
// An object that a stranger made: looking at it must stay within its bytes, whatever they say.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "runtime/embed/inspect.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)sbx::section_of(bytes, sbx::kModuleSection);
  if (const auto inspection = sbx::embed::inspect(bytes, std::nullopt, "")) {
    (void)sbx::embed::inspection_json(*inspection);
    (void)sbx::embed::inspection_text(*inspection);
  }
  return 0;
}
