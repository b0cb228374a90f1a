// SPDX-License-Identifier: Apache-2.0
// From a piece of text to tokens: `model` of tokenizer.json.
#pragma once

#include <memory>

#include "runtime/models/tokenizer.h"
#include "runtime/models/tokenizer_json.h"
#include "runtime/models/tokenizer_text.h"
#include "runtime/models/tokenizer_trie.h"

namespace sbx::models {

class TokenModel {
 public:
  virtual ~TokenModel() = default;
  /// Adds the tokens of a piece that is not empty.
  virtual void tokenize(PlacedSpan piece, std::vector<Token>& out) const = 0;
};

/// Null where the document is wrong.
std::unique_ptr<const TokenModel> read_token_model(const JsonNode& node);

std::unique_ptr<const TokenModel> read_word_level(const JsonNode& node);
/// Schuster and Nakajima 2012, as BERT has it: from the left the longest word there is.
std::unique_ptr<const TokenModel> read_word_piece(const JsonNode& node);
/// Sennrich et al. 2016: the pair that was merged first in training is merged first.
std::unique_ptr<const TokenModel> read_bpe(const JsonNode& node);
/// Kudo 2018: the most probable sequence of words, by Viterbi.
std::unique_ptr<const TokenModel> read_unigram(const JsonNode& node);

/// `{"word": id, …}` of `vocab`.
[[nodiscard]] Trie read_vocabulary(const JsonNode& node);
/// The id of the word that `key` names; nothing where there is no such key.
[[nodiscard]] std::optional<uint32_t> read_word(const JsonNode& node, std::string_view key, const Trie& vocabulary);

/// The tokens `<0x00>` to `<0xFF>`, by which characters that no word has can be written.
class ByteTokens {
 public:
  explicit ByteTokens(const Trie& vocabulary);
  /// Adds those of a character; whether there are all of them.
  bool append(const PlacedChar& character, std::vector<Token>& out) const;

 private:
  std::array<std::optional<uint32_t>, 256> ids_;
};

/// A token for all of `from`.
[[nodiscard]] inline Token token_of(uint32_t id, PlacedSpan from) { return {id, from.front().start, from.back().end}; }

}  // namespace sbx::models
