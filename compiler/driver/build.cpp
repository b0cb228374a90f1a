// SPDX-License-Identifier: Apache-2.0
// `signalbox build POLICY -o FILE`: a policy compiled ahead of time.
#include <CLI/CLI.hpp>

#ifdef SBX_LLVM_VERSION
#include "compiler/codegen/object.h"
#endif
#include "compiler/driver/console.h"
#include "compiler/driver/files.h"
#include "compiler/driver/inputs.h"
#include "compiler/driver/signing.h"
#include "runtime/program/module_json.h"

namespace sbx::driver {
namespace {

struct Options {
  std::string policy, output, emit = "shared", cpu = "baseline", name, key;
};

Result<std::string> built(const Module& module, const Options& options) {
#ifdef SBX_LLVM_VERSION
  using codegen::BuildOptions;
  BuildOptions build;
  if (options.emit == "object") build.emit = BuildOptions::Emit::Object;
  if (options.emit == "graph") build.emit = BuildOptions::Emit::Graph;
  if (options.emit == "llvm-ir") build.emit = BuildOptions::Emit::LlvmIr;
  if (options.cpu == "native") build.cpu = BuildOptions::Cpu::Native;
  return codegen::build(module, build);
#else
  if (options.emit == "graph") return to_json(module) + "\n";
  return Error{"R0704", "this signalbox was built without native code; `--emit graph` works"};
#endif
}

int build(const Options& options, const Common& common) {
  if (!options.key.empty() && options.output == "-")
    return fail(common, Kind::BadUsage, "a signature stands beside a file, and standard output is none", "write to a file: `-o policy.so`");
  CheckedPolicies checked = check_for_use({options.policy}, common);
  if (!checked.value) return checked.status;
  std::optional<size_t> index = policy_named(options.name, *checked.value, common);
  if (!index) return Misuse;
  Result<std::string> bytes = built(lower_policy(*checked.value, *index), options);
  if (!bytes) return fail(common, bytes.error());
  Result<bool> written = write_file(options.output, *bytes);
  if (written && !options.key.empty()) written = write_signature(options.output, *bytes, options.key);
  return written ? Done : fail(common, written.error());
}

std::string none_of(const std::string& word, const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& one : words) {
    if (one == word) return {};
    all += (all.empty() ? "" : ", ") + one;
  }
  return "`" + word + "` is none of " + all;
}

}  // namespace

Run add_build(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("build", "Compile a policy ahead of time");
  command->add_option("POLICY", options->policy, "A .sbx file")->required();
  command->add_option("-o,--output", options->output, "The file to write; - is standard output")->required()->option_text("FILE");
  command->add_option("--emit", options->emit, "shared (a shared object), object, graph (JSON), llvm-ir")
      ->check([](const std::string& word) {
        return none_of(word, {"shared", "object", "graph", "llvm-ir"});
      })
      ->option_text("KIND");
  command->add_option("--cpu", options->cpu, "baseline (every processor of this kind) or native (this one)")
      ->check([](const std::string& word) {
        return none_of(word, {"baseline", "native"});
      })
      ->option_text("CPU");
  command->add_option("--sign", options->key, "Sign it by an Ed25519 private key (PEM), beside it as FILE.sig")->option_text("KEY.pem");
  command->add_option("--policy", options->name, "Which policy of the file")->option_text("NAME");
  add_common(*command, common);
  add_examples(*command, {"signalbox build policy.sbx -o policy.so", "signalbox build policy.sbx --emit graph -o policy.json"});
  return [options, &common] { return build(*options, common); };
}

}  // namespace sbx::driver
