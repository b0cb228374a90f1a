// SPDX-License-Identifier: Apache-2.0
// The names that are kept for commands to come. They say so; they never look like an empty success.
#include <CLI/CLI.hpp>

#include "compiler/driver/console.h"

namespace sbx::driver {

std::vector<std::pair<std::string, Run>> add_later(CLI::App& app) {
  std::vector<std::pair<std::string, Run>> commands;
  for (const char* name : {"import"}) {
    CLI::App* command = app.add_subcommand(name, "Not available yet");
    command->prefix_command();
    command->group("Not available yet");
    command->set_help_flag("-h,--help", "Print this help");
    commands.emplace_back(name, [name] {
      return fail({}, Kind::CommandNotAvailable, "`signalbox " + std::string(name) + "` is not available yet",
                  "`signalbox --help` lists the commands of this version");
    });
  }
  return commands;
}

}  // namespace sbx::driver
