// SPDX-License-Identifier: Apache-2.0
// A text on which keyword and pattern signals come out as wanted. Pieces are tried one by one with the real matcher.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/witness/fields.h"
#include "compiler/witness/pattern_texts.h"
#include "runtime/signals/signal_set.h"

namespace sbx::witness {

/// Whether a signal reads how a text is written: keywords, patterns, structure, language.
[[nodiscard]] bool reads_text(const SignalInfo& info);

/// Reads single signals of a text that is the user's, the system's or the assistant's alone.
class TextReader {
 public:
  TextReader(const Manifest& manifest, const signals::SignalSet& signals) : manifest_(manifest), signals_(signals), patterns_(manifest) {}

  [[nodiscard]] const Manifest& manifest() const { return manifest_; }
  /// Whether the signal reads on `text` what the wish allows.
  [[nodiscard]] bool grants(const Wish& wish, const std::string& text);
  [[nodiscard]] PatternTexts& patterns() { return patterns_; }

 private:
  const Manifest& manifest_;
  const signals::SignalSet& signals_;
  signals::TextsPool pool_;
  PatternTexts patterns_;
};

/// Adds to the draft what makes all wishes come true. The leaves that exclude each other, where that is proved; an empty list where nothing
/// was found; nothing at all on success.
[[nodiscard]] std::optional<std::vector<LeafId>> write_texts(const std::vector<Wish>& wishes, TextReader& reader, Draft& draft);

}  // namespace sbx::witness
