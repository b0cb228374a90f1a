// SPDX-License-Identifier: Apache-2.0
// `check --fix`: the fixed texts go to their files, or to stdout; then what is left is reported as `check` does.
#include "compiler/driver/check_input.h"
#include "compiler/driver/check_report.h"
#include "compiler/driver/console.h"
#include "compiler/driver/evidence.h"
#include "compiler/driver/files.h"

namespace sbx::driver {
namespace {

/// The final texts to where they belong. A status if that fails.
std::optional<int> hand_out(const Fixed& fixed, const CheckOptions& options, const CheckInput& input, const Common& common) {
  const bool is_filter = input.text.has_value() || (options.dry_run && input.paths.size() == 1);
  if (is_filter) {
    print(fixed.texts.empty() ? fixed.checked.sources[fixed.checked.sources.id_at(0)].text : fixed.texts.begin()->second);
    return std::nullopt;
  }
  for (const auto& [path, text] : fixed.texts) {
    if (options.dry_run) {
      print("==> " + path + " <==\n" + text);
    } else if (Result<bool> written = write_file(path, text); !written) {
      return fail(common, written.error());
    }
  }
  return std::nullopt;
}

/// What was done, on stderr.
void say(const Fixed& fixed, const CheckOptions& options) {
  std::string text;
  for (const RefusedFix& fix : fixed.refused) {
    text += fix.path + ": " + std::string(row(fix.kind).code) +
            ": the fix is left out, for it would make things worse or mend nothing: " + fix.title + "\n";
  }
  const size_t left = fixed.checked.diags.all().size() - fixed.checked.diags.count_suppressed();
  text += counted(fixed.count, "finding") + (options.dry_run ? " can be fixed, " : " fixed, ") + std::to_string(left) + " left\n";
  std::fputs(text.c_str(), stderr);
}

}  // namespace

int fix_policies(const CheckOptions& options, const CheckInput& input, Checked checked, const Common& common) {
  if (input.baseline) suppress_known(*input.baseline, checked);
  const auto again = [&](const Texts& texts) {
    Result<Checked> result = look(input, texts);
    if (result && input.baseline) suppress_known(*input.baseline, *result);
    return result;
  };
  Result<Fixed> fixed = apply_fixes(
      std::move(checked), {.check = again,
                           .is_wanted = [&](const Diagnostic& one) { return is_asked_for(options, one); },
                           .is_writable = [&](const std::string& path) { return !path.starts_with(input.compile.stdlib + "/"); }});
  if (!fixed) return fail(common, fixed.error());
  if (std::optional<int> failed = hand_out(*fixed, options, input, common)) return *failed;
  const std::optional<BaselineUse> use = select_findings(options, input, fixed->checked);
  if (options.dry_run || input.text)
    print_findings(fixed->checked.diags, fixed->checked.sources, common, stderr);
  else
    print_report({fixed->checked, input.paths, use}, options.format, common);
  if (!common.quiet) say(*fixed, options);
  const bool is_misread = tell_misfits(fixed->checked.misfits, options.evidence, common) || input.is_misread;
  return is_misread ? Misuse : check_status(options, fixed->checked.diags);
}

}  // namespace sbx::driver
