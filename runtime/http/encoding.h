// SPDX-License-Identifier: Apache-2.0
// Bodies that came compressed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace sbx::http {

/// The bytes of a body whose `content-encoding` is `encoding`: `identity`, `gzip`, `deflate`, `zstd`. R0762 for another one, for bytes that
/// are not so encoded, and for more than `most` bytes, which `too_large` tells.
struct Decoded {
  Result<std::string> body;
  bool too_large = false;
};
[[nodiscard]] Decoded decode_body(std::string_view encoding, std::string_view bytes, size_t most);

}  // namespace sbx::http
