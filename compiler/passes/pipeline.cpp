// SPDX-License-Identifier: Apache-2.0
#include "compiler/passes/pipeline.h"

#include <string>

#include "compiler/passes/drop_unused.h"
#include "runtime/program/verify.h"

namespace sbx::passes {

const std::vector<Pass>& pipeline() {
  static const std::vector<Pass> passes{
      {"drop-unused", drop_unused},
  };
  return passes;
}

Module optimize(Module module) {
  check_module(module, "lower");
  for (const Pass& pass : pipeline()) {
    module = pass.run(std::move(module));
    check_module(module, std::string(pass.name).c_str());
  }
  return module;
}

}  // namespace sbx::passes
