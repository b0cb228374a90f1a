// SPDX-License-Identifier: Apache-2.0
// The file of a policy compiled ahead of time: whether it is whole. The system's loader believes what a file says and crashes on one that
// is not, so it is asked only after this.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace sbx {

/// `object` with a seal behind it, by which damage of any byte is seen. Loaders do not read so far.
[[nodiscard]] std::string sealed(std::string object);

/// Whether `bytes` begin like an object of this kind of file (ELF).
[[nodiscard]] bool is_object_file(std::string_view bytes);

/// R0753 if `bytes` are no shared object for this machine, R0755 if the seal does not fit; without a seal (an object that was linked by
/// hand, or stripped) if headers, segments or what the loader follows lie outside the file.
[[nodiscard]] Result<bool> check_object_file(std::string_view bytes);

}  // namespace sbx
