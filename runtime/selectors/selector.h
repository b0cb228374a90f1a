// SPDX-License-Identifier: Apache-2.0
// How one of several models that could serve a request is picked. Each selector scores the contenders; builtin.cpp is the list.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/program/manifest.h"
#include "runtime/program/reading.h"
#include "runtime/request/request.h"

namespace sbx {

namespace state {
class Snapshot;
struct Update;
}  // namespace state
class Learned;

/// What a selector may look at. Contenders fit the request and survive its narrowing; they are in the order written. What is null is not
/// there: a test, or a host without it.
struct Contest {
  std::vector<const Model*> contenders;
  int64_t prompt_tokens = 0;
  int64_t output_tokens = 0;  // asked for; 0: not said
  uint64_t seed = 0;
  const Request* request = nullptr;            // its text, its session, and `time_us`: the clock that decisions go by
  const Manifest* manifest = nullptr;
  std::span<const Reading> readings;           // by SignalId of the manifest; Pending: not read
  const state::Snapshot* state = nullptr;      // what was learned while serving
  const Learned* learned = nullptr;            // what `signalbox learn` wrote

  /// The reading of a signal by the name that the policy gives it; null if it is not known.
  [[nodiscard]] const Reading* known(std::string_view signal) const;
};

/// A score below all others: not to be asked while another can be, and never where the policy says `or none`.
inline constexpr int64_t kExcluded = INT64_MIN;

/// What a score is made of, in the order that it is reckoned: names and millionths.
using ScoreParts = std::vector<std::pair<std::string, int64_t>>;

/// What became of one choice, and what was known when it was made.
struct Lesson {
  const Manifest* manifest = nullptr;
  std::span<const Reading> readings;     // by SignalId: of the signals that the selector names
  std::string chosen;                    // the model that answered
  std::vector<std::string> contenders;   // it among them
  std::optional<double> quality;         // 0 to 1
  bool failed = false;                   // there was no answer, or none of use
  std::optional<double> cost_usd, latency_ms;
};

class SelectorKind {
 public:
  virtual ~SelectorKind() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Fills one score a contender; the highest wins. Pure: the same contest gives the same scores.
  virtual void score(const Contest& contest, const ConstantRecord& arguments, std::span<int64_t> scores) const = 0;
  /// For `explain`: what the score of one contender is made of. Empty: of itself.
  [[nodiscard]] virtual ScoreParts parts(const Contest&, const ConstantRecord&, size_t) const { return {}; }
  /// Whether another seed could choose another contender.
  [[nodiscard]] virtual bool is_random() const { return false; }
  /// Of one that is random: in how many of a million seeds this contender comes first.
  [[nodiscard]] virtual int64_t propensity(const Contest&, const ConstantRecord&, size_t) const { return 1'000'000; }
  /// The memories that it learns into, by kind: each is a state of the policy (memory_name).
  [[nodiscard]] virtual std::vector<std::string_view> memories() const { return {}; }
  /// What a lesson changes of what it goes by; the next snapshots show it. Nothing: it does not learn while serving.
  virtual void learn(const Lesson&, const ConstantRecord&, std::vector<state::Update>&) const {}
};

[[nodiscard]] const SelectorKind& declared_selector();
[[nodiscard]] const SelectorKind& cheapest_selector();
[[nodiscard]] const SelectorKind& random_selector();
[[nodiscard]] const SelectorKind& adapter_mix_selector();
[[nodiscard]] const SelectorKind& ants_selector();
[[nodiscard]] const SelectorKind& bias_blend_selector();
[[nodiscard]] const SelectorKind& budgeted_selector();
[[nodiscard]] const SelectorKind& elo_selector();
[[nodiscard]] const SelectorKind& failure_class_selector();
[[nodiscard]] const SelectorKind& fastest_selector();
[[nodiscard]] const SelectorKind& hybrid_selector();
[[nodiscard]] const SelectorKind& linucb_selector();
[[nodiscard]] const SelectorKind& reputation_selector();
[[nodiscard]] const SelectorKind& set_select_selector();
[[nodiscard]] const SelectorKind& stay_selector();
[[nodiscard]] const SelectorKind& thompson_selector();
[[nodiscard]] const SelectorKind& tiers_selector();
[[nodiscard]] const SelectorKind& ucb_selector();
/// Those that `signalbox learn` fits (trained.h).
[[nodiscard]] std::span<const SelectorKind* const> trained_selectors();
/// All that there are; what stdlib/selectors.sbx declares as available is the same set.
[[nodiscard]] std::span<const SelectorKind* const> builtin_selectors();
[[nodiscard]] const SelectorKind* find_selector(std::string_view name);

/// The contenders from best to worst by the first selector, equal ones by the next, at last in the order written.
struct Ranking {
  std::vector<size_t> order;
  std::vector<std::vector<int64_t>> scores;  // by selector, by contender
  size_t left = 0;                           // of `order`: those that no selector excludes
  int64_t propensity = 1'000'000;            // of the first, in millionths
};
/// Into a ranking that is used again: it allocates only while that grows.
void rank(std::span<const Selector> by, const Contest& contest, Ranking& ranking);

/// What a lesson teaches all of these, each change once: several may share a memory.
[[nodiscard]] std::vector<state::Update> lessons(std::span<const Selector> by, const Lesson& lesson);
/// The state behind a memory of a selector: `elo(per: topic)`, shared by all that name the same.
[[nodiscard]] std::string memory_name(std::string_view kind, const ConstantRecord& arguments);

/// Which of the weighted shares a key falls into: the same key, the same share, whatever the seed.
[[nodiscard]] size_t split_share(std::string_view key, std::span<const int64_t> weights);

/// Price of a call in micro-dollars; nothing if the model has no price.
[[nodiscard]] std::optional<int64_t> call_cost(const Model& model, int64_t prompt_tokens, int64_t output_tokens);
/// Of a contender for the call that is contested: the output asked for, or as much as it may write.
[[nodiscard]] std::optional<int64_t> call_cost(const Contest& contest, const Model& model);

}  // namespace sbx
