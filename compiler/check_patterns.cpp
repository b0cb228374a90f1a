// SPDX-License-Identifier: Apache-2.0
// Patterns whose matches are counted are left alone: an alternative may change how often they match. Nothing is said of two signals of
// which one holds wherever the other does: that is what authors build on.
#include "compiler/check_patterns.h"

#include <algorithm>

#include "compiler/patterns/find_text.h"
#include "compiler/patterns/threads.h"
#include "compiler/written_items.h"
#include "runtime/signals/arguments.h"

namespace sbx {
namespace {

using patterns::find_text;
using patterns::Language;
using patterns::NoText;
using patterns::Tree;

constexpr size_t kMostPatterns = 500;     // of a policy
constexpr size_t kMostAlternatives = 64;  // of a pattern

struct PatternSignal {
  const sema::Symbol* symbol;
  std::string of;  // the text that it reads
  std::string expression;
  std::string example;  // a text that it matches, where it was found out
};

std::vector<PatternSignal> pattern_signals(const sema::Policy& policy) {
  std::vector<PatternSignal> found;
  for (const sema::Symbol& symbol : policy.symbols) {
    const bool is_pattern = symbol.kind == "pattern" || symbol.kind == "exists";
    if (symbol.value || !is_pattern || found.size() == kMostPatterns) continue;
    found.push_back({&symbol, signals::text_argument(symbol.arguments, "of"), signals::text_argument(symbol.arguments, "expression"), ""});
  }
  return found;
}

std::string quoted(const std::string& text) { return "`" + text + "`"; }

class PatternCheck {
 public:
  PatternCheck(const SourceSet& sources, const sema::Policy& policy, Diagnostics& diags)
      : sources_(sources), policy_(policy), diags_(diags), signals_(pattern_signals(policy)) {}

  void run() {
    std::vector<std::optional<Tree>> trees;
    for (const PatternSignal& signal : signals_) trees.push_back(patterns::parse(signal.expression));
    trees.push_back(patterns::parse("\\S"));
    languages_ = patterns::languages_of(trees);
    for (size_t i = 0; i < signals_.size(); ++i) {
      if (!languages_[i] || !check_matches(i)) continue;
      check_alternatives(i, *trees[i]);
      check_same(i);
    }
  }

 private:
  /// Returns whether some text that is not blank is left that it does not match. None that never matches gets here (E0330).
  bool check_matches(size_t i) {
    PatternSignal& signal = signals_[i];
    const Language* language = &*languages_[i];
    const patterns::FoundText example = find_text({&language, 1}, {}, budget_);
    if (const auto* text = std::get_if<std::string>(&example)) signal.example = *text;
    const Language* not_blank = &*languages_.back();
    if (is_one_character(*language) || !implies(not_blank, language)) return true;
    report(signal, quoted(signal.symbol->name) + " matches every text that is not blank", "a single character is enough for it",
           "ask for what only some texts have");
    return false;
  }

  /// `.+` or `\S` is how one asks for any text at all.
  static bool is_one_character(const Language& language) { return language.steps.size() <= 3; }

  bool implies(const Language* one, const Language* other) {
    return std::holds_alternative<NoText>(find_text({&one, 1}, {&other, 1}, budget_));
  }

  void check_alternatives(size_t i, const Tree& tree) {
    const auto* choice = std::get_if<patterns::Choice>(&tree.root.is);
    if (choice == nullptr || choice->branches.size() > kMostAlternatives) return;
    std::vector<std::optional<Tree>> branches;
    for (const patterns::Node& branch : choice->branches) branches.push_back(Tree{branch, tree.atoms});
    const std::vector<std::optional<Language>> languages = patterns::languages_of(branches);
    for (size_t one = 0; one < languages.size(); ++one) {
      const std::optional<size_t> by = languages[one] ? covering(languages, one) : std::nullopt;
      if (!by) continue;
      report(signals_[i], "an alternative of " + quoted(signals_[i].symbol->name) + " adds nothing: " + quoted(choice->written[one]),
             "where it matches, " + quoted(choice->written[*by]) + " does", "leave " + quoted(choice->written[one]) + " out",
             choice->written[one]);
    }
  }

  /// Another alternative that matches whatever this one does; of two that are the same, the first.
  std::optional<size_t> covering(const std::vector<std::optional<Language>>& languages, size_t one) {
    const Language* covered = &*languages[one];
    const patterns::FoundText example = find_text({&covered, 1}, {}, budget_);
    const auto* text = std::get_if<std::string>(&example);
    if (text == nullptr) return std::nullopt;
    for (size_t other = 0; other < languages.size(); ++other) {
      if (other == one || !languages[other] || !patterns::matches(*languages[other], *text)) continue;
      const Language* by = &*languages[other];
      if (implies(covered, by) && (other < one || !implies(by, covered))) return other;
    }
    return std::nullopt;
  }

  void check_same(size_t i) {
    const PatternSignal& signal = signals_[i];
    for (size_t j = 0; j < i; ++j) {
      const PatternSignal& other = signals_[j];
      if (other.of != signal.of || !languages_[j] || !may_be_same(i, j)) continue;
      const Language *one = &*languages_[i], *two = &*languages_[j];
      if (signal.expression != other.expression && (!implies(one, two) || !implies(two, one))) continue;
      report(signal, quoted(signal.symbol->name) + " matches the same texts as " + quoted(other.symbol->name), "no text tells them apart",
             "use " + quoted(other.symbol->name) + " for both")
          .label(other.symbol->span, "this one");
      return;
    }
  }

  /// Whether each matches the other's example: most pairs end here.
  [[nodiscard]] bool may_be_same(size_t i, size_t j) const {
    const std::string &one = signals_[i].example, &other = signals_[j].example;
    return !one.empty() && !other.empty() && patterns::matches(*languages_[j], one) && patterns::matches(*languages_[i], other);
  }

  DiagnosticBuilder report(const PatternSignal& signal, const std::string& what, const std::string& why, const std::string& help,
                           const std::string& alternative = "") {
    const std::optional<Span> whole = written_item(sources_, signal.symbol->span, signal.expression);
    const Span place = !whole ? signal.symbol->span : alternative.empty() ? *whole : written_alternative(sources_, *whole, alternative);
    DiagnosticBuilder report =
        diags_.report(Kind::KeywordTrap, place, what).at_span(why).help(help).about(policy_.name, {signal.symbol->name});
    const std::optional<Edit> edit = whole && place != *whole ? without_alternative(sources_, place) : std::nullopt;
    if (edit) report.fix("leave it out", {*edit});
    return report;
  }

  const SourceSet& sources_;
  const sema::Policy& policy_;
  Diagnostics& diags_;
  std::vector<PatternSignal> signals_;
  std::vector<std::optional<Language>> languages_;
  patterns::Budget budget_;
};

}  // namespace

void check_patterns(const SourceSet& sources, const sema::Policy& policy, Diagnostics& diags) {
  PatternCheck(sources, policy, diags).run();
}

}  // namespace sbx
