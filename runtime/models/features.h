// SPDX-License-Identifier: Apache-2.0
// A text as hashed n-grams of words and characters: what linear models look at.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::models {

/// One way of cutting a text, folded as keywords are (runtime/text).
/// Words: n-grams of words, the text's two ends counting as words. Gaps: pairs of words with `from` to `to` others between them.
/// Characters: n-grams across the text, white space being one space. WithinWords: the same of each word between two spaces, for itself.
/// Shape: how long the text is, and which kinds of characters and marks it has, in a few coarse steps; has no n.
enum class View : uint8_t { Words, Gaps, Characters, WithinWords, Shape };
inline constexpr uint8_t kViews = 5;

struct ViewSpec {
  View view = View::Words;
  uint8_t from = 1, to = 2;
  uint8_t weight = 16;  // of the view's vector of unit length beside the others', in sixteenths
  friend bool operator==(const ViewSpec&, const ViewSpec&) = default;
};

struct FeatureSpec {
  std::vector<ViewSpec> views;
  uint8_t bits = 22;            // buckets: 2^bits, for all views together
  uint32_t most_bytes = 16384;  // what follows is not looked at
  friend bool operator==(const FeatureSpec&, const FeatureSpec&) = default;
};

/// Limits within which a spec means something: what a file may say.
[[nodiscard]] bool is_valid(const FeatureSpec& spec);

/// Working memory; one thread at a time.
class NGrams {
 public:
  /// The buckets of a text, view after view, each as often as its n-gram occurs. Valid until the next call, as is `of`.
  void cut(std::string_view text, const FeatureSpec& spec);
  [[nodiscard]] std::span<const uint32_t> of(size_t view) const {
    const size_t from = view == 0 ? 0 : ends_[view - 1];
    return std::span(buckets_).subspan(from, ends_[view] - from);
  }
  [[nodiscard]] bool truncated() const { return truncated_; }

 private:
  void read(std::string_view text);
  void end_word(uint64_t& word);
  void cut_words(const ViewSpec& view);
  void cut_gaps(const ViewSpec& view);
  void cut_characters(const ViewSpec& view);
  void cut_within_words(const ViewSpec& view);
  void cut_shape();
  void add(uint64_t hash) { buckets_.push_back(static_cast<uint32_t>(hash >> shift_)); }

  std::string bytes_;
  std::vector<char32_t> spaced_;     // all characters, between two spaces
  std::vector<char32_t> separated_;  // letters and digits alone, a space where others were
  std::vector<uint64_t> words_;
  std::vector<uint32_t> buckets_;
  std::vector<size_t> ends_;
  uint32_t digits_ = 0, marks_ = 0, questions_ = 0, lines_ = 0, unspaced_ = 0, foreign_ = 0;
  int shift_ = 0;
  bool truncated_ = false;
};

}  // namespace sbx::models
