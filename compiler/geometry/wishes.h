// SPDX-License-Identifier: Apache-2.0
// Readings that are wished for together: satisfied by one direction, or proved to exclude each other.
#pragma once

#include <span>

#include "compiler/geometry/choices.h"

namespace sbx::geometry {

/// A direction that grants all wishes, seen by their readings; NoDirection with places of wishes none of which can be spared; or Undecided.
/// All vectors are of one dimension.
[[nodiscard]] Direction grant(std::span<const Wish> wishes);

}  // namespace sbx::geometry
