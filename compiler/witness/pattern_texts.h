// SPDX-License-Identifier: Apache-2.0
// Texts on which several patterns come out as wanted, by their automata: found, or proved not to be.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/patterns/find_text.h"
#include "runtime/program/manifest.h"

namespace sbx::witness {

/// One pattern of a text, and whether it shall match.
struct PatternWish {
  SignalId signal;
  LeafId leaf;
  bool holds = true;
};

/// Of one policy. Remembers what it has found out; all questions share one budget.
class PatternTexts {
 public:
  explicit PatternTexts(const Manifest& manifest) : manifest_(manifest) {}  // must outlive it

  /// A text of which all that is known of these patterns is true; none where none is found.
  [[nodiscard]] std::optional<std::string> text(std::span<const PatternWish> wishes);
  /// The leaves of wishes that exclude each other on one text, as few as it takes; empty where that is not proved.
  [[nodiscard]] std::vector<LeafId> excluded(std::span<const PatternWish> wishes);

 private:
  void prepare();
  const patterns::FoundText& find(std::span<const PatternWish> wishes);

  const Manifest& manifest_;
  bool prepared_ = false;
  std::map<uint32_t, patterns::Language> languages_;  // by signal; not those that are not understood
  std::map<std::vector<std::pair<uint32_t, bool>>, patterns::FoundText> found_;
  patterns::Budget budget_;
};

}  // namespace sbx::witness
