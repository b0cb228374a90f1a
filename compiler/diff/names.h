// SPDX-License-Identifier: Apache-2.0
// A witness gives a reading by the name of one policy; the other may call the signal otherwise.
#pragma once

#include <string>

#include "compiler/diff/merge.h"

namespace sbx::diff {

/// The envelope with every reading under each name that a policy has for its signal.
[[nodiscard]] std::string with_all_names(const Merged& merged, const std::string& envelope);

}  // namespace sbx::diff
