// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/tokenizer_models.h"

#include <cstdio>

namespace sbx::models {
namespace {

class WordLevel : public TokenModel {
 public:
  explicit WordLevel(const JsonNode& node) : vocabulary_(read_vocabulary(node)), unknown_(read_word(node, "unk_token", vocabulary_)) {}

  void tokenize(PlacedSpan piece, std::vector<Token>& out) const override {
    Trie::Place place = Trie::kRoot;
    for (const PlacedChar& c : piece) place = vocabulary_.step(place, c.value);
    if (const auto id = vocabulary_.id(place)) {
      out.push_back(token_of(*id, piece));
    } else if (unknown_) {
      out.push_back(token_of(*unknown_, piece));
    }
  }

 private:
  Trie vocabulary_;
  std::optional<uint32_t> unknown_;
};

class WordPiece : public TokenModel {
 public:
  explicit WordPiece(const JsonNode& node)
      : vocabulary_(read_vocabulary(node)), unknown_(read_word(node, "unk_token", vocabulary_)),
        inside_(vocabulary_.walk(Trie::kRoot, characters_of(node.text("continuing_subword_prefix", "##")))),
        longest_(node.number("max_input_chars_per_word", 100)) {
    if (!unknown_) node.wrong("has no `unk_token`");
  }

  void tokenize(PlacedSpan piece, std::vector<Token>& out) const override {
    const size_t before = out.size();
    bool known = piece.size() <= longest_;
    for (size_t from = 0; known && from < piece.size();) {
      Trie::Place place = from == 0 ? Trie::kRoot : inside_;
      std::optional<uint32_t> id;
      size_t end = from;
      for (size_t to = from; to < piece.size() && place != Trie::kNowhere; ++to) {
        place = vocabulary_.step(place, piece[to].value);
        if (const auto word = vocabulary_.id(place)) id = word, end = to + 1;
      }
      known = id.has_value();
      if (known) out.push_back(token_of(*id, piece.subspan(from, end - from)));
      from = end;
    }
    if (known) return;
    out.resize(before);
    out.push_back(token_of(*unknown_, piece));
  }

 private:
  Trie vocabulary_;
  std::optional<uint32_t> unknown_;
  Trie::Place inside_;  // past the prefix of what continues a word
  size_t longest_;
};

// Files of old name no type.
std::string type_of(const JsonNode& node) {
  if (node.has("type")) return node.text("type");
  if (node.has("merges")) return "BPE";
  if (node.at("vocab").is_array()) return "Unigram";
  return node.has("max_input_chars_per_word") ? "WordPiece" : "WordLevel";
}

}  // namespace

std::unique_ptr<const TokenModel> read_word_level(const JsonNode& node) { return std::make_unique<WordLevel>(node); }
std::unique_ptr<const TokenModel> read_word_piece(const JsonNode& node) { return std::make_unique<WordPiece>(node); }

std::unique_ptr<const TokenModel> read_token_model(const JsonNode& node) {
  if (!node.is_object()) {
    node.wrong("is missing");
    return nullptr;
  }
  const std::string type = type_of(node);
  if (type == "WordPiece") return read_word_piece(node);
  if (type == "BPE") return read_bpe(node);
  if (type == "Unigram") return read_unigram(node);
  if (type == "WordLevel") return read_word_level(node);
  node.not_supported("the model `" + type + "`");
  return nullptr;
}

Trie read_vocabulary(const JsonNode& node) {
  simdjson::dom::object words;
  if (!node.at("vocab").get(words)) {
    node.at("vocab").wrong("is not a list of words and their numbers");
    return {};
  }
  std::vector<std::pair<std::u32string, uint32_t>> result;
  result.reserve(words.size());
  for (const auto& [word, number] : words) {
    int64_t id = 0;
    if (number.get(id) || id < 0 || id > INT32_MAX) node.at("vocab").wrong("has a word whose number is none");
    result.emplace_back(characters_of(word), static_cast<uint32_t>(id));
  }
  return Trie(std::move(result));
}

std::optional<uint32_t> read_word(const JsonNode& node, std::string_view key, const Trie& vocabulary) {
  if (!node.has(key)) return std::nullopt;
  const std::string word = node.text(key);
  const auto id = vocabulary.find(characters_of(word));
  if (!id) node.at(key).wrong("is `" + word + "`, which the vocabulary does not have");
  return id;
}

ByteTokens::ByteTokens(const Trie& vocabulary) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    char name[8];
    std::snprintf(name, sizeof name, "<0x%02X>", byte);
    ids_[byte] = vocabulary.find(characters_of(name));
  }
}

bool ByteTokens::append(const PlacedChar& character, std::vector<Token>& out) const {
  std::string bytes;
  append_utf8(character.value, bytes);
  for (const char byte : bytes) {
    if (!ids_[static_cast<uint8_t>(byte)]) return false;
  }
  for (const char byte : bytes) out.push_back({*ids_[static_cast<uint8_t>(byte)], character.start, character.end});
  return true;
}

}  // namespace sbx::models
