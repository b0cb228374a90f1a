// SPDX-License-Identifier: Apache-2.0
// The command: the list of subcommands, the reading of arguments, and the last resort when something of ours breaks.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

#include "compiler/driver/arguments.h"
#include "compiler/driver/console.h"
#include "compiler/driver/last_resort.h"
#include "compiler/driver/version.h"

namespace sbx::driver {
namespace {

int run(int count, char** arguments) {
  CLI::App app("Compiles routing policies for LLM gateways: which model answers which request, and why.\n", "signalbox");
  app.set_help_flag("-h,--help", "Print this help");
  app.require_subcommand(0, 1);
  Common common;
  bool version = false;
  std::string format;
  app.add_flag("--version", version, "Print the version");
  add_format(app, format, {"text", "json"});

  std::vector<std::pair<std::string, Run>> commands = {
      {"check", add_check(app, common)},     {"decide", add_decide(app, common)}, {"test", add_test(app, common)},
      {"fmt", add_fmt(app, common)},         {"build", add_build(app, common)},   {"dump", add_dump(app, common)},
      {"graph", add_graph(app, common)},     {"diff", add_diff(app, common)},     {"bench", add_bench(app, common)},
      {"explain", add_explain(app, common)}, {"replay", add_replay(app, common)}, {"lsp", add_lsp(app, common)},
      {"inspect", add_inspect(app, common)}, {"sign", add_sign(app, common)},     {"verify", add_verify(app, common)},
      {"serve", add_serve(app, common)},     {"ext-proc", add_ext_proc(app, common)}, {"learn", add_learn(app, common)},
      {"eval", add_eval(app, common)},       {"corpus", add_corpus(app, common)},
      {"train-signal", add_train_signal(app, common)}, {"eval-signal", add_eval_signal(app, common)},
  };
  for (auto& later : add_later(app)) commands.push_back(std::move(later));
  add_examples(app, {"signalbox check policy.sbx", "signalbox --version --format json"});

  std::vector<char*> words = with_one_command(count, arguments);
  if (std::optional<int> status = read_arguments(app, static_cast<int>(words.size()), words.data(), common)) return *status;
  if (version) return print_version(format);
  for (auto& [name, run] : commands) {
    if (app.got_subcommand(name)) return run();
  }
  print(app.help());
  return Misuse;
}

}  // namespace
}  // namespace sbx::driver

int main(int count, char** arguments) {
  using namespace sbx::driver;
  install_last_resort();
  int status = Bug;
  try {
    status = run(count, arguments);
  } catch (const std::bad_alloc&) {
    std::fputs("signalbox: out of memory\n", stderr);
    status = Misuse;
  } catch (const std::exception& e) {
    report_exception(e.what());
  } catch (...) {
    report_exception("an exception of an unknown kind");
  }
  // A full disk or a closed pipe is noticed only here; results that did not arrive are not a success.
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) return status == Bug ? Bug : Misuse;
  return status;
}
