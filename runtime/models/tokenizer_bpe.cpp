// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <queue>
#include <unordered_map>

#include "runtime/models/tokenizer_models.h"

namespace sbx::models {
namespace {

constexpr size_t kNone = SIZE_MAX;

// A part of the piece; parts are joined into the one on the left, and what was joined has no place any more.
struct Part {
  Token token;
  size_t before = kNone, after = kNone;
  bool gone = false;
};

struct Merge {
  uint32_t rank = 0, id = 0;
};

// A merge that was possible when it was queued.
struct Queued {
  Merge merge;
  size_t at = 0;
  // The last of a queue is its first: low ranks before high ones, left before right.
  friend bool operator<(const Queued& a, const Queued& b) { return a.merge.rank != b.merge.rank ? a.merge.rank > b.merge.rank : a.at > b.at; }
};

class Bpe : public TokenModel {
 public:
  explicit Bpe(const JsonNode& node)
      : vocabulary_(read_vocabulary(node)), bytes_(vocabulary_), unknown_(read_word(node, "unk_token", vocabulary_)),
        prefix_(characters_of(node.text("continuing_subword_prefix", ""))), suffix_(characters_of(node.text("end_of_word_suffix", ""))),
        joins_unknown_(node.flag("fuse_unk", false)), writes_bytes_(node.flag("byte_fallback", false)), takes_words_(node.flag("ignore_merges", false)) {
    double dropout = 0;
    if (node.at("dropout").get(dropout) && dropout != 0) node.not_supported("`dropout`, which makes tokens by chance,");
    read_merges(node);
  }

  void tokenize(PlacedSpan piece, std::vector<Token>& out) const override {
    if (takes_words_) {
      Trie::Place place = Trie::kRoot;
      for (const PlacedChar& c : piece) place = vocabulary_.step(place, c.value);
      if (const auto id = vocabulary_.id(place)) {
        out.push_back(token_of(*id, piece));
        return;
      }
    }
    const size_t first = out.size();
    append_characters(piece, out);
    if (out.size() > first + 1) merge_all(first, out);
  }

 private:
  void read_merges(const JsonNode& node) {
    simdjson::dom::array merges;
    if (!node.at("merges").get(merges)) {
      node.at("merges").wrong("is not a list");
      return;
    }
    uint32_t rank = 0;
    for (const simdjson::dom::element merge : merges) {
      const auto [left, right] = sides(merge);
      const auto left_id = vocabulary_.find(left), right_id = vocabulary_.find(right);
      const bool continues = !prefix_.empty() && right.starts_with(prefix_);
      const auto id = vocabulary_.find(left + (continues ? right.substr(prefix_.size()) : right));
      if (!left_id || !right_id || !id) {
        node.at("merges").wrong("has a merge, number " + std::to_string(rank) + ", of words or to a word that the vocabulary does not have");
        return;
      }
      merges_[key(*left_id, *right_id)] = {rank++, *id};
    }
  }

  // `"left right"` or `["left", "right"]`.
  static std::pair<std::u32string, std::u32string> sides(simdjson::dom::element merge) {
    std::string_view left, right;
    if (!merge.get(left)) {
      const size_t space = std::min(left.find(' '), left.size());
      right = left.substr(std::min(space + 1, left.size()));
      left = left.substr(0, space);
    } else if (merge.at(0).get(left) || merge.at(1).get(right)) {
      left = right = "";
    }
    return {characters_of(left), characters_of(right)};
  }

  void append_characters(PlacedSpan piece, std::vector<Token>& out) const {
    bool unknown = false;  // the last one was
    for (size_t i = 0; i < piece.size(); ++i) {
      const Trie::Place begin = i == 0 ? Trie::kRoot : vocabulary_.walk(Trie::kRoot, prefix_);
      const Trie::Place end = vocabulary_.step(begin, piece[i].value);
      const auto id = vocabulary_.id(i + 1 == piece.size() ? vocabulary_.walk(end, suffix_) : end);
      if (id) {
        out.push_back(token_of(*id, piece.subspan(i, 1)));
      } else if (writes_bytes_ && bytes_.append(piece[i], out)) {
      } else if (unknown && joins_unknown_) {
        out.back().end = piece[i].end;
        continue;
      } else if (unknown_) {
        out.push_back(token_of(*unknown_, piece.subspan(i, 1)));
        unknown = true;
        continue;
      }
      unknown = false;
    }
  }

  // Possible merges wait by rank; one whose parts have been joined to others meanwhile is passed over.
  void merge_all(size_t first, std::vector<Token>& tokens) const {
    std::vector<Part> parts(tokens.size() - first);
    for (size_t i = 0; i < parts.size(); ++i) parts[i] = {tokens[first + i], i - 1, i + 1 < parts.size() ? i + 1 : kNone};
    std::priority_queue<Queued> queue;
    const auto offer = [&](size_t at) {
      if (at == kNone || parts[at].after == kNone) return;
      if (const Merge* merge = find(parts[at], parts)) queue.push({*merge, at});
    };
    for (size_t i = 0; i < parts.size(); ++i) offer(i);
    for (; !queue.empty();) {
      const Queued next = queue.top();
      queue.pop();
      Part& left = parts[next.at];
      if (left.gone || left.after == kNone) continue;
      const Merge* merge = find(left, parts);
      if (merge == nullptr || merge->id != next.merge.id) continue;
      Part& right = parts[left.after];
      left.token = {merge->id, left.token.start, right.token.end};
      right.gone = true;
      left.after = right.after;
      if (left.after != kNone) parts[left.after].before = next.at;
      offer(left.before);
      offer(next.at);
    }
    tokens.resize(first);
    for (const Part& part : parts) {
      if (!part.gone) tokens.push_back(part.token);
    }
  }

  [[nodiscard]] const Merge* find(const Part& left, const std::vector<Part>& parts) const {
    const auto found = merges_.find(key(left.token.id, parts[left.after].token.id));
    return found == merges_.end() ? nullptr : &found->second;
  }

  static uint64_t key(uint32_t left, uint32_t right) { return uint64_t{left} << 32 | right; }

  Trie vocabulary_;
  ByteTokens bytes_;
  std::optional<uint32_t> unknown_;
  std::u32string prefix_, suffix_;
  bool joins_unknown_, writes_bytes_, takes_words_;
  std::unordered_map<uint64_t, Merge> merges_;
};

}  // namespace

std::unique_ptr<const TokenModel> read_bpe(const JsonNode& node) { return std::make_unique<Bpe>(node); }

}  // namespace sbx::models
