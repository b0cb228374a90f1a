// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/check_report.h"

#include <algorithm>

#include "compiler/driver/console.h"
#include "compiler/driver/findings_json.h"

namespace sbx::driver {
namespace {

std::string stale_text(const BaselineUse& baseline) {
  const bool one = baseline.stale == 1;
  return std::to_string(baseline.stale) + (one ? " entry of `" : " entries of `") + baseline.path + (one ? "` is" : "` are") +
         " not found any more";
}

std::string counts_text(const Checked& checked) {
  std::string found;
  const auto add = [&](size_t count, const std::string& text) {
    if (count > 0) found += (found.empty() ? "" : ", ") + text;
  };
  for (auto [severity, word] :
       {std::pair(Severity::Error, "error"), std::pair(Severity::Warning, "warning"), std::pair(Severity::Note, "note")}) {
    const size_t count = checked.diags.count(severity);
    add(count, counted(count, word));
  }
  if (found.empty()) found = "no findings";
  const size_t suppressed = checked.diags.count_suppressed();
  add(suppressed, std::to_string(suppressed) + " suppressed");
  return found;
}

/// Policies whose requests were not looked at, for want of a meaning of theirs or of what they use.
std::string unanalyzed_text(const Checked& checked) {
  std::string names;
  for (size_t i = 0; i < checked.policies.size(); ++i) {
    const sema::Policy& policy = checked.policies[i];
    if (is_analyzed(checked, i)) continue;
    names += (names.empty() ? "" : ", ") + ("`" + policy.name + "`");
    if (policy.span.valid()) names += " (" + checked.sources[policy.span.file].path + ")";
  }
  return names.empty() || checked.analyzed.empty() ? ""
                                                   : "not looked at over all requests, before these errors are mended: " + names + "\n";
}

/// How to look at the requests that findings show.
std::string request_hint(const CheckReport& report) {
  const std::vector<Diagnostic>& all = report.checked.diags.all();
  if (std::ranges::none_of(all, [](const Diagnostic& one) { return one.witness && !one.suppressed; })) return {};
  const std::string path = report.paths.size() == 1 && report.paths.front() != "-" ? report.paths.front() : "POLICY";
  return "the requests, whole: signalbox check " + path +
         " --format json | jq -c '.findings[].witness.request // empty' | signalbox decide " + path + " - --lines --guards\n";
}

void print_text(const CheckReport& report, const Common& common) {
  const Checked& checked = report.checked;
  print_findings(checked.diags, checked.sources, common, stdout);
  if (common.quiet) return;
  const size_t policies = checked.policies.size(), proved = checked.diags.proved().size();
  std::string text = std::to_string(policies) + (policies == 1 ? " policy: " : " policies: ") + counts_text(checked);
  if (proved > 0) text += "; " + counted(proved, "requirement") + " proved";
  if (report.baseline && report.baseline->stale > 0) text += "; " + stale_text(*report.baseline);
  print(text + "\n" + unanalyzed_text(checked) + request_hint(report));
}

}  // namespace

void print_report(const CheckReport& report, const std::string& format, const Common& common) {
  if (format == "text") return print_text(report, common);
  if (format == "json") return print(dump(check_json(report.checked, report.baseline)));
  if (format == "sarif") print(dump(sarif_json(report.checked)));
  if (format == "github") print(github_text(report.checked));
  if (format == "junit") print(junit_text(report.checked, report.paths, report.fail_level));
  if (report.baseline && report.baseline->stale > 0 && !common.quiet)
    std::fputs(("note: " + stale_text(*report.baseline) + "\n").c_str(), stderr);
}

}  // namespace sbx::driver
