// SPDX-License-Identifier: Apache-2.0
// For libsignalbox-runtime.so.
#include "runtime/embed/compile_source.h"

namespace sbx::embed {

CompiledSource compile_source(const PolicySource& source) {
  return {.error = Error{
              "R0759",
              "`" + source.name +
                  "` is a policy's text, and this library has no compiler: load what `signalbox build` makes of it, or use libsignalbox"}};
}

bool has_compiler() { return false; }

}  // namespace sbx::embed
