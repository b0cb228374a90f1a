// SPDX-License-Identifier: Apache-2.0
// Keys that are given twice: readers differ in which one counts, so that the model could be told what the policy has not seen.
#include <algorithm>
#include <vector>

#include "runtime/request/decoders.h"

namespace sbx {

namespace {

using json::At;
using json::Faults;

constexpr int kDeepest = 6;  // parts of the results of tools, in messages of a list

void look_into(json::Element value, const At& at, int depth, Faults& faults) {
  json::Object object;
  json::Array array;
  if (value.get(object) == simdjson::SUCCESS) {
    report_doubles(object, at, faults, depth);
  } else if (depth < kDeepest && value.get(array) == simdjson::SUCCESS) {
    size_t i = 0;
    for (const json::Element one : array) look_into(one, at[i++], depth + 1, faults);
  }
}

}  // namespace

void report_doubles(json::Object object, const At& at, Faults& faults, int depth) {
  std::vector<std::string_view> keys;
  for (const auto field : object) {
    keys.push_back(field.key);
    if (depth < kDeepest) look_into(field.value, at / field.key, depth + 1, faults);
  }
  std::ranges::sort(keys);
  const auto twice = std::ranges::adjacent_find(keys);
  if (twice != keys.end()) faults.report("R0732", "`" + (at / *twice).text() + "` is given twice");
}

}  // namespace sbx
