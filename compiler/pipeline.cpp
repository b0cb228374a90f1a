// SPDX-License-Identifier: Apache-2.0
#include "compiler/pipeline.h"

#include <algorithm>
#include <chrono>

#include "compiler/analysis/analyze.h"
#include "compiler/analysis/check_tests.h"
#include "compiler/analysis/check_unused.h"
#include "compiler/check_imports.h"
#include "compiler/check_keywords.h"
#include "compiler/check_patterns.h"
#include "compiler/check_signals.h"
#include "compiler/diff/compare.h"
#include "compiler/load_vectors.h"
#include "compiler/lower/lower.h"
#include "compiler/passes/pipeline.h"
#include "compiler/relate_texts.h"
#include "compiler/sema/catalog.h"
#include "compiler/sema/print.h"
#include "compiler/sema/resolve.h"
#include "compiler/sha256.h"
#include "compiler/sound_policies.h"
#include "compiler/source_loader.h"
#include "compiler/suppress.h"
#include "compiler/syntax/parse.h"
#include "compiler/witness/request_world.h"
#include "runtime/text/database.h"
#ifdef SBX_HAVE_JIT
#include "compiler/codegen/jit.h"
#endif

namespace sbx {
namespace {

/// `sha256:` of what the policy means: spaces, comments and names of files do not count.
std::string revision_of(const sema::Policy& policy) { return "sha256:" + sha256(sema::meaning_text(policy)); }

// `require EXPR` as a declaration of every policy that was asked for.
void add_requirement(const std::string& expression, SourceSet& sources, LoadedFiles& loaded) {
  const FileId file = sources.add("--allow", "policy allowed serves \"-\" { require\n" + expression + "\n}\n");
  const ast::File parsed = syntax::parse(sources, file, loaded.diags);
  for (const ast::Decl& wrapper : parsed.decls) {
    const auto* from = std::get_if<ast::PolicyDecl>(&wrapper.node);
    if (from == nullptr) continue;
    for (size_t i = 0; i < loaded.roots; ++i) {
      for (ast::Decl& decl : loaded.files[i].decls) {
        auto* policy = std::get_if<ast::PolicyDecl>(&decl.node);
        if (policy != nullptr) policy->body.insert(policy->body.end(), from->body.begin(), from->body.end());
      }
    }
  }
}

diff::Lowered lower_for_diff(PolicyOf from, const std::vector<std::string>& literals) {
  diff::Lowered lowered{.vectors = from.checked.vectors[from.index]};
  lowered.module =
      lower::lower(from.checked.policies[from.index], from.checked.sources,
                   {.revision = from.checked.revisions[from.index], .given = {}, .literals = literals, .derived = &lowered.derived});
  return lowered;
}

/// The files of whose policies the requests were looked at; those without a policy too, if all were.
std::set<FileId> analyzed_files(const Checked& checked) {
  std::set<FileId> files, others;
  if (!checked.analyzed.empty() && std::ranges::find(checked.analyzed, false) == checked.analyzed.end()) {
    for (size_t i = 0; i < checked.roots; ++i) files.insert(checked.files[i].source);
  }
  for (size_t i = 0; i < checked.policies.size(); ++i) {
    const bool is_analyzed = i < checked.analyzed.size() && checked.analyzed[i];
    (is_analyzed ? files : others).insert(checked.policies[i].span.file);
  }
  for (const FileId file : others) files.erase(file);
  return files;
}

/// Where some policies are wrong, what they need is not known: of what is unused, only what stands in files of policies that are right is
/// told.
void check_declarations(Checked& checked) {
  Diagnostics found;
  std::vector<sema::Policy> right;
  for (size_t i = 0; i < checked.policies.size(); ++i) {
    if (checked.analyzed[i]) right.push_back(checked.policies[i]);
  }
  analysis::check_unused(right, found);
  check_imports(checked.sources, checked.files, checked.roots, found);
  const std::set<FileId> files = analyzed_files(checked);
  std::erase_if(found.all(), [&](const Diagnostic& one) { return !files.contains(one.span.file); });
  checked.diags.append(std::move(found));
}

Result<Checked> check_loaded(SourceSet sources, LoadedFiles loaded, const CompileOptions& options) {
  Result<sema::Catalog> catalog = sema::load_catalog(options.stdlib);  // stdlib/ → what there is to read
  if (!catalog) return catalog.error();
  if (!options.requirement.empty()) add_requirement(options.requirement, sources, loaded);
  Checked checked{.sources = std::move(sources), .roots = loaded.roots, .diags = std::move(loaded.diags)};
  sema::load_modules(checked.sources, loaded.files, *catalog, checked.diags);                              // what they use of stdlib/
  checked.policies = sema::resolve(checked.sources, loaded.files, loaded.roots, *catalog, checked.diags);  // names → ids
  for (const sema::Policy& policy : checked.policies) check_signals(checked.sources, policy, checked.diags);  // patterns, keywords, zones
  for (sema::Policy& policy : checked.policies) checked.vectors.push_back(load_vectors(policy, checked.sources, checked.diags));
  for (const sema::Policy& policy : checked.policies) checked.revisions.push_back(revision_of(policy));
  checked.files = std::move(loaded.files);
  const bool was_in_time = !options.analyze || checked.policies.empty() ||
                           analyze(checked, options.time_budget, options.evidence.get(), options.only_errors);  // over all requests
  const std::set<FileId> looked_at = was_in_time && !options.only_errors ? analyzed_files(checked) : std::set<FileId>();
  checked.diags = suppress(checked.sources, checked.files, checked.roots, looked_at, std::move(checked.diags));  // what the author allows
  checked.diags.sort();
  return checked;
}

/// Signals that can never hold have one reading.
void exclude_holding(const std::set<std::string>& signals, Manifest& manifest) {
  for (size_t i = 0; i < manifest.leaves.size(); ++i) {
    Leaf& leaf = manifest.leaves[manifest.leaves.id_at(i)];
    if (signals.contains(manifest.signals[leaf.signal].name)) leaf.range = {0, 0};
  }
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
  Result<LoadedFiles> loaded = load_files(paths, sources, options.texts);  // paths → trees, with what they use
  if (!loaded) return loaded.error();
  return check_loaded(std::move(sources), std::move(*loaded), options);
}

Result<Checked> check_text(std::string path, std::string text, const CompileOptions& options) {
  SourceSet sources;
  LoadedFiles loaded = load_text(std::move(path), std::move(text), sources, options.texts);
  return check_loaded(std::move(sources), std::move(loaded), options);
}

bool analyze(Checked& checked, std::optional<std::chrono::milliseconds> budget, const analysis::Evidence* evidence, bool only_errors) {
  using Clock = std::chrono::steady_clock;
  const std::optional<analysis::Deadline> deadline = budget ? std::optional(Clock::now() + *budget) : std::nullopt;
  checked.analyzed = sound_policies(checked);
  const bool is_whole = std::ranges::find(checked.analyzed, false) == checked.analyzed.end();
  if (!only_errors && is_whole) {
    analysis::check_unused(checked.policies, checked.diags);
    check_imports(checked.sources, checked.files, checked.roots, checked.diags);
  } else if (!only_errors) {
    check_declarations(checked);
  }
  for (size_t i = 0; i < checked.policies.size(); ++i) {
    checked.bounds.emplace_back();
    if (!checked.analyzed[i]) continue;
    if (!only_errors) {
      analysis::check_tests(checked.policies[i], checked.diags);
      check_patterns(checked.sources, checked.policies[i], checked.diags);
    }
    Diagnostics traps;
    const std::set<std::string> never = check_keywords(checked.sources, checked.policies[i], traps);
    if (!only_errors) checked.diags.append(std::move(traps));
    sema::Policy spelt_out = checked.policies[i];
    const std::vector<analysis::Required> required = analysis::spell_out(spelt_out);
    Module module = passes::optimize(lower::lower(spelt_out, checked.sources, {.revision = checked.revisions[i], .reads_fit = true}));
    exclude_holding(never, module.manifest);
    witness::RequestWorld world(module, text::default_cache_folder());
    const analysis::Known known{checked.vectors[i], relate_texts(module.manifest), evidence, checked.policies.size() == 1,
                                &checked.misfits};
    checked.bounds.back() =
        analysis::analyze(checked.sources, checked.policies[i], required, module, world, checked.diags, deadline, known, only_errors);
  }
  checked.diags.sort();
  return !deadline || Clock::now() < *deadline;
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

diff::Difference diff_policies(PolicyOf old, PolicyOf now, const PolicyOf* allowed, diff::Judge& judge,
                               const diff::CompareOptions& options) {
  std::vector<PolicyOf> policies{old, now};
  if (allowed != nullptr) policies.push_back(*allowed);
  std::set<std::string> literals;  // of all, so that texts are interned alike
  for (const PolicyOf& policy : policies) {
    for (const Leaf& leaf : lower_for_diff(policy, {}).module.manifest.leaves) literals.insert(leaf.literals.begin(), leaf.literals.end());
  }
  std::vector<diff::Lowered> lowered;
  for (const PolicyOf& policy : policies) lowered.push_back(lower_for_diff(policy, {literals.begin(), literals.end()}));
  const diff::Merged merged(lowered[0], lowered[1], allowed != nullptr ? &lowered[2] : nullptr);
  witness::RequestWorld world(merged.module(), text::default_cache_folder());
  return diff::compare(merged, relate_texts(merged.module().manifest), world, judge, options);
}

}  // namespace sbx
