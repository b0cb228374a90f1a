// SPDX-License-Identifier: Apache-2.0
// A contest among models a, b, c with a label `topic`, and a store that lessons are learned into.
#pragma once

#include <doctest/doctest.h>

#include "runtime/selectors/selector.h"
#include "runtime/state/store.h"

namespace sbx::test {

inline NamedConstant argument(std::string name, const char* word) { return {std::move(name), Constant{std::string(word)}}; }
inline NamedConstant argument(std::string name, Decimal number) { return {std::move(name), Constant{number}}; }

struct Contestants {
  Manifest manifest;
  std::vector<Reading> readings;
  Request request;
  std::unique_ptr<state::Store> store = state::memory_store();
  std::shared_ptr<const state::Snapshot> snapshot;

  explicit Contestants(int models = 3) {
    manifest.name = "p";
    for (int i = 0; i < models; ++i) {
      manifest.models.add({.name = std::string(1, static_cast<char>('a' + i)), .output_tokens = 1'000, .price_in = Decimal{i + 1, 0}, .price_out = Decimal{i + 1, 0}});
    }
    manifest.signals.add({.name = "topic", .type = {TypeKind::Label, {"math", "law"}, {}}});
    manifest.signals.add({.name = "hard", .type = {TypeKind::Probability}});
    readings.resize(2);
  }
  void topic(const char* label) { readings[0] = {.state = ReadingState::Known, .value = std::string(label), .confidence = 800'000}; }
  void hard(int64_t millionths) { readings[1] = {.state = ReadingState::Known, .value = millionths}; }

  Contest contest(uint64_t seed = 0) {
    snapshot = store->snapshot();
    Contest contest{.prompt_tokens = 1'000, .seed = seed, .request = &request, .manifest = &manifest, .readings = readings, .state = snapshot.get()};
    for (const Model& model : manifest.models) contest.contenders.push_back(&model);
    return contest;
  }
  std::vector<int64_t> scores(const std::string& name, const ConstantRecord& arguments, uint64_t seed = 0) {
    const Contest now = contest(seed);
    std::vector<int64_t> scores(now.contenders.size());
    find_selector(name)->score(now, arguments, scores);
    return scores;
  }
  /// What one selector teaches the store.
  void learn(const std::string& name, const ConstantRecord& arguments, Lesson lesson) {
    lesson.manifest = &manifest;
    lesson.readings = readings;
    for (const Model& model : manifest.models) lesson.contenders.push_back(model.name);
    std::vector<state::Update> updates;
    find_selector(name)->learn(lesson, arguments, updates);
    REQUIRE(store->apply(updates).ok());
  }
};

inline double millionths(int64_t score) { return static_cast<double>(score) / 1e6; }
constexpr double kTight = 1e-6;

}  // namespace sbx::test
