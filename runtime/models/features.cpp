// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/features.h"

#include <algorithm>

#include "runtime/text/characters.h"
#include "runtime/text/fold.h"

namespace sbx::models {

namespace {

// Hashes grow by one character at a time, so an n-gram costs one step whatever its length.
constexpr uint64_t kSeed = 0x9E3779B97F4A7C15, kStep = 0xD6E8FEB86659FD93;
uint64_t grown(uint64_t hash, uint64_t by) {
  hash = (hash ^ by) * kStep;
  return hash ^ hash >> 32;
}

}  // namespace

const std::vector<Feature>& FeatureExtractor::extract(std::string_view text) {
  text::fold(text, bytes_);
  folded_.clear();
  words_.clear();
  buckets_.clear();
  const bool both = spec_.word_to > 0 && spec_.char_to > 0;
  const uint32_t mask = (1U << (both ? spec_.bits - 1 : spec_.bits)) - 1;
  const uint32_t char_base = both ? mask + 1 : 0;

  // White space and what follows it is one space; words are hashed as they pass.
  uint64_t word = 0;
  const auto end_word = [&] {
    if (word != 0) words_.push_back(word);
    word = 0;
  };
  folded_.push_back(U' ');
  for (size_t at = 0; at < bytes_.size();) {
    const text::Character character = text::valid_character_at(bytes_, at);
    at += character.bytes;
    const text::CharClass kind = text::class_of(character.value);
    if (kind == text::CharClass::Unspaced) {
      end_word();
      words_.push_back(grown(kSeed, character.value));
    } else if (kind == text::CharClass::Word) {
      word = grown(word == 0 ? kSeed : word, character.value);
    } else {
      end_word();
    }
    const bool space = spec_.within_words ? kind == text::CharClass::Other : character.value <= U' ';
    if (!space) {
      folded_.push_back(character.value);
    } else if (folded_.back() != U' ') {
      folded_.push_back(U' ');
    }
  }
  end_word();
  if (folded_.back() != U' ') folded_.push_back(U' ');

  for (size_t from = 0; spec_.word_to > 0 && from < words_.size(); ++from) {
    uint64_t hash = kSeed;
    for (size_t n = 1; n <= spec_.word_to && from + n <= words_.size(); ++n) {
      hash = grown(hash, words_[from + n - 1]);
      if (n >= spec_.word_from) buckets_.push_back(static_cast<uint32_t>(hash) & mask);
    }
  }
  for (size_t from = 0; spec_.char_to > 0 && from < folded_.size(); ++from) {
    uint64_t hash = kSeed + spec_.char_to;
    for (size_t n = 1; n <= spec_.char_to && from + n <= folded_.size(); ++n) {
      const char32_t character = folded_[from + n - 1];
      hash = grown(hash, character);
      if (n >= spec_.char_from) buckets_.push_back(char_base + (static_cast<uint32_t>(hash) & mask));
      if (spec_.within_words && n > 1 && character == U' ') break;
    }
  }

  std::ranges::sort(buckets_);
  features_.clear();
  for (const uint32_t bucket : buckets_) {
    if (!features_.empty() && features_.back().bucket == bucket) {
      features_.back().count += 1;
    } else {
      features_.push_back({bucket, 1});
    }
  }
  return features_;
}

}  // namespace sbx::models
