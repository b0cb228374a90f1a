// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/generate_tests.h"

#include <algorithm>

#include "compiler/driver/console.h"
#include "compiler/driver/files.h"
#include "compiler/driver/test_steps.h"
#include "compiler/driver/test_writer.h"
#include "compiler/syntax/parse.h"

namespace sbx::driver {
namespace {

/// Where tests are put into a policy: behind its last line, or before its closing brace.
struct Gap {
  size_t at = 0;
  bool braced = false;
};

Gap gap_of(const ast::File& file, const std::string& text, const std::string& policy) {
  for (const ast::Decl& decl : file.decls) {
    const auto* found = std::get_if<ast::PolicyDecl>(&decl.node);
    if (found == nullptr || found->name.text != policy) continue;
    if (found->braced) return {decl.span.end - size_t{1}, true};
    if (&decl == &file.decls.back()) break;
    const size_t last = std::max(decl.span.end, found->body.empty() ? 0 : found->body.back().span.end);
    return {std::min(text.find('\n', last), text.size() - 1) + 1, false};
  }
  return {text.size(), false};
}

std::string indented(const std::string& text) {
  std::string result;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    result += "  " + text.substr(begin, end - begin);
    begin = end;
  }
  return result;
}

/// A policy's file with tests in it, and where each of them stands.
struct Filled {
  std::string text;
  std::vector<std::pair<size_t, size_t>> places;  // beside the tests, by policy and test
};

class Generation {
 public:
  Generation(const CheckedPolicies& checked, FileId file)
      : checked_(*checked.value), options_(checked.options), text_(checked_.sources[file].text) {
    options_.engine = CompileOptions::Engine::Native;
    options_.wait_for_optimized = false;
    Diagnostics ignored;
    tree_ = syntax::parse(checked_.sources, file, ignored);
  }

  std::optional<Error> write() {
    ServedPolicies served(checked_, options_);
    for (size_t i = 0; i < checked_.policies.size(); ++i) {
      const Result<ServedPolicy*> policy = served.get(i, {});
      if (!policy) return policy.error();
      WrittenTests written = write_tests(checked_.policies[i], **policy);
      for (const std::string& one : written.left_out) leave_out(i, one);
      tests.push_back(std::move(written.tests));
    }
    return std::nullopt;
  }

  [[nodiscard]] Filled filled() const {
    Filled result{text_, {}};
    size_t grown = 0;
    for (size_t i = 0; i < tests.size(); ++i) {
      Gap gap = gap_of(tree_, text_, checked_.policies[i].name);
      std::string block;
      if (!tests[i].empty() && gap.at > 0 && text_[gap.at - 1] != '\n') block = "\n";
      if (!tests[i].empty()) block += "\n";
      for (const WrittenTest& test : tests[i]) {
        const std::string text = gap.braced ? indented(test.text) : test.text;
        result.places.emplace_back(gap.at + grown + block.size(), gap.at + grown + block.size() + text.size());
        block += text;
      }
      if (!tests[i].empty() && !gap.braced && gap.at < text_.size()) block += "\n";
      result.text.insert(gap.at + grown, block);
      grown += block.size();
    }
    return result;
  }

  /// What the file holds, without the tests that the language would not have, or that do not pass.
  Result<Checked> proved(const std::string& path, Filled& file) {
    for (;;) {
      file = filled();
      Result<Checked> checked = check_text(path, file.text, options_);
      if (!checked) return checked.error();
      std::vector<std::string> faults(file.places.size());
      for (const Diagnostic& one : checked->diags.all()) {
        for (size_t i = 0; one.severity == Severity::Error && i < faults.size(); ++i) {
          const auto [begin, end] = file.places[i];
          if (begin <= one.span.begin && one.span.begin < end && faults[i].empty()) faults[i] = one.message;
        }
      }
      if (!checked->diags.has_errors()) find_failing(*checked, faults);
      if (!drop(faults)) return checked;
    }
  }

  std::vector<std::vector<WrittenTest>> tests;  // by policy
  std::vector<std::string> notes;

 private:
  void find_failing(const Checked& checked, std::vector<std::string>& faults) const {
    ServedPolicies served(checked, options_);
    size_t at = 0;
    for (size_t i = 0; i < tests.size(); ++i) {
      for (const WrittenTest& test : tests[i]) {
        const std::vector<sema::Test>& all = checked.policies[i].tests;
        const auto found = std::ranges::find(all, test.title, &sema::Test::title);
        faults[at++] = found != all.end() && passes(served, i, *found) ? "" : "a `given` block cannot say the request";
      }
    }
  }

  static bool passes(ServedPolicies& served, size_t policy, const sema::Test& test) {
    std::set<std::string> given;
    const std::vector<TestStep> steps = steps_of(test, given);
    const Result<ServedPolicy*> by = served.get(policy, given);
    if (!by) return false;
    return run_test((*by)->engine(), [&] { return (*by)->reader(); }, (*by)->workspace(), steps).status == TestStatus::Passed;
  }

  bool drop(const std::vector<std::string>& faults) {
    size_t at = 0, dropped = 0;
    for (size_t i = 0; i < tests.size(); ++i) {
      std::vector<WrittenTest> kept;
      for (WrittenTest& test : tests[i]) {
        const std::string& fault = faults[at++];
        if (fault.empty()) {
          kept.push_back(std::move(test));
        } else {
          leave_out(i, "`" + test.title + "`: " + fault);
          ++dropped;
        }
      }
      tests[i] = std::move(kept);
    }
    return dropped > 0;
  }

  void leave_out(size_t policy, const std::string& note) {
    notes.push_back((checked_.policies.size() > 1 ? checked_.policies[policy].name + ": " : "") + note);
  }

  const Checked& checked_;
  CompileOptions options_;
  const std::string& text_;
  ast::File tree_;
};

}  // namespace

std::optional<int> generate_tests(const std::string& output, const Common& common, CheckedPolicies& checked) {
  const std::vector<sema::Policy>& policies = checked.value->policies;
  const FileId file = policies.front().span.file;
  if (std::ranges::any_of(policies, [&](const sema::Policy& one) { return one.span.file != file; }))
    return fail(common, Kind::BadUsage, "`--generate` takes one file at a time");
  Generation generation(checked, file);
  if (const auto error = generation.write()) return fail(common, *error);
  Filled filled;
  Result<Checked> proved = generation.proved(output == "-" ? checked.value->sources[file].path : output, filled);
  if (!proved) return fail(common, proved.error());
  if (proved->diags.has_errors()) {
    print_findings(proved->diags, proved->sources, common, stderr, Severity::Error);
    return Findings;
  }
  if (const Result<bool> written = write_file(output, filled.text); !written) return fail(common, written.error());
  if (!common.quiet) {
    for (const std::string& note : generation.notes) std::fputs(("left out: " + note + "\n").c_str(), stderr);
    std::fputs((counted(filled.places.size(), "test") + " added, " + std::to_string(generation.notes.size()) + " left out\n").c_str(),
               stderr);
  }
  checked.value = std::move(*proved);
  return std::nullopt;
}

}  // namespace sbx::driver
