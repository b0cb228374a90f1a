// SPDX-License-Identifier: Apache-2.0
#include "compiler/pipeline.h"

#include <openssl/sha.h>

#include <array>

#include "compiler/analysis/analyze.h"
#include "compiler/check_signals.h"
#include "compiler/lower/lower.h"
#include "compiler/passes/pipeline.h"
#include "compiler/sema/catalog.h"
#include "compiler/sema/print.h"
#include "compiler/sema/resolve.h"
#include "compiler/source_loader.h"
#include "compiler/witness/request_world.h"
#include "runtime/text/database.h"
#ifdef SBX_HAVE_JIT
#include "compiler/codegen/jit.h"
#endif

namespace sbx {
namespace {

/// `sha256:` of what the policy means: spaces, comments and names of files do not count.
std::string revision_of(const sema::Policy& policy) {
  std::string meaning = sema::meaning_text(policy);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(meaning.data()), meaning.size(), digest.data());
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text = "sha256:";
  for (unsigned char byte : digest) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

void analyze_all(Checked& checked) {
  for (size_t i = 0; i < checked.policies.size(); ++i) {
    const Module module = lower_policy(checked, i);
    witness::RequestWorld world(module, text::default_cache_folder());
    analysis::analyze(checked.policies[i], module, world, checked.diags);
  }
}

Result<Checked> check_loaded(SourceSet sources, LoadedFiles loaded, const CompileOptions& options) {
  Result<sema::Catalog> catalog = sema::load_catalog(options.stdlib);                     // stdlib/ → what there is to read
  if (!catalog) return catalog.error();
  Checked checked{.sources = std::move(sources), .policies = {}, .revisions = {}, .diags = std::move(loaded.diags)};
  sema::load_modules(checked.sources, loaded.files, *catalog, checked.diags);             // what they use of stdlib/
  checked.policies = sema::resolve(checked.sources, loaded.files, loaded.roots, *catalog, checked.diags);  // names → ids
  for (const sema::Policy& policy : checked.policies) check_signals(policy, checked.diags);       // patterns, keywords, zones
  for (const sema::Policy& policy : checked.policies) checked.revisions.push_back(revision_of(policy));
  if (options.analyze && !checked.diags.has_errors()) analyze_all(checked);               // over all requests, with one for every claim
  checked.diags.sort();
  return checked;
}

std::unique_ptr<Program> make_interpreted(Module module) {
  auto program = std::make_unique<Program>();
  program->module = std::move(module);
  program->matcher = interpreter(program->module);
  return program;
}

}  // namespace

Result<Checked> check(const std::vector<std::string>& paths, const CompileOptions& options) {
  SourceSet sources;
  Result<LoadedFiles> loaded = load_files(paths, sources);                                // paths → trees, with what they use
  if (!loaded) return loaded.error();
  return check_loaded(std::move(sources), std::move(*loaded), options);
}

Result<Checked> check_text(std::string path, std::string text, const CompileOptions& options) {
  SourceSet sources;
  LoadedFiles loaded = load_text(std::move(path), std::move(text), sources);
  return check_loaded(std::move(sources), std::move(loaded), options);
}

Module lower_policy(const Checked& checked, size_t policy, const std::set<std::string>& given) {
  return passes::optimize(lower::lower(checked.policies[policy], checked.sources, {.revision = checked.revisions[policy], .given = given}));
}

Result<std::unique_ptr<Program>> compile(Module module, const CompileOptions& options) {
  if (options.engine == CompileOptions::Engine::Interpreter) return make_interpreted(std::move(module));
#ifdef SBX_HAVE_JIT
  bool optimized = options.engine == CompileOptions::Engine::Native;
  return codegen::jit(std::move(module), {.only_unoptimized = !optimized, .wait_for_optimized = optimized && options.wait_for_optimized});
#else
  return make_interpreted(std::move(module));
#endif
}

}  // namespace sbx
