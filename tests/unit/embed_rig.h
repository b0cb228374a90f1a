// SPDX-License-Identifier: Apache-2.0
// Policies from text, for the tests of what embeds them.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "compiler/pipeline.h"
#include "runtime/embed/c_views.h"

namespace sbx::test {

inline Module module_of(const std::string& text) {
  const Result<Checked> checked = check_text("p.sbx", text, {.stdlib = SBX_SOURCE_DIR "/stdlib", .analyze = false});
  REQUIRE(checked.ok());
  REQUIRE(!checked->diags.has_errors());
  return lower_policy(*checked, 0);
}

inline sbx_load_options load_options() { return {.version = SBX_EMBED_VERSION, .size = sizeof(sbx_load_options)}; }
inline sbx_head empty_head() { return {.version = SBX_EMBED_VERSION, .size = sizeof(sbx_head)}; }
inline sbx_text text(const char* chars) { return {chars, std::strlen(chars)}; }

}  // namespace sbx::test
