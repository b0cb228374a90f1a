// SPDX-License-Identifier: Apache-2.0
// `signalbox inspect FILE`: what a compiled policy is. Nothing of it is run.
#include "runtime/embed/inspect.h"

#include <CLI/CLI.hpp>

#include "compiler/driver/arguments.h"
#include "compiler/driver/console.h"
#include "compiler/driver/files.h"
#include "runtime/program/signature.h"

namespace sbx::driver {
namespace {

struct Options {
  std::string file, verify, format;
};

int inspect_object(const Options& options, const Common& common) {
  Result<std::string> bytes = read_file(options.file);
  if (!bytes) return fail(common, bytes.error());
  Result<std::string> key = options.verify.empty() ? Result<std::string>(std::string()) : read_file(options.verify);
  if (!key) return fail(common, key.error());
  const Result<std::optional<std::string>> signature = find_signature(options.file);
  if (!signature) return fail(common, signature.error());
  const Result<embed::Inspection> inspection = embed::inspect(*bytes, *signature, *key);
  if (!inspection) {
    const std::string& subject = inspection.error().code == "R0757" ? options.verify : options.file;
    return fail(common, Error{inspection.error().code, "`" + subject + "`: " + inspection.error().message});
  }
  print(options.format == "json" ? inspection_json(*inspection) : inspection_text(*inspection));
  if (options.verify.empty() || (inspection->signature && inspection->signature->valid.value_or(false))) return Done;
  fail(common,
       Error{"R0756", "`" + options.file + "` " + (inspection->signature ? "is not signed by this key, or has changed" : "is not signed")});
  return Findings;
}

}  // namespace

Run add_inspect(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("inspect", "Say what a compiled policy is, without running it");
  command->add_option("FILE", options->file, "A shared object made by `build`")->required();
  command->add_option("--verify", options->verify, "A public key (PEM): status 1 unless its owner signed the file")->option_text("PUB.pem");
  add_format(*command, options->format, {"text", "json"});
  add_common(*command, common);
  add_examples(*command, {"signalbox build policy.sbx -o policy.so && signalbox inspect policy.so"});
  return [options, &common] { return inspect_object(*options, common); };
}

}  // namespace sbx::driver
