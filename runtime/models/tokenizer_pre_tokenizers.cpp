// SPDX-License-Identifier: Apache-2.0
// The pre-tokenizers there are, one class each; what they match they cut with tokenizer_splits.h.
#include <algorithm>

#include "runtime/models/tokenizer_splits.h"

namespace sbx::models {
namespace {

bool is_mark_of_bert(char32_t c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~') || (c >= 0x80 && is_punctuation(c));
}

Delimiter read_delimiter(const JsonNode& node, std::string_view key, const char* otherwise) {
  const std::string name = node.text(key, otherwise);
  if (name == "Removed") return Delimiter::Removed;
  if (name == "Isolated") return Delimiter::Isolated;
  if (name == "MergedWithPrevious") return Delimiter::MergedWithPrevious;
  if (name == "MergedWithNext") return Delimiter::MergedWithNext;
  if (name == "Contiguous") return Delimiter::Contiguous;
  node.at(key).not_supported("`" + name + "`");
  return Delimiter::Isolated;
}

class WhitespaceSplit : public PreTokenizer {
 public:
  void split(PlacedSpan piece, Pieces& out) const override { split_at(piece, matches_of(piece, is_white), Delimiter::Removed, false, out); }
};

class BertSplit : public PreTokenizer {
 public:
  void split(PlacedSpan piece, Pieces& out) const override {
    for (const PlacedChar& c : piece) {
      const bool mark = is_mark_of_bert(c.value);
      if (mark || is_white(c.value)) out.cut();
      if (!is_white(c.value)) out.add(c);
      if (mark) out.cut();
    }
    out.cut();
  }
};

// Words and what stands between them: `\w+|[^\w\s]+`.
class Whitespace : public PreTokenizer {
 public:
  void split(PlacedSpan piece, Pieces& out) const override {
    bool in_word = false;
    for (const PlacedChar& c : piece) {
      const bool word = is_word(c.value);
      if (is_white(c.value) || word != in_word) out.cut();
      if (!is_white(c.value)) out.add(c);
      in_word = word;
    }
    out.cut();
  }
};

class Punctuation : public PreTokenizer {
 public:
  explicit Punctuation(const JsonNode& node) : delimiter_(read_delimiter(node, "behavior", "Isolated")) {}
  void split(PlacedSpan piece, Pieces& out) const override { split_at(piece, matches_of(piece, is_mark_of_bert), delimiter_, false, out); }

 private:
  Delimiter delimiter_;
};

class Digits : public PreTokenizer {
 public:
  explicit Digits(const JsonNode& node) : delimiter_(node.flag("individual_digits", false) ? Delimiter::Isolated : Delimiter::Contiguous) {}
  void split(PlacedSpan piece, Pieces& out) const override { split_at(piece, matches_of(piece, is_number), delimiter_, false, out); }

 private:
  Delimiter delimiter_;
};

class CharacterSplit : public PreTokenizer {
 public:
  explicit CharacterSplit(const JsonNode& node) {
    const std::u32string delimiter = characters_of(node.text("delimiter"));
    if (delimiter.size() == 1) at_ = delimiter[0];
    if (delimiter.size() != 1) node.at("delimiter").wrong("is not one character");
  }
  void split(PlacedSpan piece, Pieces& out) const override {
    split_at(piece, matches_of(piece, [&](char32_t c) { return c == at_; }), Delimiter::Removed, false, out);
  }

 private:
  char32_t at_ = 0;
};

class Split : public PreTokenizer {
 public:
  explicit Split(const JsonNode& node)
      : pattern_(Pattern::read(node.at("pattern"))), delimiter_(read_delimiter(node, "behavior", "")), inverted_(node.flag("invert", false)) {}
  void split(PlacedSpan piece, Pieces& out) const override { split_at(piece, pattern_.find(piece), delimiter_, inverted_, out); }

 private:
  Pattern pattern_;
  Delimiter delimiter_;
  bool inverted_;
};

class Metaspace : public PreTokenizer {
 public:
  explicit Metaspace(const JsonNode& node) : splits_(node.flag("split", true)) {
    const std::u32string space = characters_of(node.text("replacement", "▁"));
    if (space.size() != 1) node.at("replacement").wrong("is not one character");
    if (space.size() == 1) space_ = space[0];
    scheme_ = node.text("prepend_scheme", node.flag("add_prefix_space", true) ? "always" : "never");
    if (scheme_ != "always" && scheme_ != "first" && scheme_ != "never") node.at("prepend_scheme").not_supported("`" + scheme_ + "`");
  }

  void split(PlacedSpan piece, Pieces& out) const override {
    PlacedText text;
    const bool begins = piece[0].value == space_ || piece[0].value == ' ';
    if (!begins && (scheme_ == "always" || (scheme_ == "first" && piece[0].start == 0))) append_made({&space_, 1}, piece.first(1), text);
    for (PlacedChar c : piece) {
      if (c.value == ' ') c.value = space_;
      text.push_back(c);
    }
    const auto spaces = splits_ ? matches_of(text, [&](char32_t c) { return c == space_; }) : std::vector<Match>();
    split_at(text, spaces, Delimiter::MergedWithNext, false, out);
  }

 private:
  bool splits_;
  char32_t space_ = U'▁';
  std::string scheme_;
};

// GPT-2's words (openai/gpt-2, encoder.py), then their bytes.
class ByteLevel : public PreTokenizer {
 public:
  explicit ByteLevel(const JsonNode& node)
      : words_(Pattern::regex(R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)", node)),
        adds_space_(node.flag("add_prefix_space", true)), cuts_words_(node.flag("use_regex", true)) {}

  void split(PlacedSpan piece, Pieces& out) const override {
    PlacedText text;
    if (adds_space_ && piece[0].value != ' ') append_made(U" ", piece.first(1), text);
    text.insert(text.end(), piece.begin(), piece.end());
    Pieces words;
    split_at(text, cuts_words_ ? words_.find(text) : std::vector<Match>(), Delimiter::Isolated, false, words);
    PlacedText bytes;
    for (size_t i = 0; i < words.size(); ++i) {
      bytes.clear();
      append_bytes(words[i], bytes);
      out.add(bytes);
      out.cut();
    }
  }

 private:
  Pattern words_;
  bool adds_space_, cuts_words_;
};

class Chain : public PreTokenizer {
 public:
  explicit Chain(const JsonNode& node) {
    for (const JsonNode& part : node.items("pretokenizers")) {
      if (auto splitter = read_pre_tokenizer(part)) parts_.push_back(std::move(splitter));
    }
  }
  void split(PlacedSpan piece, Pieces& out) const override {
    Pieces now;
    now.add(piece);
    now.cut();
    for (const auto& part : parts_) {
      Pieces next;
      for (size_t i = 0; i < now.size(); ++i) part->split(now[i], next);
      now = std::move(next);
    }
    for (size_t i = 0; i < now.size(); ++i) {
      out.add(now[i]);
      out.cut();
    }
  }

 private:
  std::vector<std::unique_ptr<const PreTokenizer>> parts_;
};

}  // namespace

std::unique_ptr<const PreTokenizer> read_pre_tokenizer(const JsonNode& node) {
  if (!node.is_object()) return nullptr;
  const std::string type = node.text("type");
  if (type == "BertPreTokenizer") return std::make_unique<BertSplit>();
  if (type == "Whitespace") return std::make_unique<Whitespace>();
  if (type == "WhitespaceSplit") return std::make_unique<WhitespaceSplit>();
  if (type == "ByteLevel") return std::make_unique<ByteLevel>(node);
  if (type == "Metaspace") return std::make_unique<Metaspace>(node);
  if (type == "Split") return std::make_unique<Split>(node);
  if (type == "Digits") return std::make_unique<Digits>(node);
  if (type == "Punctuation") return std::make_unique<Punctuation>(node);
  if (type == "CharDelimiterSplit") return std::make_unique<CharacterSplit>(node);
  if (type == "Sequence") return std::make_unique<Chain>(node);
  node.not_supported("the pre-tokenizer `" + type + "`");
  return nullptr;
}

}  // namespace sbx::models
