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
constexpr models::FeatureSpec kSpec{.word_from = 1, .word_to = 2, .char_from = 3, .char_to = 5, .within_words = true, .bits = 24};

double cosine(const std::vector<models::Feature>& a, const std::vector<models::Feature>& b) {
  double product = 0, of_a = 0, of_b = 0;
  for (const models::Feature& one : a) of_a += static_cast<double>(one.count) * one.count;
  for (const models::Feature& one : b) of_b += static_cast<double>(one.count) * one.count;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i].bucket == b[j].bucket) product += static_cast<double>(a[i++].count) * b[j++].count;
    else if (a[i].bucket < b[j].bucket) ++i;
    else ++j;
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
    models::FeatureExtractor extractor(kSpec);
    const std::vector<models::Feature> last = extractor.extract(observation.request.text);
    double most = 0;
    bool is_last = true;
    int left = turns;
    for (auto message = observation.request.messages.rbegin(); message != observation.request.messages.rend() && left > 0; ++message) {
      const std::string text = message->role == Role::User ? said(*message) : std::string();
      if (text.empty()) continue;
      if (!is_last) {
        most = std::max(most, cosine(last, extractor.extract(text)));
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
