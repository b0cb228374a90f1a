// SPDX-License-Identifier: Apache-2.0
// For libsignalbox.so: from a policy's text to a program, with findings as the command tells them.
#include "runtime/embed/compile_source.h"

#include "compiler/driver/brief_request.h"
#include "compiler/driver/findings_json.h"
#include "compiler/embed/find_stdlib.h"
#include "compiler/pipeline.h"
#include "runtime/diag/render.h"

namespace sbx::embed {
namespace {

std::string findings_text(const Checked& checked) {
  std::string text;
  for (const Diagnostic& diagnostic : checked.diags.all()) {
    if (diagnostic.severity == Severity::Note || diagnostic.suppressed) continue;
    text += render(driver::with_brief_request(diagnostic), checked.sources) + "\n";
  }
  return text;
}

Error no_such_policy(const PolicySource& source, const Checked& checked) {
  if (checked.policies.empty()) return {"R0703", "there is no policy in `" + source.name + "`"};
  if (source.policy.empty()) return {"R0703", "`" + source.name + "` holds more than one policy; say which"};
  return {"R0703", "`" + source.name + "` holds no policy `" + source.policy + "`"};
}

std::optional<size_t> chosen(const PolicySource& source, const Checked& checked) {
  if (source.policy.empty() && checked.policies.size() == 1) return 0;
  for (size_t i = 0; i < checked.policies.size(); ++i) {
    if (checked.policies[i].name == source.policy) return i;
  }
  return std::nullopt;
}

/// The error that is found first stands for all; the findings have the rest.
Error first_error(const Checked& checked) {
  for (const Diagnostic& diagnostic : checked.diags.all()) {
    if (diagnostic.severity == Severity::Error && !diagnostic.suppressed)
      return {std::string(row(diagnostic.kind).code), diagnostic.message};
  }
  return {"R0703", "the policy is rejected"};
}

}  // namespace

CompiledSource compile_source(const PolicySource& source) {
  CompileOptions options{.stdlib = source.stdlib};
  if (options.stdlib.empty()) {
    Result<std::string> stdlib = find_stdlib();
    if (!stdlib) return {.error = stdlib.error()};
    options.stdlib = *stdlib;
  }
  Result<Checked> checked = source.text ? check_text(source.name, *source.text, options) : check({source.name}, options);
  if (!checked) return {.error = checked.error()};
  CompiledSource compiled{.findings = findings_text(*checked), .check = driver::dump(driver::check_json(*checked))};
  if (checked->diags.has_errors()) {
    compiled.error = first_error(*checked);
    return compiled;
  }
  const std::optional<size_t> index = chosen(source, *checked);
  if (!index) {
    compiled.error = no_such_policy(source, *checked);
    return compiled;
  }
  Result<std::unique_ptr<Program>> program = compile(lower_policy(*checked, *index), options);
  if (program)
    compiled.program = std::move(*program);
  else
    compiled.error = program.error();
  return compiled;
}

bool has_compiler() { return true; }

}  // namespace sbx::embed
