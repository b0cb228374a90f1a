// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/look_at_candidate.h"

#include <algorithm>

#ifdef SBX_LLVM_VERSION
#include "compiler/codegen/object.h"
#endif
#include "compiler/driver/diff_judge.h"
#include "compiler/driver/diff_print.h"
#include "compiler/driver/findings_json.h"
#include "compiler/driver/served.h"
#include "compiler/driver/test_report.h"
#include "compiler/driver/test_steps.h"
#include "compiler/sema/scope.h"
#include "compiler/sha256.h"
#include "runtime/program/load_object.h"
#include "runtime/program/module_json.h"
#include "runtime/signals/arguments.h"

namespace sbx::driver {

namespace {

constexpr size_t kLongestRequest = 64 << 10;  // in a kept diff: what is beyond, only `signalbox diff` shows
constexpr size_t kMostRegions = 200;          // an operator reads no more, and the loader's time is limited

LookedAt refused_by(std::string document, std::string reason) {
  return {.status = 422, .document = std::move(document), .reason = std::move(reason)};
}

std::string first_error(const Checked& checked) {
  for (const Diagnostic& finding : checked.diags.all()) {
    if (finding.severity != Severity::Error || finding.suppressed) continue;
    const std::string what = std::string(row(finding.kind).code) + ": " + finding.message;
    if (!finding.span.valid()) return what;
    const Position at = checked.sources.position(finding.span.file, finding.span.begin);
    return what + " (" + checked.sources[finding.span.file].path + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ")";
  }
  return "the policy is rejected";
}

std::optional<size_t> chosen(const std::string& policy, const Checked& checked) {
  if (policy.empty() && checked.policies.size() == 1) return 0;
  for (size_t i = 0; i < checked.policies.size(); ++i) {
    if (checked.policies[i].name == policy) return i;
  }
  return std::nullopt;
}

Error no_such_policy(const TextCandidate& candidate, const Checked& checked) {
  if (checked.policies.empty()) return {"R0703", "there is no policy in `" + candidate.path + "`"};
  if (candidate.policy.empty()) return {"R0703", "`" + candidate.path + "` holds more than one policy; say which"};
  return {"R0703", "`" + candidate.path + "` holds no policy `" + candidate.policy + "`"};
}

// ------------------------------------------------------------------------------------------------ what was read

/// Files of `checked` that are not of the standard library.
std::vector<const SourceFile*> own_files(const Checked& checked, const std::string& stdlib) {
  std::vector<const SourceFile*> files;
  for (const ast::File& file : checked.files) {
    const SourceFile& source = checked.sources[file.source];
    if (!source.path.starts_with(stdlib)) files.push_back(&source);
  }
  return files;
}

void add_tables(const std::vector<ast::Decl>& decls, const std::string& from, std::vector<std::string>& files) {
  for (const ast::Decl& decl : decls) {
    if (const std::vector<ast::Decl>* body = sema::body_of(decl)) add_tables(*body, from, files);
    const auto* table = std::get_if<ast::TableDecl>(&decl.node);
    if (table == nullptr || !table->file) continue;
    if (const auto* name = std::get_if<ast::String>(&table->file->node)) files.push_back(sema::path_beside(from, name->value));
  }
}

/// What the policies rest on, whether it could be read or not: their files, those that they use, tables, vectors.
std::vector<std::string> files_of(const Checked& checked, const std::string& stdlib) {
  std::vector<std::string> files;
  for (const ast::File& file : checked.files) {
    const std::string& path = checked.sources[file.source].path;
    if (path.starts_with(stdlib)) continue;
    files.push_back(path);
    for (const sema::UseAt& one : sema::uses_of(file.decls)) {
      if (const std::string* used = sema::file_of(*one.use)) files.push_back(sema::path_beside(path, *used));
    }
    add_tables(file.decls, path, files);
  }
  for (const sema::Policy& policy : checked.policies) {
    for (const sema::Symbol& symbol : policy.symbols) {
      const std::string vectors = symbol.kind == "similar" ? signals::text_argument(symbol.arguments, "vectors") : "";
      if (!vectors.empty() && symbol.span.valid()) files.push_back(sema::path_beside(checked.sources[symbol.span.file].path, vectors));
    }
  }
  std::ranges::sort(files);
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

std::string source_of(const TextCandidate& candidate, const Checked& checked, size_t index, const std::string& stdlib) {
  Json texts = Json::object();
  for (const SourceFile* file : own_files(checked, stdlib)) texts[file->path] = file->text;
  return dump(
      {{"path", candidate.path}, {"texts", texts}, {"policy", checked.policies[index].name}, {"revision", checked.revisions[index]}});
}

struct Running {
  Checked checked;
  size_t index = 0;
};

/// The policy that serves as it was read then. Nothing if it cannot be made again: a table's file is another today.
std::optional<Running> running_of(const Json& source, const std::string& stdlib) {
  if (!source.is_object()) return std::nullopt;
  CompileOptions options{.stdlib = stdlib, .analyze = false};
  for (const auto& [path, text] : source.at("texts").items()) options.texts.emplace(path, text.get<std::string>());
  Result<Checked> checked = check({source.at("path").get<std::string>()}, options);
  if (!checked || checked->diags.has_errors()) return std::nullopt;
  const std::optional<size_t> index = chosen(source.at("policy").get<std::string>(), *checked);
  if (!index || checked->revisions[*index] != source.at("revision").get<std::string>()) return std::nullopt;
  return Running{std::move(*checked), *index};
}

// ------------------------------------------------------------------------------------------------ compiling

struct Compiled {
  std::string code, note;
};

Result<Compiled> compiled(const Module& module) {
#ifdef SBX_LLVM_VERSION
  Result<std::string> object = codegen::build(module, {.cpu = codegen::BuildOptions::Cpu::Native});
  if (object) return Compiled{std::move(*object), {}};
  if (object.error().code != "R0752") return object.error();
  return Compiled{to_json(module), "interpreted: " + object.error().message};
#else
  return Compiled{to_json(module), "interpreted: this signalbox was built without native code"};
#endif
}

/// Runs the policy's own tests: by the code that would serve, or by the interpreter where a test gives derived signals, which that code
/// computes.
class Tester {
 public:
  Tester(const Checked& checked, size_t index, const CompileOptions& options, std::unique_ptr<ServedPolicy> code)
      : checked_(checked), index_(index), interpreted_(checked, options), code_(std::move(code)) {}

  /// False: some did not pass.
  Result<bool> run() {
    for (const sema::Test& test : checked_.policies[index_].tests) {
      std::set<std::string> given;
      const std::vector<TestStep> steps = steps_of(test, given);
      Result<ServedPolicy*> served = served_for(given);
      if (!served) return served.error();
      const TestRun run = run_test((*served)->engine(), [&] { return (*served)->reader(); }, (*served)->workspace(), steps);
      report_.add(index_, test, (*served)->manifest(), run);
      if (run.status != TestStatus::Passed && first_failed_.empty()) first_failed_ = test.title;
    }
    return report_.all_passed();
  }
  [[nodiscard]] LookedAt failure() const {
    const Json json = report_.json(Json(nullptr));
    const std::string failed = json["summary"]["failed"].dump();
    return refused_by(dump(json), "R0770: " + failed + " of " + std::to_string(json["tests"].size()) + " tests failed, the first is `" +
                                      first_failed_ + "`");
  }

 private:
  Result<ServedPolicy*> served_for(const std::set<std::string>& given) {
    const auto& symbols = checked_.policies[index_].symbols;
    const bool is_derived = std::ranges::any_of(symbols, [&](const auto& one) { return one.value && given.contains(one.name); });
    if (!is_derived && code_) return code_.get();
    return interpreted_.get(index_, given);
  }

  const Checked& checked_;
  size_t index_;
  ServedPolicies interpreted_;
  std::unique_ptr<ServedPolicy> code_;
  TestReport report_{checked_};
  std::string first_failed_;
};

// ------------------------------------------------------------------------------------------------ comparing

DiffSummary summary_of(const DiffReport& report) {
  const bool is_equivalent = report.difference.regions.empty() && !report.difference.truncated;
  return {dump({{"equivalent", is_equivalent}, {"regions", report.difference.regions.size()}, {"truncated", report.difference.truncated}}),
          diff_json(report)};
}

DiffSummary difference(const TextCandidate& candidate, const PolicyOf& now, const Manifest& manifest, const std::string& stdlib) {
  const std::optional<TraceChange> no_trace;
  const Json source = Json::parse(candidate.running, nullptr, false);
  if (source.is_object() && source.at("revision") == manifest.revision)  // they mean the same
    return summary_of({manifest, manifest, {}, {}, no_trace});
  const std::optional<Running> running = running_of(source, stdlib);
  if (!running) return {};
  const PolicyOf before{running->checked, running->index};
  DiffJudge judge(before, now, {.stdlib = stdlib, .engine = CompileOptions::Engine::Interpreter});
  diff::Difference difference = diff_policies(before, now, nullptr, judge, {.most_regions = kMostRegions});
  for (diff::Region& region : difference.regions) {
    if (region.witness && region.witness->size() > kLongestRequest) region.witness.reset();
  }
  const Module old_module = lower_policy(before.checked, before.index);
  const std::vector<diff::DeclaredChange> declarations = declared_changes(before, now);
  return summary_of({old_module.manifest, manifest, difference, declarations, no_trace});
}

}  // namespace

LookedAt refused(const Error& error) {
  return refused_by(dump({{"error", {{"code", error.code}, {"message", error.message}}}}), error.code + ": " + error.message);
}

DiffSummary look_at(const TextCandidate& candidate, const std::string& stdlib, const std::function<void(const LookedAt&)>& first) {
  const CompileOptions options{.stdlib = stdlib, .engine = CompileOptions::Engine::Interpreter};
  Result<Checked> checked = candidate.text ? check_text(candidate.path, *candidate.text, options) : check({candidate.path}, options);
  std::vector<std::string> files;
  if (checked) files = files_of(*checked, stdlib);
  const auto answer = [&](LookedAt looked) {
    looked.files = files;
    first(looked);
    return DiffSummary{};
  };
  if (!checked) return answer(refused(checked.error()));

  std::string findings = dump(check_json(*checked));
  if (checked->diags.has_errors()) return answer(refused_by(std::move(findings), first_error(*checked)));
  const std::optional<size_t> index = chosen(candidate.policy, *checked);
  if (!index) return answer(refused(no_such_policy(candidate, *checked)));

  const Module module = lower_policy(*checked, *index);
  LookedAt looked{
      .document = std::move(findings), .source = source_of(candidate, *checked, *index, stdlib), .digest = sha256(to_json(module))};
  std::unique_ptr<ServedPolicy> code;
  if (std::ranges::find(candidate.known, looked.digest) == candidate.known.end()) {
    Result<Compiled> made = compiled(module);
    if (!made) return answer(refused(made.error()));
    looked.code = std::move(made->code);
    looked.reason = std::move(made->note);
    if (looked.code.starts_with("\x7f"
                                "ELF")) {
      Result<std::unique_ptr<Program>> program = load_object_bytes(looked.code, candidate.path);
      if (!program) return answer(refused(program.error()));
      Result<std::unique_ptr<ServedPolicy>> served = ServedPolicy::make(std::move(*program));
      if (!served) return answer(refused(served.error()));
      code = std::move(*served);
    }
  }
  Tester tester(*checked, *index, options, std::move(code));
  const Result<bool> passed = tester.run();
  if (!passed) return answer(refused(passed.error()));
  if (!*passed) return answer(tester.failure());
  answer(std::move(looked));
  return difference(candidate, {*checked, *index}, module.manifest, stdlib);
}

}  // namespace sbx::driver
