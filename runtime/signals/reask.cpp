// SPDX-License-Identifier: Apache-2.0
// reask(turns:): how much the user's last message says the same as one of those before: the cosine of their word and character n-grams.
#include <algorithm>
#include <cmath>

#include "runtime/models/features.h"
#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/learned.h"

namespace sbx::signals {
namespace {

constexpr int kMostTurns = 100;

struct Gram {
  uint32_t bucket = 0;
  double count = 0;
};
using Grams = std::vector<Gram>;  // by bucket, each once

Grams grams_of(std::string_view text, models::NGrams& cut) {
  static const models::FeatureSpec kSpec{.views = {{.view = models::View::Words, .from = 1, .to = 2}, {.view = models::View::WithinWords, .from = 3, .to = 5}}};
  cut.cut(text, kSpec);
  std::vector<uint32_t> buckets;
  for (size_t view = 0; view < kSpec.views.size(); ++view) buckets.insert(buckets.end(), cut.of(view).begin(), cut.of(view).end());
  std::ranges::sort(buckets);
  Grams grams;
  for (const uint32_t bucket : buckets) {
    if (grams.empty() || grams.back().bucket != bucket) grams.push_back({bucket, 0});
    grams.back().count += 1;
  }
  return grams;
}

double cosine(const Grams& a, const Grams& b) {
  double product = 0, of_a = 0, of_b = 0;
  for (const Gram& one : a) of_a += one.count * one.count;
  for (const Gram& one : b) of_b += one.count * one.count;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i].bucket == b[j].bucket)
      product += a[i++].count * b[j++].count;
    else if (a[i].bucket < b[j].bucket)
      ++i;
    else
      ++j;
  }
  return of_a == 0 || of_b == 0 ? 0 : std::min(1.0, product / std::sqrt(of_a * of_b));
}

std::string said(const Message& message) {
  std::string text;
  for (const Part& part : message.parts) {
    if (part.kind == Part::Kind::Text) text += (text.empty() ? "" : "\n") + part.text;
  }
  return text;
}

struct Reask final : Extractor {
  int turns = 1;

  [[nodiscard]] Reading read(const Observation& observation) const override {
    models::NGrams cut;
    const Grams last = grams_of(observation.request.text, cut);
    double most = 0;
    bool is_last = true;
    int left = turns;
    for (auto message = observation.request.messages.rbegin(); message != observation.request.messages.rend() && left > 0; ++message) {
      const std::string text = message->role == Role::User ? said(*message) : std::string();
      if (text.empty()) continue;
      if (!is_last) {
        most = std::max(most, cosine(last, grams_of(text, cut)));
        --left;
      }
      is_last = false;
    }
    return known(to_millionths(most));
  }
};

}  // namespace

Bound bind_reask(const Binding& binding) {
  const Result<int> turns = count_argument(binding.info.arguments, "turns", 1, kMostTurns);
  if (!turns) return turns.error();
  if (*turns == 0) return Error{"E0306", "`turns` is how many messages before the last one are looked at, 1 or more"};
  auto extractor = std::make_unique<Reask>();
  extractor->turns = *turns;
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
