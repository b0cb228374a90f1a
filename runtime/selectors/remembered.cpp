// SPDX-License-Identifier: Apache-2.0
#include "runtime/selectors/remembered.h"

#include <xxhash.h>

#include <algorithm>

namespace sbx {

std::string memory_name(std::string_view kind, const ConstantRecord& arguments) {
  if (const std::string_view declared = selectors::word(arguments, "of"); !declared.empty()) return std::string(declared);
  std::string name(kind);
  bool first = true;
  for (const std::string_view per : selectors::words(arguments, "per")) {
    name += first ? "(per: " : ", ";
    name += per;
    first = false;
  }
  return first ? name : name + ")";
}

}  // namespace sbx

namespace sbx::selectors {

namespace {

const Constant* find(const ConstantRecord& arguments, std::string_view name) {
  const auto found = std::ranges::find(arguments, name, &NamedConstant::first);
  return found == arguments.end() ? nullptr : &found->second;
}

std::string text_of(const Reading* reading) {
  if (reading == nullptr) return "?";
  if (const auto* text = std::get_if<std::string>(&reading->value)) return *text;
  if (const auto* truth = std::get_if<bool>(&reading->value)) return *truth ? "true" : "false";
  if (const auto* number = std::get_if<int64_t>(&reading->value)) return std::to_string(*number);
  return "?";
}

}  // namespace

double number(const ConstantRecord& arguments, std::string_view name, double otherwise) {
  const Constant* value = find(arguments, name);
  const auto* decimal = value == nullptr ? nullptr : std::get_if<Decimal>(&value->value);
  return decimal == nullptr ? otherwise : static_cast<double>(decimal->digits) / std::pow(10, decimal->scale);
}

std::string_view word(const ConstantRecord& arguments, std::string_view name) {
  const Constant* value = find(arguments, name);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(&value->value);
  return text == nullptr || *text == "none" ? std::string_view() : *text;
}

std::vector<std::string_view> words(const ConstantRecord& arguments, std::string_view name) {
  std::vector<std::string_view> result;
  if (const std::string_view one = word(arguments, name); !one.empty()) result.push_back(one);
  const Constant* value = find(arguments, name);
  const auto* list = value == nullptr ? nullptr : std::get_if<ConstantList>(&value->value);
  if (list == nullptr) return result;
  for (const Constant& item : *list) {
    if (const auto* text = std::get_if<std::string>(&item.value)) result.push_back(*text);
  }
  return result;
}

int64_t to_score(double value) {
  constexpr double kMost = 9e18;
  if (std::isnan(value)) return -static_cast<int64_t>(kMost);
  return static_cast<int64_t>(std::clamp(std::round(value * 1e6), -kMost, kMost));
}

std::string state_key(const Manifest* manifest, std::span<const Reading> readings, const ConstantRecord& arguments) {
  const Contest contest{.contenders = {}, .manifest = manifest, .readings = readings};
  std::vector<std::string> parts;
  for (const std::string_view signal : words(arguments, "per")) parts.push_back(text_of(contest.known(signal)));
  const std::vector<std::string_view> views(parts.begin(), parts.end());
  return state::join_key(views);
}

Memory::Memory(const Contest& contest, std::string_view kind, const ConstantRecord& arguments) {
  if (contest.state == nullptr || contest.manifest == nullptr) return;
  const std::string name = memory_name(kind, arguments), key = state_key(contest.manifest, contest.readings, arguments);
  cells_ = contest.state->find({contest.manifest->name, name, key});
}

state::Update update(const Lesson& lesson, std::string_view kind, const ConstantRecord& arguments, std::string member,
                     state::Operation operation) {
  return {lesson.manifest->name, memory_name(kind, arguments), state_key(lesson.manifest, lesson.readings, arguments), std::move(member),
          std::move(operation)};
}

std::optional<double> quality_of(const Lesson& lesson) { return lesson.failed ? std::optional(0.0) : lesson.quality; }

double expected_quality(const Memory& memory, const Model& model, double prior) {
  const auto* known = memory.of<state::Ema>(model.name);
  return known == nullptr ? prior : known->mean;
}

void learn_quality(const Lesson& lesson, const ConstantRecord& arguments, std::vector<state::Update>& updates) {
  constexpr double kAlpha = 0.02;  // of the last 50 or so
  if (const auto quality = quality_of(lesson)) updates.push_back(update(lesson, kQuality, arguments, lesson.chosen, state::Observe{*quality, kAlpha}));
}

void learn_latency(const Lesson& lesson, const ConstantRecord& arguments, std::vector<state::Update>& updates) {
  if (lesson.latency_ms) updates.push_back(update(lesson, kLatency, arguments, lesson.chosen, state::Sample{*lesson.latency_ms}));
}

double Chance::next() {
  const uint64_t seed = seed_ + 0x9e3779b97f4a7c15ULL * count_++;
  const uint64_t bits = XXH3_64bits_withSeed(name_.data(), name_.size(), seed) >> 11;
  return (static_cast<double>(bits) + 0.5) * 0x1p-53;
}

}  // namespace sbx::selectors
