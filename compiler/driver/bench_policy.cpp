// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/bench_policy.h"

#include <algorithm>

namespace sbx::driver {
namespace {

using Shape = BenchShape;

/// SplitMix64: the same numbers with every compiler, unlike the distributions of <random>.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  int below(int end) { return static_cast<int>(next() % static_cast<uint64_t>(end)); }

 private:
  uint64_t state_;
};

bool is_integer(int attribute) { return attribute < Shape::Integers; }
bool is_text(int attribute) { return !is_integer(attribute) && attribute < Shape::Integers + Shape::Texts; }

/// How many of 1,000 requests a condition should hold for.
int wanted(Selectivity selectivity, Random& random) {
  switch (selectivity) {
    case Selectivity::Easy:
      return 500 + random.below(201);
    case Selectivity::Hard:
      return 50 + random.below(101);
    case Selectivity::Mixed:
      return 50 + random.below(451);
  }
  return 0;
}

BenchCondition make_condition(int attribute, int per_mille, Random& random) {
  BenchCondition condition{.attribute = attribute, .members = {}};
  if (is_integer(attribute)) {
    int shape = random.below(3);  // at least, below, between
    condition.low = shape == 0 ? Shape::IntegerEnd - per_mille : shape == 1 ? 0 : random.below(Shape::IntegerEnd - per_mille + 1);
    condition.high = condition.low + per_mille;
  } else if (is_text(attribute)) {
    int count = std::clamp(Shape::TextMembers * per_mille / 1000, 1, Shape::TextMembers - 1);
    std::vector<int32_t> all;
    for (int i = 0; i < Shape::TextMembers; ++i) all.push_back(i);
    for (int i = 0; i < count; ++i)
      std::swap(all[static_cast<size_t>(i)], all[static_cast<size_t>(i + random.below(Shape::TextMembers - i))]);
    condition.members.assign(all.begin(), all.begin() + count);
    std::sort(condition.members.begin(), condition.members.end());
  } else {
    condition.low = random.below(2);
  }
  return condition;
}

std::string condition_text(const BenchCondition& condition) {
  std::string name = attribute_name(condition.attribute);
  if (is_integer(condition.attribute)) {
    std::string low = name + " >= " + std::to_string(condition.low), high = name + " < " + std::to_string(condition.high);
    if (condition.low == 0) return high;
    return condition.high == Shape::IntegerEnd ? low : low + " and " + high;
  }
  if (!is_text(condition.attribute)) return condition.low == 1 ? name : "not " + name;
  if (condition.members.size() == 1) return name + " == \"v" + std::to_string(condition.members[0]) + "\"";
  std::string list;
  for (int32_t member : condition.members) list += (list.empty() ? "\"v" : ", \"v") + std::to_string(member) + "\"";
  return name + " in [" + list + "]";
}

std::string condition_code(const BenchCondition& condition) {
  std::string value = "f[" + std::to_string(condition.attribute) + "]";
  if (is_integer(condition.attribute)) {
    std::string low = value + " >= " + std::to_string(condition.low), high = value + " < " + std::to_string(condition.high);
    if (condition.low == 0) return high;
    return condition.high == Shape::IntegerEnd ? low : low + " && " + high;
  }
  if (!is_text(condition.attribute)) return condition.low == 1 ? value : "!" + value;
  std::string any;
  for (int32_t member : condition.members) any += (any.empty() ? "" : " || ") + value + " == " + std::to_string(member);
  return condition.members.size() == 1 ? any : "(" + any + ")";
}

template <class Text>
std::string guard(const BenchRule& rule, const char* between, Text text) {
  std::string all;
  for (const BenchCondition& condition : rule.conditions) all += (all.empty() ? "" : between) + text(condition);
  return all;
}

bool holds(const BenchCondition& condition, int32_t value) {
  if (is_integer(condition.attribute)) return condition.low <= value && value < condition.high;
  if (is_text(condition.attribute)) return std::binary_search(condition.members.begin(), condition.members.end(), value);
  return value == condition.low;
}

}  // namespace

BenchPolicy make_bench_policy(int rules, Selectivity selectivity, size_t requests, uint64_t seed) {
  Random random(seed);
  BenchPolicy policy;
  for (int i = 0; i < rules; ++i) {
    BenchRule rule;
    while (rule.conditions.size() < 4) {
      int attribute = random.below(Shape::Attributes);
      int per_mille = wanted(selectivity, random);
      bool boolean = !is_integer(attribute) && !is_text(attribute);
      bool used =
          std::any_of(rule.conditions.begin(), rule.conditions.end(), [&](const BenchCondition& c) { return c.attribute == attribute; });
      if (used || (boolean && per_mille < 300)) continue;  // a Boolean holds for half of the requests
      rule.conditions.push_back(make_condition(attribute, per_mille, random));
    }
    policy.rules.push_back(std::move(rule));
  }
  for (size_t i = 0; i < requests; ++i) {
    for (int a = 0; a < Shape::Attributes; ++a) {
      policy.requests.push_back(random.below(is_integer(a) ? Shape::IntegerEnd : is_text(a) ? Shape::TextMembers : 2));
    }
  }
  return policy;
}

std::string attribute_name(int attribute) {
  if (is_integer(attribute)) return "i" + std::to_string(attribute);
  if (is_text(attribute)) return "s" + std::to_string(attribute - Shape::Integers);
  return "b" + std::to_string(attribute - Shape::Integers - Shape::Texts);
}

std::string policy_text(const BenchPolicy& policy) {
  std::string text = "policy bench serves \"auto\"\n\n";
  for (int m = 0; m < 8; ++m) text += "model m" + std::to_string(m) + " { provider: local  context: 128k  output: 4k }\n";
  for (int a = 0; a < Shape::Attributes; ++a) {
    const char* type = is_integer(a) ? "int" : is_text(a) ? "text" : "bool";
    const char* absent = is_integer(a) ? "0" : is_text(a) ? "\"\"" : "false";
    std::string name = attribute_name(a);
    text += "input " + name + ": " + type + " from metadata(\"" + name + "\") or else " + absent + "\n";
  }
  text += "\nfirst rules {\n";
  for (size_t i = 0; i < policy.rules.size(); ++i) {
    text += "  route r" + std::to_string(i) + " when " + guard(policy.rules[i], " and ", condition_text) + " { model = m" +
            std::to_string(i % 8) + " }\n";
  }
  return text + "}\n\notherwise { model = m0 }\nunserved { deny 503 \"No model can serve this.\" }\n";
}

std::string baseline_text(const BenchPolicy& policy) {
  std::string text = "#include <cstdint>\n\nextern \"C\" uint32_t decide(const int32_t* f) {\n";
  for (size_t i = 0; i < policy.rules.size(); ++i) {
    text += "  if (" + guard(policy.rules[i], " && ", condition_code) + ") return " + std::to_string(i) + ";\n";
  }
  return text + "  return UINT32_MAX;\n}\n";
}

std::string requests_text(const BenchPolicy& policy) {
  std::string text;
  for (size_t i = 0; i < policy.request_count(); ++i) {
    const int32_t* request = policy.request(i);
    text += "{\"id\":\"" + std::to_string(i) + "\",\"metadata\":{";
    for (int a = 0; a < Shape::Attributes; ++a) {
      std::string number = std::to_string(request[a]);
      std::string value = is_integer(a) ? number : is_text(a) ? "v" + number : request[a] ? "true" : "false";
      text += (a == 0 ? "\"" : ",\"") + attribute_name(a) + "\":\"" + value + "\"";
    }
    text += "},\"body\":{\"model\":\"auto\",\"messages\":[]}}\n";
  }
  return text;
}

BenchAnswer answer(const BenchPolicy& policy, const int32_t* request) {
  for (uint32_t i = 0; i < policy.rules.size(); ++i) {
    const std::vector<BenchCondition>& conditions = policy.rules[i].conditions;
    if (std::all_of(conditions.begin(), conditions.end(), [&](const BenchCondition& c) { return holds(c, request[c.attribute]); }))
      return {i, i + 1};
  }
  return {UINT32_MAX, static_cast<uint32_t>(policy.rules.size())};
}

}  // namespace sbx::driver
