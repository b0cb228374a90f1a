// SPDX-License-Identifier: Apache-2.0
#include "runtime/signals/likeness.h"

#include <algorithm>
#include <cmath>

#include "runtime/models/features.h"

namespace sbx::signals {

Grams grams_of(std::string_view text) {
  static const models::FeatureSpec kSpec{.views = {{.view = models::View::Words, .from = 1, .to = 2}, {.view = models::View::WithinWords, .from = 3, .to = 5}}};
  models::NGrams cut;
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

}  // namespace sbx::signals
