// SPDX-License-Identifier: Apache-2.0
// The language server, seen from outside.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "compiler/lsp/framing.h"
#include "runtime/base/result.h"

namespace sbx::lsp {

struct Settings {
  std::string stdlib;
  std::string pages;    // the folder of the error pages; empty: none
  std::string version;  // of the command
};

/// Writes a whole message; false when nobody reads any more.
using WriteBytes = std::function<bool(std::string_view bytes)>;

/// Serves one client until it says `exit` or its stream ends. The status is the protocol's: 0 after `shutdown`, else 1. Threads may still
/// run then: the process is to end at once. R0701 if the standard library cannot be read.
[[nodiscard]] Result<int> serve(const Settings& settings, FrameReader::ReadBytes read, WriteBytes write);

}  // namespace sbx::lsp
