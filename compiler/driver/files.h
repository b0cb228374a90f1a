// SPDX-License-Identifier: Apache-2.0
// Files for the commands: reading and writing them whole, finding policies in folders and what was installed beside the command.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/driver/command.h"
#include "runtime/base/result.h"
#include "runtime/source/read_file.h"

namespace sbx::driver {

/// Replaces a file in one step, keeping its mode; `-` is stdout. R0702 if it cannot be written.
[[nodiscard]] Result<bool> write_file(const std::string& path, std::string_view bytes);
/// `paths` with each folder replaced by the .sbx files below it, sorted; hidden folders are passed by. R0701 if one does not exist.
[[nodiscard]] Result<std::vector<std::string>> find_policies(const std::vector<std::string>& paths);

/// The folder of stdlib/*.sbx: --stdlib, $SIGNALBOX_HOME/stdlib, ../share/signalbox/stdlib beside the command, the source tree of a build.
[[nodiscard]] Result<std::string> find_stdlib(const Common& common);
/// The folder of the error pages, looked for likewise.
[[nodiscard]] Result<std::string> find_error_pages();
/// The path of this executable.
[[nodiscard]] std::string executable_path();

}  // namespace sbx::driver
