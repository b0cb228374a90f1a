// SPDX-License-Identifier: Apache-2.0
// What happens to a text before it is cut: `normalizer` of tokenizer.json.
#pragma once

#include <memory>

#include "runtime/models/tokenizer_json.h"
#include "runtime/models/tokenizer_text.h"

namespace sbx::models {

class Normalizer {
 public:
  virtual ~Normalizer() = default;
  /// The text is not empty, and may be afterwards.
  virtual void apply(PlacedText& text) const = 0;
};

/// A normalizer that makes more characters than this of a text would only be hostile: the rest is cut off.
[[nodiscard]] constexpr size_t most_normalized(size_t characters) { return 64 * characters + 1024; }

/// Null where the document has none.
std::unique_ptr<const Normalizer> read_normalizer(const JsonNode& node);

/// One of Unicode's forms, by name: `NFC`, `NFD`, `NFKC`, `NFKD`.
std::unique_ptr<const Normalizer> unicode_form(std::string_view name);

/// `Precompiled`: SentencePiece's map of characters.
std::unique_ptr<const Normalizer> read_precompiled(const JsonNode& node);

}  // namespace sbx::models
