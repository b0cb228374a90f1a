// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/inputs.h"

#include "compiler/driver/console.h"
#include "compiler/driver/files.h"

namespace sbx::driver {

CheckedPolicies check_for_use(const std::vector<std::string>& paths, const Common& common, bool analyze) {
  CheckedPolicies result;
  result.options.analyze = analyze;
  result.options.only_errors = true;
  auto give_up = [&](int status) {
    result.status = status;
    return std::move(result);
  };
  Result<std::string> stdlib = find_stdlib(common);
  if (!stdlib) return give_up(fail(common, stdlib.error()));
  result.options.stdlib = *stdlib;
  Result<std::vector<std::string>> files = find_policies(paths);
  if (!files) return give_up(fail(common, files.error()));

  bool from_stdin = files->size() == 1 && files->front() == "-";
  Result<std::string> text = from_stdin ? read_file("-") : Result<std::string>(std::string());
  if (!text) return give_up(fail(common, text.error()));
  Result<Checked> checked = from_stdin ? check_text("<stdin>", *text, result.options) : check(*files, result.options);
  if (!checked) return give_up(fail(common, checked.error()));
  print_findings(checked->diags, checked->sources, common, stderr, Severity::Warning);  // notes are for `check`
  if (checked->diags.has_errors()) return give_up(Findings);
  if (checked->policies.empty()) {
    return give_up(fail(common, Kind::BadUsage, "there is no policy in `" + (paths.empty() ? "" : paths.front()) + "`",
                        "a policy begins with `policy NAME serves \"MODEL\"`"));
  }
  result.value = std::move(*checked);
  return result;
}

std::optional<size_t> policy_named(const std::string& name, const Checked& checked, const Common& common) {
  if (name.empty() && checked.policies.size() == 1) return 0;
  for (size_t i = 0; i < checked.policies.size(); ++i) {
    if (checked.policies[i].name == name) return i;
  }
  fail(common, Kind::BadUsage, "the file holds more than one policy, or none of that name", "say which with `--policy NAME`");
  return std::nullopt;
}

}  // namespace sbx::driver
