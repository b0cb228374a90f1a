// SPDX-License-Identifier: Apache-2.0
// Any bytes are checked to findings; what is free of errors is lowered and interpreted.
#include "compiler/pipeline.h"

#include "runtime/diag/render.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sbx;
  CompileOptions options{.stdlib = SBX_SOURCE_DIR "/stdlib", .engine = CompileOptions::Engine::Interpreter};
  options.analyze = size % 2 == 0;  // the other half is lowered although the analysis would refuse it
  Result<Checked> checked = check_text("fuzz.sbx", std::string(reinterpret_cast<const char*>(data), size), options);
  if (!checked) return 0;
  for (const Diagnostic& diagnostic : checked->diags.all()) static_cast<void>(render(diagnostic, checked->sources));
  if (checked->diags.has_errors()) return 0;
  for (size_t i = 0; i < checked->policies.size(); ++i) {
    Result<std::unique_ptr<Program>> program = compile(lower_policy(*checked, i), options);
    SBX_CHECK(program.ok(), "the interpreter takes every module");
  }
  return 0;
}
