// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/fix.h"

#include <algorithm>
#include <array>
#include <span>

#include "compiler/allow_comments.h"

namespace sbx::driver {
namespace {

constexpr int kMostRounds = 10;

/// Findings by how much they hide: text that cannot be read, names, the rest of the text, analysis, warnings, notes. Mending one may bring
/// findings further back to light, so less is wrong where the first difference is downwards.
using Amount = std::array<size_t, 6>;

size_t place_of(const Diagnostic& finding) {
  const KindRow& kind = row(finding.kind);
  if (finding.severity == Severity::Note) return 5;
  if (finding.severity == Severity::Warning) return 4;
  if (can_be_allowed(kind)) return 3;
  if (kind.code.starts_with("E01") || kind.code.starts_with("E040")) return 0;
  return kind.code.starts_with("E02") ? 1 : 2;
}

Amount amount_of_wrong(const Checked& checked) {
  Amount amount{};
  for (const Diagnostic& finding : checked.diags.all()) amount[place_of(finding)] += finding.suppressed ? 0 : 1;
  return amount;
}

/// A finding and the edits that mend it.
struct Choice {
  const Diagnostic* finding;
  const Fix* fix;
};
using Choices = std::span<const Choice>;

/// Whether the finding stands in the text after `edits` where it stood before.
bool is_still_there(const Checked& before, const Diagnostic& finding, const std::vector<Edit>& edits, const Checked& after) {
  if (!finding.span.valid()) return true;
  int64_t first = finding.span.begin, last = finding.span.begin;  // an edit at its very beginning may move it, or not
  for (const Edit& edit : edits) {
    if (edit.span.file != finding.span.file || edit.span.begin > finding.span.begin) continue;
    const int64_t shift = static_cast<int64_t>(edit.text.size()) - (edit.span.end - edit.span.begin);
    last += std::max<int64_t>(shift, 0);
    if (edit.span.begin < finding.span.begin) first += shift;
    if (edit.span.begin < finding.span.begin && shift < 0) last += shift;
  }
  const std::string& path = before.sources[finding.span.file].path;
  return std::ranges::any_of(after.diags.all(), [&](const Diagnostic& one) {
    return one.kind == finding.kind && one.message == finding.message && one.span.valid() && one.span.begin >= first &&
           one.span.begin <= last && after.sources[one.span.file].path == path;
  });
}

/// One round: of the fixes that the findings of `base` offer, those that help.
class Round {
 public:
  Round(const Checked& base, const Texts& texts, const Fixing& fixing) : base_(base), base_texts_(texts), fixing_(fixing) {}

  /// Keeps all of them, or tries each half. An Error if checking fails.
  Result<bool> keep(Choices choices) {
    if (choices.empty()) return true;
    std::vector<Choice> tried = kept_;
    tried.insert(tried.end(), choices.begin(), choices.end());
    const std::vector<Edit> edits = edits_of(tried);
    Texts texts = laid_in(edits);
    Result<Checked> after = fixing_.check(texts);
    if (!after) return after.error();
    if (is_better(tried, edits, *after)) {
      kept_ = std::move(tried);
      kept_texts_ = std::move(texts);
      after_ = std::move(*after);
      return true;
    }
    if (choices.size() == 1) {
      refused_.push_back(choices.front());
      return false;
    }
    for (const Choices half : {choices.first(choices.size() / 2), choices.subspan(choices.size() / 2)}) {
      if (Result<bool> done = keep(half); !done) return done;
    }
    return true;
  }

  /// The state after the fixes that were kept goes into `fixed`; false if there are none.
  bool commit(Fixed& fixed) {
    for (const Choice& choice : refused_) fixed.refused.push_back(refusal(base_, choice));
    if (!after_) return false;
    fixed.count += kept_.size();
    fixed.texts = std::move(kept_texts_);
    fixed.checked = std::move(*after_);  // what `base_` may be: not looked at any more
    return true;
  }

  static RefusedFix refusal(const Checked& checked, const Choice& choice) {
    return {choice.finding->kind, checked.sources[choice.fix->edits.front().span.file].path, choice.finding->message, choice.fix->title};
  }

 private:
  static std::vector<Edit> edits_of(const std::vector<Choice>& choices) {
    std::vector<Edit> edits;
    for (const Choice& choice : choices) edits.insert(edits.end(), choice.fix->edits.begin(), choice.fix->edits.end());
    std::ranges::sort(edits, [](const Edit& a, const Edit& b) { return a.span > b.span; });
    return edits;
  }

  /// From a file's end to its beginning, so that no edit moves the next.
  Texts laid_in(const std::vector<Edit>& edits) const {
    Texts changed;
    for (const Edit& edit : edits) {
      const SourceFile& file = base_.sources[edit.span.file];
      std::string& text = changed.try_emplace(file.path, file.text).first->second;
      text.replace(edit.span.begin, edit.span.end - edit.span.begin, edit.text);
    }
    Texts texts = base_texts_;
    for (auto& [path, text] : changed) texts[path] = std::move(text);
    return texts;
  }

  bool is_better(const std::vector<Choice>& tried, const std::vector<Edit>& edits, const Checked& after) const {
    if (amount_of_wrong(after) > amount_of_wrong(after_ ? *after_ : base_)) return false;
    return std::ranges::none_of(tried, [&](const Choice& choice) { return is_still_there(base_, *choice.finding, edits, after); });
  }

  const Checked& base_;
  const Texts& base_texts_;
  const Fixing& fixing_;
  std::vector<Choice> kept_, refused_;
  Texts kept_texts_;
  std::optional<Checked> after_;
};

bool meet(const Edit& a, const Edit& b) {
  if (a.span.file != b.span.file) return false;
  return a.span.begin == b.span.begin || (a.span.begin < b.span.end && b.span.begin < a.span.end);
}

bool is_possible(const Fix& fix, const Checked& checked, const Fixing& fixing, const std::vector<Edit>& taken) {
  return !fix.edits.empty() && std::ranges::all_of(fix.edits, [&](const Edit& edit) {
    return edit.span.valid() && fixing.is_writable(checked.sources[edit.span.file].path) &&
           std::ranges::none_of(taken, [&](const Edit& other) { return meet(other, edit); });
  });
}

/// The fix of each finding that is to be mended and has just one, without those that overlap one before.
std::vector<Choice> choices_of(const Fixed& fixed, const Fixing& fixing) {
  std::vector<Choice> choices;
  std::vector<Edit> taken;
  for (const Diagnostic& finding : fixed.checked.diags.all()) {
    if (finding.fixes.size() != 1 || finding.suppressed || !fixing.is_wanted(finding)) continue;
    const Choice choice{&finding, &finding.fixes.front()};
    if (!is_possible(*choice.fix, fixed.checked, fixing, taken)) continue;
    if (std::ranges::find(fixed.refused, Round::refusal(fixed.checked, choice)) != fixed.refused.end()) continue;
    taken.insert(taken.end(), choice.fix->edits.begin(), choice.fix->edits.end());
    choices.push_back(choice);
  }
  return choices;
}

}  // namespace

Result<Fixed> apply_fixes(Checked checked, const Fixing& fixing) {
  Fixed fixed{.checked = std::move(checked), .texts = {}, .count = 0, .refused = {}};
  Texts original;
  for (size_t i = 0; i < fixed.checked.sources.size(); ++i) {
    const SourceFile& file = fixed.checked.sources[fixed.checked.sources.id_at(i)];
    original.emplace(file.path, file.text);
  }
  for (int i = 0; i < kMostRounds; ++i) {
    Round round(fixed.checked, fixed.texts, fixing);
    const std::vector<Choice> choices = choices_of(fixed, fixing);
    if (Result<bool> done = round.keep(choices); !done) return done.error();
    if (!round.commit(fixed)) break;
  }
  std::erase_if(fixed.texts, [&](const auto& text) {
    const auto before = original.find(text.first);
    return before != original.end() && before->second == text.second;
  });
  return fixed;
}

}  // namespace sbx::driver
