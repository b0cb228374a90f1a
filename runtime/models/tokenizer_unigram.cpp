// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <ranges>

#include "runtime/models/tokenizer_models.h"

namespace sbx::models {
namespace {

// sentencepiece, unigram_model.cc: how much less likely than the least likely word an unknown character is.
constexpr double kUnknownPenalty = 10;

class Unigram : public TokenModel {
 public:
  explicit Unigram(const JsonNode& node) : vocabulary_(read_words(node)), bytes_(vocabulary_), writes_bytes_(node.flag("byte_fallback", false)) {
    unknown_ = node.number("unk_id");
    if (unknown_ >= scores_.size()) node.at("unk_id").wrong("is no word's number");
    if (!scores_.empty()) unknown_score_ = std::ranges::min(scores_) - kUnknownPenalty;
  }

  void tokenize(PlacedSpan piece, std::vector<Token>& out) const override {
    const std::vector<Step> best = best_steps(piece);
    std::vector<Found> found;
    for (size_t end = piece.size(); end > 0; end = best[end].from) {
      const bool unknown = best[end].id == unknown_;
      if (unknown && !found.empty() && found.back().id == unknown_) {
        found.back().from = best[end].from;
      } else {
        found.push_back({best[end].id, best[end].from, end});
      }
    }
    for (const Found& word : found | std::views::reverse) append(word, piece, out);
  }

 private:
  struct Step {
    double score = -std::numeric_limits<double>::infinity();
    size_t from = 0;
    uint32_t id = 0;
    bool reached = false;
  };
  struct Found {
    uint32_t id;
    size_t from, end;
  };

  Trie read_words(const JsonNode& node) {
    std::vector<std::pair<std::u32string, uint32_t>> words;
    simdjson::dom::array pairs;
    if (!node.at("vocab").get(pairs)) {
      node.at("vocab").wrong("is not a list of words and their scores");
      return {};
    }
    for (const simdjson::dom::element pair : pairs) {
      std::string_view word;
      double score = 0;
      if (pair.at(0).get(word) || pair.at(1).get(score)) node.at("vocab").wrong("has an entry that is not a word and its score");
      words.emplace_back(characters_of(word), static_cast<uint32_t>(words.size()));
      scores_.push_back(score);
    }
    return Trie(std::move(words));
  }

  // For each place the likeliest way to come there, from the left.
  [[nodiscard]] std::vector<Step> best_steps(PlacedSpan piece) const {
    std::vector<Step> best(piece.size() + 1);
    best[0].score = 0;
    const auto offer = [&](size_t from, size_t to, uint32_t id, double score) {
      score += best[from].score;
      if (!best[to].reached || score > best[to].score) best[to] = {score, from, id, true};
    };
    for (size_t from = 0; from < piece.size(); ++from) {
      bool single = false;
      Trie::Place place = Trie::kRoot;
      for (size_t to = from; to < piece.size(); ++to) {
        place = vocabulary_.step(place, piece[to].value);
        if (place == Trie::kNowhere) break;
        const auto id = vocabulary_.id(place);
        if (!id) continue;
        offer(from, to + 1, *id, scores_[*id]);
        single |= to == from;
      }
      if (!single) offer(from, from + 1, unknown_, unknown_score_);
    }
    return best;
  }

  void append(const Found& word, PlacedSpan piece, std::vector<Token>& out) const {
    const PlacedSpan from = piece.subspan(word.from, word.end - word.from);
    if (word.id != unknown_ || !writes_bytes_) {
      out.push_back(token_of(word.id, from));
      return;
    }
    const size_t before = out.size();
    for (const PlacedChar& c : from) {
      if (bytes_.append(c, out)) continue;
      out.resize(before);
      out.push_back(token_of(unknown_, from));
      return;
    }
  }

  std::vector<double> scores_;  // by id
  Trie vocabulary_;
  ByteTokens bytes_;
  bool writes_bytes_;
  uint32_t unknown_ = 0;
  double unknown_score_ = 0;
};

}  // namespace

std::unique_ptr<const TokenModel> read_unigram(const JsonNode& node) { return std::make_unique<Unigram>(node); }

}  // namespace sbx::models
