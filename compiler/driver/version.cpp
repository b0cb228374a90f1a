// SPDX-License-Identifier: Apache-2.0
// What this build is: for bug reports and for hosts that load compiled policies.
#include "compiler/driver/version.h"

#include <nlohmann/json.hpp>

#include "compiler/driver/console.h"
#include "runtime/abi/decide.h"

namespace sbx::driver {

int print_version(const std::string& format) {
  nlohmann::ordered_json document;
  document["schema"] = "signalbox.version/1";
  document["version"] = SBX_VERSION;
  document["abi"] = SBX_ABI_VERSION;
  document["language"] = 1;
#ifdef SBX_LLVM_VERSION
  document["llvm"] = SBX_LLVM_VERSION;
#else
  document["llvm"] = nullptr;
#endif
  document["build"] = SBX_BUILD;
  if (format == "json") {
    print(document.dump(2) + "\n");
    return Done;
  }
  std::string llvm = document["llvm"].is_null() ? "without LLVM" : "LLVM " + document["llvm"].get<std::string>();
  print("signalbox " + document["version"].get<std::string>() + " (language 1, ABI " + std::to_string(document["abi"].get<int>()) + ", " +
        llvm + ", " + SBX_BUILD + ")\n");
  return Done;
}

}  // namespace sbx::driver
