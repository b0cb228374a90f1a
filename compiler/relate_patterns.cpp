// SPDX-License-Identifier: Apache-2.0
// Most pairs are told apart by a text that one of the two matches; only the others are asked about. No pattern matches the empty text
// (E0330), so no two exclude being false together.
#include <algorithm>
#include <optional>
#include <string>

#include "compiler/patterns/find_text.h"
#include "compiler/patterns/threads.h"
#include "compiler/relate_texts.h"
#include "runtime/signals/arguments.h"

namespace sbx {
namespace {

using analysis::Exclusion;
using patterns::find_text;
using patterns::Language;
using patterns::NoText;

constexpr size_t kMostPatterns = 500;
constexpr size_t kMostExclusions = 2'000;
constexpr int64_t kMostSteps = 5'000'000;  // of automata: about a tenth of a second

struct PatternSignal {
  SignalId signal;
  signals::Source source;
  Language language;
  std::string example;  // a shortest text that it matches
};

class PatternPairs {
 public:
  explicit PatternPairs(const Manifest& manifest) {
    std::vector<std::pair<SignalId, signals::Source>> signals;
    std::vector<std::optional<patterns::Tree>> trees;
    for (size_t i = 0; i < manifest.signals.size() && signals.size() < kMostPatterns; ++i) {
      const SignalId id = manifest.signals.id_at(i);
      const SignalInfo& info = manifest.signals[id];
      if (info.kind != "pattern" && info.kind != "exists") continue;
      signals.emplace_back(id, *signals::source_argument(info.arguments, "of"));
      trees.push_back(patterns::parse(signals::text_argument(info.arguments, "expression")));
    }
    std::vector<std::optional<Language>> languages = patterns::languages_of(trees);
    for (size_t i = 0; i < signals.size(); ++i) {
      if (languages[i]) add(signals[i].first, signals[i].second, std::move(*languages[i]));
    }
  }

  std::vector<Exclusion> related() {
    std::vector<Exclusion> found;
    for (size_t i = 0; i < patterns_.size(); ++i) {
      for (size_t j = 0; j < patterns_.size(); ++j) {
        if (i == j || patterns_[i].source != patterns_[j].source || found.size() >= kMostExclusions) continue;
        const PatternSignal &one = patterns_[i], &other = patterns_[j];
        if (implies(one, other)) found.push_back({{one.signal, true}, {other.signal, false}});
        if (i < j && are_apart(one, other)) found.push_back({{one.signal, true}, {other.signal, true}});
      }
    }
    return found;
  }

 private:
  // Of a pattern that matches no text, or is too large, nothing is asked.
  void add(SignalId signal, signals::Source source, Language language) {
    const Language* one = &language;
    const patterns::FoundText example = find_text({&one, 1}, {}, budget_);
    const auto* text = std::get_if<std::string>(&example);
    if (text != nullptr) patterns_.push_back({signal, source, std::move(language), *text});
  }

  bool implies(const PatternSignal& one, const PatternSignal& other) {
    if (!patterns::matches(other.language, one.example)) return false;
    const Language *wanted = &one.language, *unwanted = &other.language;
    return std::holds_alternative<NoText>(find_text({&wanted, 1}, {&unwanted, 1}, budget_));
  }

  // Mostly one may stand behind the other: always, if neither looks at the ends of words and texts.
  bool are_apart(const PatternSignal& one, const PatternSignal& other) {
    if (!has_edges(one.language) && !has_edges(other.language)) return false;
    const auto both_match = [&](const std::string& text) {
      return patterns::matches(one.language, text) && patterns::matches(other.language, text);
    };
    if (both_match(one.example + "\n" + other.example) || both_match(other.example + "\n" + one.example)) return false;
    const Language* both[] = {&one.language, &other.language};
    return std::holds_alternative<NoText>(find_text(both, {}, budget_));
  }

  static bool has_edges(const Language& language) {
    return std::ranges::any_of(language.steps, [](const patterns::Step& step) { return std::holds_alternative<patterns::Test>(step); });
  }

  std::vector<PatternSignal> patterns_;
  patterns::Budget budget_{kMostSteps};
};

}  // namespace

std::vector<Exclusion> relate_patterns(const Manifest& manifest) { return PatternPairs(manifest).related(); }

}  // namespace sbx
