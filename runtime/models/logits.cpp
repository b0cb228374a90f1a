// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/logits.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "runtime/models/tokenizer_text.h"

namespace sbx::models {
namespace {

constexpr double kMillion = 1e6;

// A span that is being read: tokens [first, last], all of one kind.
struct OpenSpan {
  size_t kind = TagNames::Tag::kOutside;
  size_t first = 0, last = 0;
};

size_t likeliest(const std::vector<double>& probabilities) {
  return static_cast<size_t>(std::ranges::max_element(probabilities) - probabilities.begin());
}

}  // namespace

std::vector<double> softmax(std::span<const float> logits) {
  const double most = std::ranges::max(logits);
  std::vector<double> result;
  for (const float logit : logits) result.push_back(std::exp(static_cast<double>(logit) - most));
  const double sum = std::accumulate(result.begin(), result.end(), 0.0);
  for (double& p : result) p /= sum;
  return result;
}

std::vector<double> sigmoid(std::span<const float> logits) {
  std::vector<double> result;
  for (const float logit : logits) result.push_back(1 / (1 + std::exp(-static_cast<double>(logit))));
  return result;
}

std::vector<int64_t> millionths(std::span<const double> probabilities, bool exclusive) {
  std::vector<int64_t> result;
  if (!exclusive) {
    for (const double p : probabilities) result.push_back(std::llround(p * kMillion));
    return result;
  }
  std::vector<std::pair<double, size_t>> lost;
  int64_t left = std::llround(kMillion);
  for (size_t i = 0; i < probabilities.size(); ++i) {
    const double exact = probabilities[i] * kMillion, whole = std::floor(exact);
    result.push_back(static_cast<int64_t>(whole));
    lost.emplace_back(whole - exact, i);
    left -= result.back();
  }
  std::ranges::sort(lost);
  for (size_t i = 0; left > 0 && i < lost.size(); ++i, --left) ++result[lost[i].second];
  return result;
}

TagNames::TagNames(std::span<const std::string> labels) {
  for (const std::string& label : labels) {
    Tag tag;
    const bool prefixed = label.size() > 2 && label[1] == '-' && std::string_view("BIMELSU").find(label[0]) != std::string_view::npos;
    const char prefix = prefixed ? label[0] : 'I';
    const std::string kind = prefixed ? label.substr(2) : label;
    tag.begins = prefix == 'B' || prefix == 'S' || prefix == 'U';
    tag.ends = prefix == 'E' || prefix == 'L' || prefix == 'S' || prefix == 'U';
    if (label != "O") {
      const auto found = std::ranges::find(kinds_, kind);
      tag.kind = static_cast<size_t>(found - kinds_.begin());
      if (found == kinds_.end()) kinds_.push_back(kind);
    }
    tags_.push_back(tag);
  }
}

Tagged spans_of(std::string_view text, std::span<const Token> tokens, std::span<const std::vector<double>> probabilities, const TagNames& names) {
  Tagged result;
  const PlacedText characters = placed(text);
  OpenSpan open;
  const auto close = [&] {
    if (open.kind == TagNames::Tag::kOutside) return;
    uint32_t start = tokens[open.first].start, end = tokens[open.last].end;
    while (start < end && is_white(characters[start].value)) ++start;
    while (start < end && is_white(characters[end - 1].value)) --end;
    double sum = 0;
    for (size_t i = open.first; i <= open.last; ++i) sum += std::ranges::max(probabilities[i]);
    if (start < end) {
      result.spans.push_back({start, end, names.kinds()[open.kind]});
      result.confidences.push_back(std::llround(sum / static_cast<double>(open.last - open.first + 1) * kMillion));
    }
    open = {};
  };
  for (size_t i = 0; i < tokens.size(); ++i) {
    const TagNames::Tag& tag = names[likeliest(probabilities[i])];
    if (tag.begins || tag.kind != open.kind) close();
    if (tag.kind == TagNames::Tag::kOutside) continue;
    if (open.kind == TagNames::Tag::kOutside) open = {tag.kind, i, i};
    open.last = i;
    if (tag.ends) close();
  }
  close();
  return result;
}

}  // namespace sbx::models
