// SPDX-License-Identifier: Apache-2.0
#include "runtime/observe/exposition.h"

#include <fmt/format.h>

#include <cmath>

namespace sbx::observe {
namespace {

std::string escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\\' || c == '"') text += '\\';
    text += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return text;
}

// A whole number of 10^-places as a decimal, exactly.
std::string scaled(int64_t value, int places) {
  std::string digits = std::to_string(value < 0 ? -value : value);
  if (places > 0) {
    if (digits.size() <= static_cast<size_t>(places)) digits.insert(0, static_cast<size_t>(places) + 1 - digits.size(), '0');
    digits.insert(digits.size() - static_cast<size_t>(places), ".");
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
  }
  return value < 0 ? "-" + digits : digits;
}

}  // namespace

void Exposition::begin(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_ += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

void Exposition::sample(const Labels& labels, double value) { sample("", labels, fmt::format("{}", value)); }

void Exposition::sample(std::string_view suffix, const Labels& labels, std::string_view value) {
  text_.append(name_).append(suffix);
  char before = '{';
  for (const auto& [label, of] : labels) {
    if (of.empty()) continue;
    text_ += before;
    text_.append(label).append("=\"").append(escaped(of)).append("\"");
    before = ',';
  }
  if (before == ',') text_ += '}';
  text_.append(" ").append(value).append("\n");
}

void Exposition::single(std::string_view name, std::string_view type, std::string_view help, double value) {
  begin(name, type, help);
  sample({}, value);
}

void Exposition::family(const FamilyInfo& info, const Counters::Of& series) {
  if (series.empty()) return;
  begin(info.name, info.bounds.empty() ? "counter" : "histogram", info.help);
  for (const auto& [values, one] : series) {
    Labels labels;
    for (size_t i = 0; i < values.size(); ++i) labels.emplace_back(info.labels[i], values[i]);
    if (info.bounds.empty()) {
      sample("", labels, scaled(one.sum, info.places));
      continue;
    }
    labels.emplace_back("le", "");
    uint64_t up_to = 0;
    for (size_t i = 0; i < info.bounds.size(); ++i) {
      up_to += one.buckets[i];
      labels.back().second = scaled(info.bounds[i], info.places);
      sample("_bucket", labels, std::to_string(up_to));
    }
    labels.back().second = "+Inf";
    sample("_bucket", labels, std::to_string(one.count));
    labels.pop_back();
    sample("_sum", labels, scaled(one.sum, info.places));
    sample("_count", labels, std::to_string(one.count));
  }
}

}  // namespace sbx::observe
