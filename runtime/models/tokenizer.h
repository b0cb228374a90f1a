// SPDX-License-Identifier: Apache-2.0
// A text as the tokens of a model, by the `tokenizer.json` of Hugging Face's tokenizers: the same tokens as that library makes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace sbx::models {

/// A token and the characters [start, end) of the text that it stands for, in code points. Of characters that were composed or decomposed
/// it stands for all of them.
struct Token {
  uint32_t id = 0;
  uint32_t start = 0, end = 0;
  friend bool operator==(const Token&, const Token&) = default;
};

/// What a model is given: the text's tokens among those that the tokenizer adds, such as `[CLS]`. All of them are attended to.
struct Encoding {
  std::vector<int64_t> ids;
  std::vector<int64_t> type_ids;
  std::vector<Token> tokens;  // the text's own, as they stand at `first` and after it
  size_t first = 0;
  bool truncated = false;
};

class AddedTokens;
class Normalizer;
class PreTokenizer;
class TokenFrame;
class TokenModel;

/// Immutable; any number of threads. Bytes that are no UTF-8 are read as U+FFFD, one each.
class Tokenizer {
 public:
  /// R0785: broken, or too large. R0786: with a part that is not supported; the message names it.
  static Result<Tokenizer> parse(std::string_view json);
  static Result<Tokenizer> open(const std::string& path);

  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  /// The text's own tokens, however many. A split by a regular expression that takes longer than a second ends there, and the rest of its
  /// piece is left whole.
  [[nodiscard]] std::vector<Token> tokenize(std::string_view text) const;

  /// How many tokens the text has, without those that are added.
  [[nodiscard]] size_t count(std::string_view text) const { return tokenize(text).size(); }

  /// The tokens among those that are added, however many.
  [[nodiscard]] Encoding framed(std::span<const Token> tokens) const;

  /// What a model is given for the text, cut to `most_tokens` where the tokenizer says how many.
  [[nodiscard]] Encoding encode(std::string_view text) const;

  /// `truncation.max_length`, those that are added included.
  [[nodiscard]] std::optional<uint32_t> most_tokens() const { return most_tokens_; }
  /// How many tokens `framed` adds.
  [[nodiscard]] uint32_t added() const;
  [[nodiscard]] int64_t padding_id() const { return padding_id_; }

 private:
  Tokenizer();
  void tokenize_part(std::span<const struct PlacedChar> part, std::vector<Token>& out) const;

  std::unique_ptr<const AddedTokens> raw_added_;         // found in the text as it is
  std::unique_ptr<const AddedTokens> normalized_added_;  // found in what the normalizer leaves
  std::unique_ptr<const Normalizer> normalizer_;         // may be null, as the next
  std::unique_ptr<const PreTokenizer> pre_tokenizer_;
  std::unique_ptr<const TokenModel> model_;
  std::unique_ptr<const TokenFrame> frame_;
  std::optional<uint32_t> most_tokens_;
  bool keeps_end_ = false;  // truncated at the beginning
  int64_t padding_id_ = 0;
};

}  // namespace sbx::models
