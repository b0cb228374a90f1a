// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/train_tagger.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "runtime/learn/random.h"

namespace sbx::learn {

namespace {

using models::TaggerParameters;
using models::Tokens;

constexpr size_t kTagBlock = 8;

/// A text as rows of features and the tags it should have.
struct Sentence {
  std::vector<uint32_t> features;
  std::vector<size_t> ends;
  std::vector<uint16_t> tags;
};

std::vector<uint16_t> tags_of(const Tokens& tokens, std::span<const TextSpan> spans, const std::vector<std::string>& labels) {
  std::vector<uint16_t> tags(tokens.size());
  size_t token = 0;
  for (const TextSpan& span : spans) {
    const auto label = static_cast<uint16_t>(std::ranges::lower_bound(labels, span.label) - labels.begin());
    while (token < tokens.size() && tokens.places[token].end <= span.start) ++token;
    for (bool begins = true; token < tokens.size() && tokens.places[token].start < span.end; ++token, begins = false)
      tags[token] = static_cast<uint16_t>(1 + 2 * label + !begins);
  }
  return tags;
}

/// The features of enough groups of texts, ascending; if there are too many, those of the most groups.
std::vector<uint32_t> chosen_features(std::span<const Tokens> texts, std::span<const uint32_t> groups, const TaggerRecipe& recipe) {
  std::vector<std::pair<uint32_t, uint32_t>> seen;  // a feature, a group
  for (size_t text = 0; text < texts.size(); ++text) {
    for (const uint32_t bucket : texts[text].buckets) seen.emplace_back(bucket, groups[text]);
  }
  std::ranges::sort(seen);
  const auto repeated = std::ranges::unique(seen);
  seen.erase(repeated.begin(), repeated.end());
  std::map<uint32_t, size_t> counts;
  for (const auto& [bucket, group] : seen) ++counts[bucket];
  std::vector<std::pair<size_t, uint32_t>> by_count;
  for (const auto& [bucket, count] : counts) {
    if (count >= recipe.least_groups) by_count.emplace_back(count, bucket);
  }
  std::ranges::stable_sort(by_count, std::greater<>{}, &std::pair<size_t, uint32_t>::first);
  by_count.resize(std::min(by_count.size(), recipe.most_features));
  std::vector<uint32_t> buckets;
  for (const auto& [count, bucket] : by_count) buckets.push_back(bucket);
  std::ranges::sort(buckets);
  return buckets;
}

Sentence sentence_of(const Tokens& tokens, std::vector<uint16_t> tags, const std::vector<uint32_t>& buckets) {
  Sentence sentence{.features = {}, .ends = {}, .tags = std::move(tags)};
  for (size_t token = 0; token < tokens.size(); ++token) {
    for (const uint32_t bucket : tokens.features(token)) {
      const auto found = std::ranges::lower_bound(buckets, bucket);
      if (found != buckets.end() && *found == bucket) sentence.features.push_back(static_cast<uint32_t>(found - buckets.begin()));
    }
    sentence.ends.push_back(sentence.features.size());
  }
  return sentence;
}

class Ascent {
 public:
  Ascent(size_t features, size_t tags, const TaggerRecipe& recipe, uint64_t seed)
      : recipe_(recipe),
        tags_(tags),
        stride_((tags + kTagBlock - 1) / kTagBlock * kTagBlock),
        random_(seed),
        weights_(features * stride_),
        squares_(weights_.size(), kStart),
        transitions_(tags * tags),
        transition_squares_(tags * tags, kStart) {}

  void learn(std::span<const Sentence> sentences) {
    std::vector<uint32_t> order(sentences.size());
    std::iota(order.begin(), order.end(), 0);
    for (size_t epoch = 0; epoch < recipe_.epochs; ++epoch) {
      rate_ = static_cast<float>(recipe_.rate * (1 - 0.8 * static_cast<double>(epoch) / static_cast<double>(recipe_.epochs)));
      shuffle(std::span(order), random_);
      for (const uint32_t at : order) {
        if (!sentences[at].tags.empty()) step(sentences[at]);
      }
    }
  }

  /// Weights as bytes under one scale.
  void write(TaggerParameters& to) const {
    float largest = 1e-6F;
    for (const float weight : weights_) largest = std::max(largest, std::abs(weight));
    to.stride = stride_;
    to.scale = largest / 127;
    for (const float weight : weights_) to.weights.push_back(static_cast<int8_t>(std::lround(weight / to.scale)));
    to.transitions = transitions_;
  }

 private:
  static constexpr float kStart = 1e-2F;

  void draw(const Sentence& sentence) {
    seen_.clear();
    seen_ends_.clear();
    size_t at = 0;
    for (const size_t end : sentence.ends) {
      for (; at < end; ++at) {
        if (random_.unit() >= recipe_.left_out) seen_.push_back(sentence.features[at]);
      }
      seen_ends_.push_back(seen_.size());
    }
  }

  void score() {
    const auto kept = static_cast<float>(1 / (1 - recipe_.left_out));
    scores_.assign(seen_ends_.size() * tags_, 0);
    size_t at = 0;
    for (size_t token = 0; token < seen_ends_.size(); ++token) {
      for (; at < seen_ends_[token]; ++at) {
        for (size_t tag = 0; tag < tags_; ++tag) scores_[token * tags_ + tag] += kept * weights_[seen_[at] * stride_ + tag];
      }
    }
  }

  /// Up the gradient of the logarithm of the tags' probability: what the text has less what the field expects.
  void step(const Sentence& sentence) {
    draw(sentence);
    score();
    const models::Chain chain = models::sum_over_tags(scores_, transitions_, tags_);
    std::vector<float> gradient(tags_);
    size_t at = 0;
    for (size_t token = 0; token < sentence.tags.size(); ++token) {
      for (size_t tag = 0; tag < tags_; ++tag) {
        const size_t place = token * tags_ + tag;
        gradient[tag] = static_cast<float>((sentence.tags[token] == tag) - chain.alpha[place] * chain.beta[place]);
      }
      for (; at < seen_ends_[token]; ++at) {
        for (size_t tag = 0; tag < tags_; ++tag)
          move(weights_[seen_[at] * stride_ + tag], squares_[seen_[at] * stride_ + tag], gradient[tag]);
      }
    }
    step_transitions(sentence, chain);
  }

  void step_transitions(const Sentence& sentence, const models::Chain& chain) {
    std::vector<double> expected(tags_ * tags_);
    for (size_t token = 0; token < sentence.tags.size(); ++token) {
      const uint16_t before = token == 0 ? 0 : sentence.tags[token - 1];
      expected[before * tags_ + sentence.tags[token]] -= 1;
      for (size_t first = 0; first < (token == 0 ? 1 : tags_); ++first) {
        const double alpha = token == 0 ? 1 : chain.alpha[(token - 1) * tags_ + first];
        for (size_t second = 0; second < tags_; ++second) {
          const size_t place = token * tags_ + second;
          expected[first * tags_ + second] +=
              alpha * chain.steps[first * tags_ + second] * chain.emissions[place] * chain.beta[place] / chain.scales[token];
        }
      }
    }
    for (size_t i = 0; i < expected.size(); ++i) move(transitions_[i], transition_squares_[i], static_cast<float>(-expected[i]));
  }

  void move(float& weight, float& squares, float gradient) const {
    if (std::abs(gradient) < 1e-4F) return;
    squares += gradient * gradient;
    weight += rate_ * gradient / std::sqrt(squares);
  }

  const TaggerRecipe& recipe_;
  const size_t tags_, stride_;
  Random random_;
  float rate_ = 0;
  std::vector<float> weights_, squares_, transitions_, transition_squares_, scores_;
  std::vector<uint32_t> seen_;
  std::vector<size_t> seen_ends_;
};

}  // namespace

TaggerParameters fit_tagger(const TaggerRows& rows, std::span<const size_t> places, const TaggerRecipe& recipe, uint64_t seed) {
  TaggerParameters parameters;
  parameters.labels = rows.labels;
  parameters.bits = recipe.bits;
  std::vector<Tokens> texts;
  std::vector<uint32_t> groups;
  for (const size_t place : places) {
    texts.push_back(models::cut_tokens(rows.texts[place], recipe.bits, parameters.most_bytes));
    groups.push_back(rows.groups.empty() ? static_cast<uint32_t>(place) : rows.groups[place]);
  }
  parameters.buckets = chosen_features(texts, groups, recipe);
  std::vector<Sentence> sentences;
  for (size_t i = 0; i < places.size(); ++i)
    sentences.push_back(sentence_of(texts[i], tags_of(texts[i], rows.spans[places[i]], rows.labels), parameters.buckets));
  Ascent ascent(parameters.buckets.size(), parameters.tags(), recipe, seed);
  ascent.learn(sentences);
  ascent.write(parameters);
  return parameters;
}

TrainedTagger train_tagger(const TaggerRows& rows, const Folds& folds, const TaggerRecipe& recipe, uint64_t seed,
                           const Progress& progress) {
  const size_t count = fold_count(folds);
  TrainedTagger result{.parameters = {}, .held_out = std::vector<models::Tagged>(rows.texts.size())};
  for (size_t fold = 0; fold < count; ++fold) {
    if (progress) progress(fold, count + 1);
    std::vector<size_t> learned;
    for (size_t row = 0; row < folds.size(); ++row) {
      if (folds[row] != fold) learned.push_back(row);
    }
    const models::LinearTagger tagger(fit_tagger(rows, learned, recipe, seed), {});
    for (size_t row = 0; row < folds.size(); ++row) {
      if (folds[row] == fold) result.held_out[row] = *tagger.tag(rows.texts[row], {});
    }
  }
  if (progress) progress(count, count + 1);
  std::vector<size_t> all(rows.texts.size());
  std::iota(all.begin(), all.end(), 0);
  result.parameters = fit_tagger(rows, all, recipe, seed);
  return result;
}

}  // namespace sbx::learn
