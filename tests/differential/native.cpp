// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/native.h"

#include "compiler/codegen/jit.h"

namespace sbx::differential {

namespace {

class Compiled final : public Matcher {
 public:
  Compiled(std::unique_ptr<Program> program, bool optimized) : program_(std::move(program)) {
    SBX_CHECK(program_->matcher->name() == (optimized ? "native" : "unoptimized"), "the wrong code is in use");
  }
  void known(const sbx_frame& frame, sbx_match& match) const override { program_->matcher->known(frame, match); }
  void partial(const sbx_frame& frame, sbx_match& match) const override { program_->matcher->partial(frame, match); }
  std::string_view name() const override { return program_->matcher->name(); }

 private:
  std::unique_ptr<Program> program_;
};

}  // namespace

void add_native(const Module& module, std::vector<std::unique_ptr<Matcher>>& matchers) {
  for (const bool optimized : {false, true}) {
    codegen::JitOptions options{.only_unoptimized = !optimized, .wait_for_optimized = optimized};
    Result<std::unique_ptr<Program>> program = codegen::jit(module, options);
    SBX_CHECK(program.ok(), "cannot make native code");
    matchers.push_back(std::make_unique<Compiled>(std::move(*program), optimized));
  }
}

}  // namespace sbx::differential
