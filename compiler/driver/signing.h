// SPDX-License-Identifier: Apache-2.0
// Writing signatures, for `sign` and `build --sign`.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace sbx::driver {

/// Signs `bytes` by the private key in the file `key_path` and writes the signature beside `path`. R0701, R0702, R0757.
[[nodiscard]] Result<bool> write_signature(const std::string& path, std::string_view bytes, const std::string& key_path);

}  // namespace sbx::driver
