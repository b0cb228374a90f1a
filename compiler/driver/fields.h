// SPDX-License-Identifier: Apache-2.0
// Texts that travel together between processes: how the loader's two ends speak (loader_server.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::driver {

using Fields = std::vector<std::string>;

/// Lengths and bytes; what follows them may be more fields.
[[nodiscard]] std::string packed(const Fields& fields);
/// Takes one pack off the front; nothing if it is not there whole.
[[nodiscard]] std::optional<Fields> unpack(std::string_view& bytes);

/// False: the other end is gone.
[[nodiscard]] bool send_all(int descriptor, std::string_view bytes);
/// Waits for one pack; nothing: the other end is gone.
[[nodiscard]] std::optional<Fields> receive_fields(int socket);

}  // namespace sbx::driver
