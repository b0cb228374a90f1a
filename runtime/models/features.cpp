// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/features.h"

#include <algorithm>
#include <bit>

#include "runtime/text/characters.h"
#include "runtime/text/fold.h"

namespace sbx::models {

namespace {

// Hashes grow by one character at a time, so an n-gram costs one step whatever its length.
constexpr uint64_t kStep = 0xD6E8FEB86659FD93;
uint64_t grown(uint64_t hash, uint64_t by) {
  hash = (hash ^ by) * kStep;
  return hash ^ hash >> 32;
}
/// Where the hashes of a view start, so that views do not meet.
uint64_t seed_of(View view) { return grown(0x9E3779B97F4A7C15, static_cast<uint64_t>(view) + 1); }
/// The high bits are a bucket's: they must depend on all that went in.
uint64_t finished(uint64_t hash) { return hash * 0x9FB21C651E98DF25; }

constexpr uint64_t kTextEnd = 1;  // no word's hash in practice

}  // namespace

bool is_valid(const FeatureSpec& spec) {
  const auto fits = [](const ViewSpec& view) {
    return static_cast<uint8_t>(view.view) < kViews && view.from >= (view.view == View::Gaps ? 0 : 1) && view.from <= view.to &&
           view.to <= 8;
  };
  return !spec.views.empty() && spec.views.size() <= 16 && spec.bits >= 8 && spec.bits <= 24 && std::ranges::all_of(spec.views, fits);
}

void NGrams::cut(std::string_view text, const FeatureSpec& spec) {
  truncated_ = text.size() > spec.most_bytes;
  shift_ = 64 - spec.bits;
  read(text.substr(0, spec.most_bytes));
  buckets_.clear();
  ends_.clear();
  for (const ViewSpec& view : spec.views) {
    switch (view.view) {
      case View::Words:
        cut_words(view);
        break;
      case View::Gaps:
        cut_gaps(view);
        break;
      case View::Characters:
        cut_characters(view);
        break;
      case View::WithinWords:
        cut_within_words(view);
        break;
      case View::Shape:
        cut_shape();
        break;
    }
    ends_.push_back(buckets_.size());
  }
}

void NGrams::end_word(uint64_t& word) {
  if (word != 0) words_.push_back(word);
  word = 0;
}

void NGrams::read(std::string_view text) {
  text::fold(text, bytes_);
  spaced_.assign(1, U' ');
  separated_.assign(1, U' ');
  words_.assign(1, kTextEnd);
  digits_ = marks_ = questions_ = lines_ = unspaced_ = foreign_ = 0;
  uint64_t word = 0;
  for (size_t at = 0; at < bytes_.size();) {
    const text::Character character = text::valid_character_at(bytes_, at);
    at += character.bytes;
    const char32_t value = character.value;
    const text::CharClass kind = text::class_of(value);
    if (kind == text::CharClass::Word) {
      word = grown(word == 0 ? seed_of(View::Words) : word, value);
      digits_ += value >= U'0' && value <= U'9';
      foreign_ += value >= 0x250;
    } else {
      end_word(word);
      if (kind == text::CharClass::Unspaced) words_.push_back(grown(seed_of(View::Words), value));
      unspaced_ += kind == text::CharClass::Unspaced;
      marks_ += kind == text::CharClass::Other && value > U' ';
      questions_ += value == U'?' || value == U'\uFF1F' || value == U'\u061F';
      lines_ += value == U'\n';
    }
    if (value > U' ')
      spaced_.push_back(value);
    else if (spaced_.back() != U' ')
      spaced_.push_back(U' ');
    if (kind != text::CharClass::Other)
      separated_.push_back(value);
    else if (separated_.back() != U' ')
      separated_.push_back(U' ');
  }
  end_word(word);
  words_.push_back(kTextEnd);
  if (spaced_.back() != U' ') spaced_.push_back(U' ');
  if (separated_.back() != U' ') separated_.push_back(U' ');
}

void NGrams::cut_words(const ViewSpec& view) {
  for (size_t from = 0; from < words_.size(); ++from) {
    uint64_t hash = seed_of(View::Words);
    for (size_t n = 1; n <= view.to && from + n <= words_.size(); ++n) {
      hash = grown(hash, words_[from + n - 1]);
      if (n >= view.from && (n > 1 || words_[from] != kTextEnd)) add(finished(hash));
    }
  }
}

void NGrams::cut_gaps(const ViewSpec& view) {
  for (size_t from = 0; from < words_.size(); ++from) {
    for (size_t gap = view.from; gap <= view.to && from + gap + 1 < words_.size(); ++gap)
      add(finished(grown(grown(seed_of(View::Gaps) + gap, words_[from]), words_[from + gap + 1])));
  }
}

void NGrams::cut_characters(const ViewSpec& view) {
  for (size_t from = 0; from < spaced_.size(); ++from) {
    uint64_t hash = seed_of(View::Characters);
    for (size_t n = 1; n <= view.to && from + n <= spaced_.size(); ++n) {
      hash = grown(hash, spaced_[from + n - 1]);
      if (n >= view.from) add(finished(hash));
    }
  }
}

void NGrams::cut_within_words(const ViewSpec& view) {
  for (size_t from = 0; from + 1 < separated_.size(); ++from) {
    uint64_t hash = seed_of(View::WithinWords);
    for (size_t n = 1; n <= view.to && from + n <= separated_.size(); ++n) {
      const char32_t character = separated_[from + n - 1];
      hash = grown(hash, character);
      if (n >= view.from && (n > 1 || character != U' ')) add(finished(hash));
      if (n > 1 && character == U' ') break;
    }
  }
}

void NGrams::cut_shape() {
  const auto characters = static_cast<uint32_t>(spaced_.size());
  // A step for each doubling; shares in eighths.
  const auto steps = [](uint32_t count) { return static_cast<uint64_t>(std::bit_width(count)); };
  const auto eighths = [&](uint32_t count) { return static_cast<uint64_t>(count) * 8 / characters; };
  const uint64_t facts[] = {steps(characters),  steps(static_cast<uint32_t>(words_.size())),
                            steps(lines_),      steps(questions_),
                            steps(digits_),     eighths(marks_),
                            eighths(unspaced_), eighths(foreign_)};
  uint64_t which = 0;
  for (const uint64_t fact : facts) add(finished(grown(grown(seed_of(View::Shape), ++which), fact)));
}

}  // namespace sbx::models
