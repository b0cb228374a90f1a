// SPDX-License-Identifier: Apache-2.0
// `split 95/5 on user.id`: sticky by the hash of the key.
#include <xxhash.h>

#include "runtime/selectors/selector.h"

namespace sbx {

size_t split_share(std::string_view key, std::span<const int64_t> weights) {
  uint64_t total = 0;
  for (const int64_t weight : weights) total += static_cast<uint64_t>(weight);
  if (total == 0) return 0;
  uint64_t place = XXH3_64bits(key.data(), key.size()) % total;
  for (size_t i = 0; i < weights.size(); ++i) {
    const auto weight = static_cast<uint64_t>(weights[i]);
    if (place < weight) return i;
    place -= weight;
  }
  return 0;
}

}  // namespace sbx
