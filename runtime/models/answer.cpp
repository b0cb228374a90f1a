// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/answer.h"

#include <xxhash.h>

#include "runtime/base/variant.h"

namespace sbx::models {

namespace {

size_t size_of(const Answer& answer) {
  constexpr size_t kEntry = 160;  // the nodes of list and map
  return kEntry + std::visit(overloaded{
                      [](const Classified& one) { return one.probabilities.size() * sizeof(int64_t); },
                      [](const Tagged& one) { return one.spans.size() * (sizeof(TextSpan) + sizeof(int64_t)); },
                      [](const TextVector& one) { return one.values.size() * sizeof(float); },
                  },
                  answer);
}

}  // namespace

Result<Answer> ask(const LearnedModel& model, std::string_view text, Deadline deadline) {
  if (const auto* classifier = dynamic_cast<const Classifier*>(&model)) {
    Result<Classified> answer = classifier->classify(text, deadline);
    if (!answer) return answer.error();
    SBX_CHECK(answer->probabilities.size() == classifier->labels().size(), "a classifier that does not say what each label is");
    return Answer{std::move(*answer)};
  }
  if (const auto* tagger = dynamic_cast<const Tagger*>(&model)) {
    Result<Tagged> answer = tagger->tag(text, deadline);
    if (!answer) return answer.error();
    return Answer{std::move(*answer)};
  }
  const auto* encoder = dynamic_cast<const Encoder*>(&model);
  SBX_CHECK(encoder != nullptr, "a model that is of no kind");
  Result<Encoded> encoded = encoder->encode(std::span(&text, 1), deadline);
  if (!encoded) return encoded.error();
  return Answer{TextVector{std::move(encoded->values), encoded->truncated.front()}};
}

AnswerKey answer_key(const LearnedModel& model, std::string_view text) {
  const uint64_t seed = XXH3_64bits(model.identity().data(), model.identity().size());
  const XXH128_hash_t hash = XXH3_128bits_withSeed(text.data(), text.size(), seed);
  return {hash.low64, hash.high64};
}

std::optional<Answer> AnswerCache::find(const AnswerKey& key) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->answer;
}

void AnswerCache::keep(const AnswerKey& key, const Answer& answer) {
  const size_t bytes = size_of(answer);
  const std::lock_guard lock(mutex_);
  if (bytes > most_bytes_ || by_key_.contains(key)) return;
  entries_.push_front({key, answer, bytes});
  by_key_.emplace(key, entries_.begin());
  bytes_ += bytes;
  shrink();
}

void AnswerCache::shrink() {
  while (bytes_ > most_bytes_) {
    by_key_.erase(entries_.back().key);
    bytes_ -= entries_.back().bytes;
    entries_.pop_back();
  }
}

}  // namespace sbx::models
