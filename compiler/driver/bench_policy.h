// SPDX-License-Identifier: Apache-2.0
// Policies and requests for `bench`: made from a seed, the same on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sbx::driver {

enum class Selectivity { Easy, Hard, Mixed };

/// Attributes are numbered: first the integers 0..999, then texts `v0`…, then Booleans. A text's value is the number of its member.
struct BenchShape {
  static constexpr int Integers = 6, Texts = 6, Bools = 4, TextMembers = 12, IntegerEnd = 1000;
  static constexpr int Attributes = Integers + Texts + Bools;
};

/// Integers: low <= value < high. Texts: value in members. Booleans: value == low.
struct BenchCondition {
  int attribute = 0;
  int32_t low = 0, high = 0;
  std::vector<int32_t> members;
};
struct BenchRule {
  std::vector<BenchCondition> conditions;
};

/// The first rule that holds wins, as route `r<number>`; none: otherwise.
struct BenchPolicy {
  std::vector<BenchRule> rules;
  std::vector<int32_t> requests;  // BenchShape::Attributes numbers each

  [[nodiscard]] const int32_t* request(size_t i) const { return requests.data() + i * BenchShape::Attributes; }
  [[nodiscard]] size_t request_count() const { return requests.size() / BenchShape::Attributes; }
};

/// `rules` rules of four conditions on different attributes, and `requests` random requests. A condition holds for about 0.6 of the
/// requests where easy, 0.1 where hard, 0.05 to 0.5 where mixed.
[[nodiscard]] BenchPolicy make_bench_policy(int rules, Selectivity selectivity, size_t requests, uint64_t seed);

/// `i0`, `s3`, `b1`: the name of an attribute in the policy.
[[nodiscard]] std::string attribute_name(int attribute);
[[nodiscard]] std::string policy_text(const BenchPolicy& policy);
/// An if-chain in C++ on interned numbers: `extern "C" uint32_t decide(const int32_t*)`, UINT32_MAX for otherwise.
[[nodiscard]] std::string baseline_text(const BenchPolicy& policy);
/// The requests as JSON lines of envelopes.
[[nodiscard]] std::string requests_text(const BenchPolicy& policy);
/// The winner and how many rules were looked at, by definition.
struct BenchAnswer {
  uint32_t route = UINT32_MAX;
  uint32_t examined = 0;
};
[[nodiscard]] BenchAnswer answer(const BenchPolicy& policy, const int32_t* request);

}  // namespace sbx::driver
