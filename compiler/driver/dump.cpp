// SPDX-License-Identifier: Apache-2.0
// `signalbox dump POLICY --after=STAGE`: what a stage of the compiler made, as text.
#include <CLI/CLI.hpp>

#include "compiler/driver/console.h"
#include "compiler/driver/files.h"
#include "compiler/driver/inputs.h"
#include "compiler/ir/print.h"
#include "compiler/lower/lower.h"
#include "compiler/passes/pipeline.h"
#include "compiler/sema/print.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/print.h"

namespace sbx::driver {
namespace {

struct Options {
  std::string path;
  std::string after = "lower";
};

/// Tokens or the tree: what needs no other file.
int dump_syntax(const Options& options, const Common& common) {
  Result<std::string> text = read_file(options.path);
  if (!text) return fail(common, text.error());
  SourceSet sources;
  Diagnostics diags;
  FileId file = sources.add(options.path, std::move(*text));
  std::string made =
      options.after == "tokens" ? syntax::print_tokens(sources, file, diags) : syntax::print(syntax::parse(sources, file, diags));
  diags.sort();
  print_findings(diags, sources, common, stderr);
  print(made);
  return diags.has_errors() ? Findings : Done;
}

int dump_stage(const Options& options, const Common& common) {
  if (options.after == "tokens" || options.after == "parse") return dump_syntax(options, common);
  CheckedPolicies checked = check_for_use({options.path}, common, false);
  if (!checked.value) return checked.status;
  for (size_t i = 0; i < checked.value->policies.size(); ++i) {
    const sema::Policy& policy = checked.value->policies[i];
    if (options.after == "resolve") {
      print(sema::meaning_text(policy) + "\n");
      continue;
    }
    Module module = lower::lower(policy, checked.value->sources, {.revision = checked.value->revisions[i], .given = {}});
    if (options.after == "optimize") module = passes::optimize(std::move(module));
    print(ir::print(module));
  }
  return Done;
}

}  // namespace

Run add_dump(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("dump", "Print what a stage of the compiler made of a policy");
  command->add_option("POLICY", options->path, "A .sbx file")->required();
  command
      ->add_option("--after", options->after,
                   "The stage: tokens, parse (the tree), resolve (names and types), lower, optimize (decision graphs)")
      ->check([](const std::string& word) {
        bool known = word == "tokens" || word == "parse" || word == "resolve" || word == "lower" || word == "optimize";
        return known ? std::string() : "`" + word + "` is none of tokens, parse, resolve, lower, optimize";
      })
      ->option_text("STAGE");
  add_common(*command, common);
  add_examples(*command, {"signalbox dump policy.sbx --after=parse", "signalbox dump policy.sbx --after=optimize"});
  return [options, &common] { return dump_stage(*options, common); };
}

}  // namespace sbx::driver
