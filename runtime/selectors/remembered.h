// SPDX-License-Identifier: Apache-2.0
// What selectors that learn have in common: their arguments, where what they remember stands, chance by a seed.
#pragma once

#include <cmath>
#include <string>
#include <string_view>

#include "runtime/selectors/selector.h"
#include "runtime/state/store.h"

namespace sbx::selectors {

/// An argument as a number; a duration is in microseconds, money in dollars.
[[nodiscard]] double number(const ConstantRecord& arguments, std::string_view name, double otherwise);
/// An argument as a word; empty where it is none, or the word `none`.
[[nodiscard]] std::string_view word(const ConstantRecord& arguments, std::string_view name);
/// The words of an argument that is a word or a list of them.
[[nodiscard]] std::vector<std::string_view> words(const ConstantRecord& arguments, std::string_view name);

/// A score in millionths; what is beyond all scores is the largest that is none of exclusion.
[[nodiscard]] int64_t to_score(double value);

/// The key under `per:`: what each signal reads, `?` where it is not known.
[[nodiscard]] std::string state_key(const Manifest* manifest, std::span<const Reading> readings, const ConstantRecord& arguments);

/// Where a selector's memory stands for one contest.
class Memory {
 public:
  Memory(const Contest& contest, std::string_view kind, const ConstantRecord& arguments);
  /// Null: nothing is known of it.
  template <class Kind>
  [[nodiscard]] const Kind* of(const std::string& member) const {
    if (cells_ == nullptr) return nullptr;
    const auto found = cells_->find(member);
    return found == cells_->end() ? nullptr : std::get_if<Kind>(&found->second);
  }

 private:
  const state::Cells* cells_ = nullptr;
};

/// A change of what one member of a memory of this kind remembers, for the key of the lesson.
[[nodiscard]] state::Update update(const Lesson& lesson, std::string_view kind, const ConstantRecord& arguments, std::string member,
                                   state::Operation operation);
/// How good the answer was; one that failed is worth nothing. Nothing: the lesson does not say.
[[nodiscard]] std::optional<double> quality_of(const Lesson& lesson);

// Memories that several selectors share, so that each learns from what any of them chose.
inline constexpr std::string_view kQuality = "quality", kLatency = "latency";
/// How good a model has been: the average quality under the key, or what `prior` says where nothing is known.
[[nodiscard]] double expected_quality(const Memory& memory, const Model& model, double prior);
/// Teaches both.
void learn_quality(const Lesson& lesson, const ConstantRecord& arguments, std::vector<state::Update>& updates);
void learn_latency(const Lesson& lesson, const ConstantRecord& arguments, std::vector<state::Update>& updates);

/// Numbers in (0, 1) that follow from a seed and a name alone.
class Chance {
 public:
  Chance(uint64_t seed, std::string_view name) : seed_(seed), name_(name) {}
  [[nodiscard]] double next();

 private:
  uint64_t seed_, count_ = 0;
  std::string_view name_;
};

}  // namespace sbx::selectors
