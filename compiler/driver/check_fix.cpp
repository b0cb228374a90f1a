// SPDX-License-Identifier: Apache-2.0
// `check --fix`: the fixed texts go to their files, or to stdout; then what is left is reported as `check` does.
#include <algorithm>

#include "compiler/driver/check_input.h"
#include "compiler/driver/check_report.h"
#include "compiler/driver/console.h"
#include "compiler/driver/evidence.h"
#include "compiler/driver/files.h"

namespace sbx::driver {
namespace {

/// The text of `path` as it is now.
std::string_view text_of(const Fixed& fixed, std::string_view path) {
  const auto text = std::ranges::find(fixed.texts, path, &Texts::value_type::first);
  if (text != fixed.texts.end()) return text->second;
  for (size_t i = 0; i < fixed.checked.sources.size(); ++i) {
    const SourceFile& file = fixed.checked.sources[fixed.checked.sources.id_at(i)];
    if (file.path == path) return file.text;
  }
  return {};
}

/// The final texts to where they belong. A status if that fails.
std::optional<int> hand_out(const Fixed& fixed, const CheckOptions& options, const CheckInput& input, const Common& common) {
  if (input.text) {
    print(text_of(fixed, kStandardInput));
    return std::nullopt;
  }
  const auto is_asked = [&](const auto& text) { return text.first == input.paths.front(); };
  if (options.dry_run && input.paths.size() == 1 && std::ranges::all_of(fixed.texts, is_asked)) {
    print(text_of(fixed, input.paths.front()));
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
  // A filter has one output: what standard input `use`s stays as it is.
  const auto is_writable = [&](const std::string& path) {
    return input.text ? path == kStandardInput : !path.starts_with(input.compile.stdlib + "/");
  };
  Result<Fixed> fixed = apply_fixes(
      std::move(checked),
      {.check = again, .is_wanted = [&](const Diagnostic& one) { return is_asked_for(options, one); }, .is_writable = is_writable});
  if (!fixed) return fail(common, fixed.error());
  if (std::optional<int> failed = hand_out(*fixed, options, input, common)) return *failed;
  const std::optional<BaselineUse> use = select_findings(options, input, fixed->checked);
  if (options.dry_run || input.text)
    print_findings(fixed->checked.diags, fixed->checked.sources, common, stderr);
  else
    print_report({fixed->checked, input.paths, use, fail_level(options)}, options.format, common);
  if (!common.quiet) say(*fixed, options);
  const bool is_misread = tell_misfits(fixed->checked.misfits, options.evidence, common) || input.is_misread;
  return is_misread ? Misuse : check_status(options, fixed->checked.diags);
}

}  // namespace sbx::driver
