// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/linear_tagger.h"

#include <algorithm>
#include <cmath>

#include "runtime/base/check.h"
#include "runtime/models/pii_patterns.h"

namespace sbx::models {

namespace {

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SBX_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define SBX_WIDE
#endif

constexpr double kMillion = 1e6;
constexpr int64_t kPatternConfidence = 990'000;  // of what has a form, where the field did not see it

bool goes_on(size_t tag) { return tag != 0 && tag % 2 == 0; }

/// Transitions, with no way where a tag may not follow.
std::vector<float> allowed(const std::vector<float>& transitions, size_t tags) {
  std::vector<float> steps = transitions;
  for (size_t i = 0; i < steps.size(); ++i) {
    if (!may_follow(i / tags, i % tags)) steps[i] = -HUGE_VALF;
  }
  return steps;
}

/// Takes the way by the tag `before` to each tag for which none was better. All tags at once where registers are wide.
SBX_WIDE void step_from(float score, uint32_t before, const float* __restrict steps, float* __restrict next, uint32_t* __restrict from,
                        size_t tags) {
  for (size_t tag = 0; tag < tags; ++tag) {
    const float by = score + steps[tag];
    from[tag] = by > next[tag] ? before : from[tag];
    next[tag] = by > next[tag] ? by : next[tag];
  }
}

/// to += by * from
SBX_WIDE void add_scaled(double* __restrict to, const double* __restrict from, double by, size_t count) {
  for (size_t i = 0; i < count; ++i) to[i] += by * from[i];
}

/// That a span from token `first` to `last` begins with the tag `begin`, goes on to its end, and no further.
double span_probability(const Chain& chain, size_t tags, size_t first, size_t last, size_t begin) {
  double result = chain.alpha[first * tags + begin];
  size_t tag = begin;
  for (size_t token = first + 1; token <= last; ++token, tag = begin + 1)
    result *= chain.steps[tag * tags + begin + 1] * chain.emissions[token * tags + begin + 1] / chain.scales[token];
  if (last + 1 >= chain.scales.size()) return result;
  double after = 0;
  for (size_t next = 0; next < tags; ++next) {
    const size_t at = (last + 1) * tags + next;
    if (next != begin + 1) after += chain.steps[tag * tags + next] * chain.emissions[at] * chain.beta[at];
  }
  return result * after / chain.scales[last + 1];
}

}  // namespace

bool may_follow(size_t first, size_t second) { return !goes_on(second) || first == second || first + 1 == second; }

std::vector<uint16_t> likeliest_tags(const TagScores& scores, const std::vector<float>& transitions, size_t tags) {
  const size_t count = scores.size() / tags;
  std::vector<float> best(scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(std::min(tags, scores.size())));
  std::vector<uint32_t> from(scores.size());
  const std::vector<float> steps = allowed(transitions, tags);
  std::vector<float> next(tags);
  for (size_t tag = 0; tag < best.size(); ++tag) best[tag] += steps[tag];
  for (size_t token = 1; token < count; ++token) {
    std::ranges::fill(next, -HUGE_VALF);
    for (size_t before = 0; before < tags; ++before)
      step_from(best[before], static_cast<uint32_t>(before), &steps[before * tags], next.data(), &from[token * tags], tags);
    for (size_t tag = 0; tag < tags; ++tag) next[tag] += scores[token * tags + tag];
    best.swap(next);
  }
  std::vector<uint16_t> result(count);
  for (size_t token = count; token-- > 0;)
    result[token] = token + 1 == count ? static_cast<uint16_t>(std::ranges::max_element(best) - best.begin())
                                       : static_cast<uint16_t>(from[(token + 1) * tags + result[token + 1]]);
  return result;
}

Chain sum_over_tags(const TagScores& scores, const std::vector<float>& transitions, size_t tags) {
  const size_t count = scores.size() / tags;
  Chain chain{
      .steps = std::vector<double>(tags * tags), .emissions = std::vector<double>(scores.size()), .alpha = {}, .beta = {}, .scales = {}};
  for (size_t i = 0; i < transitions.size(); ++i)
    chain.steps[i] = may_follow(i / tags, i % tags) ? std::exp(static_cast<double>(transitions[i])) : 0;
  chain.alpha = chain.beta = chain.emissions;
  for (size_t token = 0; token < count; ++token) {
    const size_t row = token * tags;
    const float highest = *std::max_element(&scores[row], &scores[row] + tags);
    double sum = 0;
    for (size_t tag = 0; tag < tags; ++tag) chain.emissions[row + tag] = std::exp(static_cast<double>(scores[row + tag] - highest));
    for (size_t before = 0; before < (token == 0 ? 1 : tags); ++before) {
      const double alpha = token == 0 ? 1 : chain.alpha[row - tags + before];
      add_scaled(&chain.alpha[row], &chain.steps[before * tags], alpha, tags);
    }
    for (size_t tag = 0; tag < tags; ++tag) sum += chain.alpha[row + tag] *= chain.emissions[row + tag];
    for (size_t tag = 0; tag < tags; ++tag) chain.alpha[row + tag] /= sum;
    chain.scales.push_back(sum);
  }
  std::vector<double> backwards(tags * tags);  // steps by second tag, so that all first tags are side by side
  for (size_t i = 0; i < backwards.size(); ++i) backwards[i % tags * tags + i / tags] = chain.steps[i];
  if (count > 0) std::fill(chain.beta.end() - static_cast<std::ptrdiff_t>(tags), chain.beta.end(), 1.0);
  for (size_t token = count; token-- > 1;) {
    const size_t row = token * tags;
    for (size_t next = 0; next < tags; ++next)
      add_scaled(&chain.beta[row - tags], &backwards[next * tags],
                 chain.emissions[row + next] * chain.beta[row + next] / chain.scales[token], tags);
  }
  return chain;
}

LinearTagger::LinearTagger(TaggerParameters parameters, std::string identity)
    : parameters_(std::move(parameters)), identity_(std::move(identity)) {
  const TaggerParameters& p = parameters_;
  SBX_CHECK(p.stride >= p.tags() && p.weights.size() == p.buckets.size() * p.stride, "weights of a tagger");
  SBX_CHECK(p.transitions.size() == p.tags() * p.tags(), "transitions of a tagger");
}

TagScores LinearTagger::score(const Tokens& tokens) const {
  const TaggerParameters& p = parameters_;
  const size_t tags = p.tags();
  TagScores scores;
  std::vector<int32_t> sums(p.stride);
  for (size_t token = 0; token < tokens.size(); ++token) {
    std::ranges::fill(sums, 0);
    for (const uint32_t bucket : tokens.features(token)) {
      const auto found = std::ranges::lower_bound(p.buckets, bucket);
      if (found == p.buckets.end() || *found != bucket) continue;
      const int8_t* weights = &p.weights[static_cast<size_t>(found - p.buckets.begin()) * p.stride];
      for (size_t tag = 0; tag < p.stride; ++tag) sums[tag] += weights[tag];
    }
    for (size_t tag = 0; tag < tags; ++tag) scores.push_back(p.scale * static_cast<float>(sums[tag]));
  }
  return scores;
}

Result<Tagged> LinearTagger::tag(std::string_view text, Deadline) const {
  const TaggerParameters& p = parameters_;
  const size_t tags = p.tags();
  const Tokens tokens = cut_tokens(text, p.bits, p.most_bytes);
  const TagScores scores = score(tokens);
  const std::vector<uint16_t> found = likeliest_tags(scores, p.transitions, tags);
  Tagged tagged{.spans = {}, .confidences = {}, .truncated = text.size() > p.most_bytes};
  std::optional<Chain> chain;  // only texts with spans need it
  for (size_t first = 0; first < found.size(); ++first) {
    if (found[first] == 0) continue;
    size_t last = first;
    while (last + 1 < found.size() && found[last + 1] == found[first] + 1) ++last;
    if (!chain) chain = sum_over_tags(scores, p.transitions, tags);
    tagged.spans.push_back({tokens.places[first].start, tokens.places[last].end, p.labels[(found[first] - 1U) / 2]});
    tagged.confidences.push_back(std::llround(kMillion * span_probability(*chain, tags, first, last, found[first])));
    first = last;
  }
  if (p.patterns) add_patterns(text.substr(0, p.most_bytes), tagged);
  return tagged;
}

void LinearTagger::add_patterns(std::string_view text, Tagged& tagged) const {
  for (const TextSpan& span : find_personal_data(text)) {
    if (std::ranges::find(parameters_.labels, span.label) == parameters_.labels.end()) continue;
    const auto overlaps = [&](const TextSpan& other) { return other.start < span.end && span.start < other.end; };
    const auto first = std::ranges::find_if(tagged.spans, overlaps);
    const auto at = first != tagged.spans.end()
                        ? first - tagged.spans.begin()
                        : std::ranges::upper_bound(tagged.spans, span.start, {}, &TextSpan::start) - tagged.spans.begin();
    if (first != tagged.spans.end() && !is_certain(span)) continue;
    auto last = tagged.spans.begin() + at;
    while (last != tagged.spans.end() && overlaps(*last)) ++last;
    const auto count = last - (tagged.spans.begin() + at);
    tagged.spans.erase(tagged.spans.begin() + at, last);
    tagged.confidences.erase(tagged.confidences.begin() + at, tagged.confidences.begin() + at + count);
    tagged.spans.insert(tagged.spans.begin() + at, span);
    tagged.confidences.insert(tagged.confidences.begin() + at, kPatternConfidence);
  }
}

}  // namespace sbx::models
