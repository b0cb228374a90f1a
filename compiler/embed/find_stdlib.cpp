// SPDX-License-Identifier: Apache-2.0
#include "compiler/embed/find_stdlib.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

namespace sbx::embed {
namespace fs = std::filesystem;

Result<std::string> find_stdlib() {
  std::vector<fs::path> places;
  if (const char* home = std::getenv("SIGNALBOX_HOME"); home && *home) places.push_back(fs::path(home) / "stdlib");
  // Libraries lie in lib/ or lib/TRIPLE/.
  Dl_info library{};
  std::error_code ignored;
  if (dladdr(reinterpret_cast<void*>(&find_stdlib), &library) != 0 && library.dli_fname != nullptr) {
    const fs::path folder = fs::weakly_canonical(library.dli_fname, ignored).parent_path();
    for (const fs::path& prefix : {folder.parent_path(), folder.parent_path().parent_path()})
      places.push_back(prefix / "share/signalbox/stdlib");
  }
#ifdef SBX_SOURCE_DIR
  places.push_back(fs::path(SBX_SOURCE_DIR) / "stdlib");
#endif
  for (const fs::path& place : places) {
    if (fs::is_directory(place, ignored)) return place.string();
  }
  return Error{"R0701", "cannot find the standard library; name its folder"};
}

}  // namespace sbx::embed
