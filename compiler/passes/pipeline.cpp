// SPDX-License-Identifier: Apache-2.0
#include "compiler/passes/pipeline.h"

#include <string>

#include "compiler/ir/verify.h"
#include "compiler/passes/drop_unused.h"

namespace sbx::passes {

const std::vector<Pass>& pipeline() {
  static const std::vector<Pass> passes{
      {"drop-unused", drop_unused},
  };
  return passes;
}

Module optimize(Module module) {
  ir::check(module, "lower");
  for (const Pass& pass : pipeline()) {
    module = pass.run(std::move(module));
    ir::check(module, std::string(pass.name).c_str());
  }
  return module;
}

}  // namespace sbx::passes
