// SPDX-License-Identifier: Apache-2.0
#include "compiler/patterns/language.h"

#include <algorithm>
#include <map>

#include "runtime/base/variant.h"

namespace sbx::patterns {
namespace {

constexpr size_t kMostSteps = 2'000;

/// Builds from the end: every part is told where to go on.
class Builder {
 public:
  std::optional<Language> build(const Tree& tree, const std::vector<text::CharacterSet>& sets) {
    const uint32_t matched = add(Matched{});
    Language language{.steps = {}, .start = put(tree.root, matched), .sets = sets};
    if (steps_.size() > kMostSteps) return std::nullopt;
    language.steps = std::move(steps_);
    return language;
  }

 private:
  uint32_t add(Step step) {
    steps_.push_back(step);
    return static_cast<uint32_t>(steps_.size() - 1);
  }

  uint32_t put(const Node& node, uint32_t next) {
    if (steps_.size() > kMostSteps) return next;
    return std::visit(overloaded{
                          [&](const Take& take) {
                            return add(TakeOne{take.atom, next});
                          },
                          [&](const Edge& edge) {
                            return add(Test{edge, next});
                          },
                          [&](const Sequence& sequence) {
                            for (size_t i = sequence.parts.size(); i-- > 0;) next = put(sequence.parts[i], next);
                            return next;
                          },
                          [&](const Choice& choice) {
                            uint32_t start = put(choice.branches.back(), next);
                            for (size_t i = choice.branches.size() - 1; i-- > 0;) start = add(Fork{put(choice.branches[i], next), start});
                            return start;
                          },
                          [&](const Repeat& repeat) { return put(repeat, next); },
                      },
                      node.is);
  }

  uint32_t put(const Repeat& repeat, uint32_t next) {
    uint32_t start = next;
    if (repeat.most < 0) {
      const uint32_t again = add(Fork{next, next});
      steps_[again] = Fork{put(repeat.one.front(), again), next};
      start = again;
    }
    for (int i = repeat.least; i < repeat.most && steps_.size() <= kMostSteps; ++i) start = add(Fork{put(repeat.one.front(), start), next});
    for (int i = 0; i < repeat.least && steps_.size() <= kMostSteps; ++i) start = put(repeat.one.front(), start);
    return start;
  }

  std::vector<Step> steps_;
};

/// What one character of ASCII is, without asking anybody.
std::optional<text::CharacterSet> plain(std::string_view atom) {
  constexpr std::string_view kSpecial = "\\.[](){}*+?^$|";
  const bool caseless = atom.starts_with("(?i)");
  if (caseless) atom.remove_prefix(4);
  if (atom.size() == 2 && atom.front() == '\\' && kSpecial.find(atom.back()) != std::string_view::npos) {
    atom.remove_prefix(1);
  } else if (atom.size() != 1 || kSpecial.find(atom.front()) != std::string_view::npos) {
    return std::nullopt;
  }
  const auto value = static_cast<unsigned char>(atom.front());
  const auto lower = static_cast<unsigned char>(value | 0x20);
  if (value >= 0x80) return std::nullopt;
  if (!caseless || lower < 'a' || lower > 'z') return text::CharacterSet{{value, value}};
  text::CharacterSet set{{lower - 0x20U, lower - 0x20U}, {lower, lower}};
  if (lower == 'k') set.emplace_back(0x212A, 0x212A);  // the sign of kelvin
  if (lower == 's') set.emplace_back(0x017F, 0x017F);  // the long s
  return set;
}

}  // namespace

std::vector<std::optional<Language>> languages_of(std::span<const std::optional<Tree>> trees) {
  std::map<text::Atom, text::CharacterSet> sets;
  std::vector<text::Atom> asked;
  for (const std::optional<Tree>& tree : trees) {
    if (!tree) continue;
    for (const text::Atom& atom : tree->atoms) {
      const std::optional<text::CharacterSet> known = plain(atom.expression);
      if (sets.emplace(atom, known.value_or(text::CharacterSet{})).second && !known) asked.push_back(atom);
    }
  }
  if (!asked.empty()) {
    const std::vector<text::CharacterSet> answers = text::characters_of(asked);
    for (size_t i = 0; i < asked.size(); ++i) sets[asked[i]] = answers[i];
  }
  std::vector<std::optional<Language>> languages;
  for (const std::optional<Tree>& tree : trees) {
    std::vector<text::CharacterSet> of_atoms;
    if (tree) std::ranges::transform(tree->atoms, std::back_inserter(of_atoms), [&](const text::Atom& atom) { return sets[atom]; });
    const bool known = tree && std::ranges::none_of(of_atoms, &text::CharacterSet::empty);
    languages.push_back(known ? Builder().build(*tree, of_atoms) : std::nullopt);
  }
  return languages;
}

}  // namespace sbx::patterns
