// SPDX-License-Identifier: Apache-2.0
#include "runtime/effects/extract.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

#include "runtime/text/characters.h"
#include "runtime/text/fold.h"
#include "runtime/text/tokens.h"

namespace sbx::effects {

namespace {

constexpr size_t kMostBytes = 240;  // of a passage: a few sentences
constexpr int64_t kMarkTokens = 4;  // kLeftOut and a line break

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_trail(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

bool ends_sentence(std::string_view text) {
  constexpr std::array<std::string_view, 7> kStops = {".", "!", "?", "…", "。", "！", "？"};
  return std::ranges::any_of(kStops, [&](std::string_view stop) { return text.ends_with(stop); });
}

// The end of the last sentence in it, else of the last word, else 0.
size_t last_end(std::string_view line) {
  size_t word = 0;
  for (size_t end = line.size(); end > 0; --end) {
    const bool is_wide_stop = line.substr(0, end).ends_with("。");
    if (is_wide_stop || (is_blank(line[end - 1]) && ends_sentence(line.substr(0, end - 1)))) return end;
    if (word == 0 && is_blank(line[end - 1])) word = end;
  }
  return word;
}

size_t end_of_passage(std::string_view text, size_t begin) {
  const std::string_view window = text.substr(begin, kMostBytes);
  size_t end = text.size();
  if (const size_t line_break = window.find('\n'); line_break != std::string_view::npos) {
    end = begin + line_break + 1;
  } else if (begin + window.size() < text.size()) {
    const size_t within = last_end(window);
    end = begin + (within > 0 ? within : window.size());
    while (end > begin + 1 && is_trail(text[end])) --end;
  }
  // Blank lines and spaces behind it are part of it; the indent of the next line is not.
  while (end < text.size() && (text[end] == '\n' || (is_blank(text[end]) && text[end - 1] != '\n'))) ++end;
  return end;
}

/// 1024 times the logarithm to the base 2, straight between powers of two.
int64_t log2_1024(uint64_t value) {
  const int whole = static_cast<int>(std::bit_width(value)) - 1;
  return (static_cast<int64_t>(whole) << 10) + static_cast<int64_t>(((value - (uint64_t{1} << whole)) << 10) >> whole);
}

/// log(1 + (n - df + ½) / (df + ½)), which is log((2n + 2) / (2df + 1)).
int64_t rarity(size_t passages, size_t with_word) { return log2_1024(2 * passages + 2) - log2_1024(2 * with_word + 1); }

/// tf · (k1 + 1) / (tf + k1 · (1 - b + b · length / mean)) in thousandths, with k1 = 1.2 and b = 0.75.
int64_t weight(int64_t times, int64_t length, int64_t all_lengths, int64_t passages) {
  return times * 2'200'000 / (times * 1000 + 300 + 900 * length * passages / std::max<int64_t>(all_lengths, 1));
}

bool is_mark(std::string_view passage) {
  while (!passage.empty() && is_blank(passage.back())) passage.remove_suffix(1);
  return passage == kLeftOut;
}

// Says each word of a folded text; in scripts without spaces every character is one.
template <class Say>
uint32_t for_each_word(std::string_view folded, Say say) {
  uint32_t words = 0;
  size_t begin = 0;
  const auto end_word = [&](size_t end) {
    if (end == begin) return;
    ++words;
    say(folded.substr(begin, end - begin));
  };
  for (size_t at = 0; at < folded.size();) {
    const text::Character character = text::character_at(folded, at);
    const text::CharClass kind = text::class_of(character.value);
    const size_t next = at + character.bytes;
    if (kind != text::CharClass::Word) {
      end_word(at);
      begin = at;
      if (kind == text::CharClass::Unspaced) end_word(next);
      begin = next;
    }
    at = next;
  }
  end_word(folded.size());
  return words;
}

// Which to keep: the best first, as long as they and the marks between them are within the budget.
std::vector<bool> choose(const std::vector<std::string_view>& passages, const std::vector<int64_t>& scores, int64_t budget) {
  std::vector<size_t> order(passages.size());
  std::iota(order.rbegin(), order.rend(), size_t{0});
  std::ranges::stable_sort(order, [&](size_t a, size_t b) { return scores[a] > scores[b]; });
  std::vector<bool> kept(passages.size());
  int64_t tokens = kMarkTokens;
  for (const size_t i : order) {
    if (is_mark(passages[i])) continue;
    // A passage between two that are left out has one mark more; one that fills a gap has one less.
    const int64_t neighbours = (i > 0 && kept[i - 1]) + (i + 1 < kept.size() && kept[i + 1]);
    const int64_t with_it = tokens + text::estimate_tokens(passages[i]) + (1 - neighbours) * kMarkTokens;
    if (with_it > budget) continue;
    kept[i] = true;
    tokens = with_it;
  }
  return kept;
}

}  // namespace

Question::Question(std::string_view text) {
  for_each_word(text::folded(text), [&](std::string_view word) { words_.emplace(word, static_cast<uint32_t>(words_.size())); });
}

uint32_t Question::find(std::string_view passage, std::vector<uint32_t>& found) const {
  std::string folded;
  text::fold(passage, folded);
  std::string key;
  return for_each_word(folded, [&](std::string_view word) {
    key = word;
    if (const auto known = words_.find(key); known != words_.end()) found.push_back(known->second);
  });
}

std::vector<std::string_view> passages_of(std::string_view text) {
  std::vector<std::string_view> passages;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = end_of_passage(text, begin);
    passages.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return passages;
}

std::vector<int64_t> relevance(const Question& question, const std::vector<std::string_view>& passages) {
  const size_t count = passages.size();
  std::vector<std::vector<uint32_t>> found(count);
  std::vector<int64_t> lengths(count), scores(count);
  std::vector<size_t> with_word(question.words());
  for (size_t i = 0; i < count; ++i) {
    lengths[i] = question.find(passages[i], found[i]);
    std::ranges::sort(found[i]);
    for (size_t j = 0; j < found[i].size(); ++j) with_word[found[i][j]] += j == 0 || found[i][j] != found[i][j - 1];
  }
  const int64_t all = std::accumulate(lengths.begin(), lengths.end(), int64_t{0});
  for (size_t i = 0; i < count; ++i) {
    for (auto word = found[i].begin(); word != found[i].end();) {
      const auto next = std::find_if(word, found[i].end(), [&](uint32_t other) { return other != *word; });
      scores[i] += rarity(count, with_word[*word]) * weight(next - word, lengths[i], all, static_cast<int64_t>(count));
      word = next;
    }
  }
  return scores;
}

std::string extract(std::string_view text, const Question& question, int64_t budget) {
  if (text::estimate_tokens(text) <= budget) return std::string(text);
  const std::vector<std::string_view> passages = passages_of(text);
  const std::vector<bool> kept = choose(passages, relevance(question, passages), budget);
  std::string result;
  for (size_t i = 0; i < passages.size(); ++i) {
    if (kept[i]) {
      result += passages[i];
    } else if (i + 1 == passages.size() || kept[i + 1]) {
      result += kLeftOut;
      // The mark stands on a line of its own, or in one, as what it stands for did.
      if (i + 1 < passages.size() && is_blank(passages[i].back())) result += passages[i].back() == '\n' ? '\n' : ' ';
    }
  }
  return result;
}

}  // namespace sbx::effects
