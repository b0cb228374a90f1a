// SPDX-License-Identifier: Apache-2.0
// How one of several models that could serve a request is picked. Each selector scores the contenders; builtin.cpp is the list.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/program/manifest.h"

namespace sbx {

/// What a selector may look at. Contenders fit the request and survive its narrowing; they are in the order written.
struct Contest {
  std::vector<const Model*> contenders;
  int64_t prompt_tokens = 0;
  int64_t output_tokens = 0;  // asked for; 0: not said
  uint64_t seed = 0;
};

class SelectorKind {
 public:
  virtual ~SelectorKind() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// One score a contender, the highest wins. Pure: the same contest gives the same scores.
  [[nodiscard]] virtual std::vector<int64_t> scores(const Contest& contest, const ConstantRecord& arguments) const = 0;
  /// Whether another seed could choose another contender.
  [[nodiscard]] virtual bool is_random() const { return false; }
};

[[nodiscard]] const SelectorKind& declared_selector();
[[nodiscard]] const SelectorKind& cheapest_selector();
[[nodiscard]] const SelectorKind& random_selector();
/// All that there are; what stdlib/selectors.sbx declares as available is the same set.
[[nodiscard]] std::span<const SelectorKind* const> builtin_selectors();
[[nodiscard]] const SelectorKind* find_selector(std::string_view name);

/// The contenders from best to worst by the first selector, equal ones by the next, at last in the order written.
struct Ranking {
  std::vector<size_t> order;
  std::vector<std::vector<int64_t>> scores;  // by selector, by contender
  int64_t propensity = 1'000'000;            // of the first, in millionths
};
[[nodiscard]] Ranking rank(std::span<const Selector> by, const Contest& contest);

/// Which of the weighted shares a key falls into: the same key, the same share, whatever the seed.
[[nodiscard]] size_t split_share(std::string_view key, std::span<const int64_t> weights);

/// Price of a call in micro-dollars; nothing if the model has no price.
[[nodiscard]] std::optional<int64_t> call_cost(const Model& model, int64_t prompt_tokens, int64_t output_tokens);

}  // namespace sbx
