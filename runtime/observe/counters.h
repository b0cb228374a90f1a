// SPDX-License-Identifier: Apache-2.0
// What metrics count: whole numbers by the labels they are told apart by. Labels are names of policies, never what a client said.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/observe/served.h"

namespace sbx::observe {

enum class Family : uint8_t {
  Requests,
  RequestDuration,
  Overhead,
  ClientsLeft,
  BytesIn,
  BytesOut,
  Decisions,
  DecisionDuration,
  Unserved,
  SignalDuration,
  SignalFailures,
  Attempts,
  Fallbacks,
  Retries,
  Ttft,
  Tokens,
  Cost,
  Judgements,
  Retrievals,
  GenAiDuration,
  GenAiTokens,
};
inline constexpr size_t kFamilies = static_cast<size_t>(Family::GenAiTokens) + 1;

/// `places`: decimal places of what is counted, so that sums stay exact: 6 for microseconds that are shown as seconds.
struct FamilyInfo {
  std::string_view name, help;
  std::vector<std::string_view> labels;
  int places = 0;
  std::span<const int64_t> bounds;  // of a histogram; empty: a counter
};
[[nodiscard]] const std::array<FamilyInfo, kFamilies>& families();

/// `buckets` beside the bounds, not added up; what is larger than the last bound is in `count` alone.
struct Series {
  int64_t sum = 0;
  uint64_t count = 0;
  std::vector<uint64_t> buckets;
};

class Counters {
 public:
  Counters() = default;
  Counters(const Counters&) = delete;  // it points into itself
  Counters& operator=(const Counters&) = delete;

  void add(const Served& request);
  void add(const Counters& other);
  /// Sorted by labels, whose values stand as the family names them.
  using Of = std::map<std::vector<std::string>, Series>;
  [[nodiscard]] const Of& of(Family family) const { return families_[static_cast<size_t>(family)]; }

  /// A family has no more series than this; what would be one more is counted under the label `_other`.
  static constexpr size_t kMostSeries = 2000;

 private:
  struct Index;  // the series of one policy, found once
  Series& at(Family family, std::vector<std::string> labels);
  Series& cached(Series*& place, Family family, std::vector<std::string> labels);
  Index& index_of(const Manifest& manifest);
  void add_decision(const Served& request, const Manifest& manifest, Index& index);
  void add_attempts(const Served& request, const Manifest& manifest, Index& index);
  void add_usage(const Served& request, const Manifest& manifest, Index& index);

  std::array<Of, kFamilies> families_;
  struct {
    std::array<Series*, 2> duration{};
    std::map<int, Series*> requests;  // by status
    Series *overhead = nullptr, *bytes_in = nullptr, *bytes_out = nullptr;
  } plain_;  // series that are no policy's, found once
  std::vector<std::shared_ptr<Index>> indices_;  // the one used last first
};

/// The model whose answer the client got: that of the last attempt.
[[nodiscard]] const AttemptRecord* answering(const Served& request);
/// `chat` or `embeddings`: gen_ai.operation.name.
[[nodiscard]] std::string_view operation_of(const Served& request);

}  // namespace sbx::observe
