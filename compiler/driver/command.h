// SPDX-License-Identifier: Apache-2.0
// What every subcommand shares: exit statuses, the common options, and how a command is added. Each add_… function
// lives in the file of its name; main.cpp lists them.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace sbx::driver {

/// docs/cli.md#1-conventions.
enum ExitStatus : int { Done = 0, Findings = 1, Misuse = 2, Bug = 3 };

/// Options that every command takes.
struct Common {
  std::string color = "auto";
  bool quiet = false;
  int jobs = 0;        // 0: as many as the machine has
  std::string stdlib;  // empty: found beside the command
};

/// What a chosen command does; returns its exit status.
using Run = std::function<int()>;

/// Adds `--color --quiet --jobs --stdlib` to a command.
void add_common(CLI::App& command, Common& common);
/// `--format` with the words a command knows; the first is the default.
void add_format(CLI::App& command, std::string& format, std::vector<std::string> words);
/// `--models FILE`.
void add_models(CLI::App& command, std::string& file);
/// Shown below the options by --help; each line is run by a test in a copy of examples/quickstart.
void add_examples(CLI::App& command, const std::vector<std::string>& lines);

Run add_check(CLI::App& app, Common& common);
Run add_decide(CLI::App& app, Common& common);
Run add_test(CLI::App& app, Common& common);
Run add_fmt(CLI::App& app, Common& common);
Run add_build(CLI::App& app, Common& common);
Run add_dump(CLI::App& app, Common& common);
Run add_graph(CLI::App& app, Common& common);
Run add_diff(CLI::App& app, Common& common);
Run add_explain(CLI::App& app, Common& common);
Run add_bench(CLI::App& app, Common& common);
Run add_replay(CLI::App& app, Common& common);
Run add_lsp(CLI::App& app, Common& common);
Run add_inspect(CLI::App& app, Common& common);
Run add_sign(CLI::App& app, Common& common);
Run add_verify(CLI::App& app, Common& common);
Run add_serve(CLI::App& app, Common& common);
Run add_ext_proc(CLI::App& app, Common& common);
Run add_learn(CLI::App& app, Common& common);
Run add_eval(CLI::App& app, Common& common);
Run add_corpus(CLI::App& app, Common& common);
Run add_train_signal(CLI::App& app, Common& common);
Run add_eval_signal(CLI::App& app, Common& common);
/// The names that are kept for commands to come: they take anything and answer "not available yet" (docs/cli.md#not-available-yet).
std::vector<std::pair<std::string, Run>> add_later(CLI::App& app);

}  // namespace sbx::driver
