// SPDX-License-Identifier: Apache-2.0
// Around the model: tokens that are taken out of the text before anything else (`added_tokens`), and those that are put around it
// (`post_processor`).
#pragma once

#include <vector>

#include "runtime/models/tokenizer.h"
#include "runtime/models/tokenizer_json.h"
#include "runtime/models/tokenizer_text.h"
#include "runtime/models/tokenizer_trie.h"

namespace sbx::models {

/// A token that stands for its own text, wherever that is found.
struct AddedToken {
  std::u32string content;
  uint32_t id = 0;
  bool whole_word = false;                          // not within a word
  bool takes_left = false, takes_right = false;     // the white space beside it
  bool normalized = false;                          // it is looked for in normalised text
};
[[nodiscard]] std::vector<AddedToken> read_added_tokens(const JsonNode& document);

/// Finds the leftmost, and of several there the longest.
class AddedTokens {
 public:
  explicit AddedTokens(std::vector<AddedToken> tokens);

  /// A part of a text: a token that is found, or (none) what is between two.
  struct Part {
    size_t begin = 0, end = 0;
    const AddedToken* token = nullptr;
  };
  [[nodiscard]] std::vector<Part> split(PlacedSpan text) const;

 private:
  [[nodiscard]] Part find(PlacedSpan text, size_t from) const;

  std::vector<AddedToken> tokens_;
  Trie trie_;
};

/// The tokens that are put before and after the text's own.
class TokenFrame {
 public:
  explicit TokenFrame(const JsonNode& post_processor);

  struct Put {
    int64_t id = 0, type = 0;
  };
  [[nodiscard]] const std::vector<Put>& before() const { return before_; }
  [[nodiscard]] const std::vector<Put>& after() const { return after_; }
  [[nodiscard]] int64_t type() const { return type_; }
  /// Whether tokens do not stand for the spaces at their ends.
  [[nodiscard]] bool trims() const { return trims_; }

 private:
  void read(const JsonNode& node);
  void read_template(const JsonNode& node);
  void read_ends(const JsonNode& node);

  std::vector<Put> before_, after_;
  int64_t type_ = 0;
  bool trims_ = false, framed_ = false;
};

}  // namespace sbx::models
