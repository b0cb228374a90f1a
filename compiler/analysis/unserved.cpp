// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/unserved.h"

#include <algorithm>

#include "compiler/analysis/slot_values.h"

namespace sbx::analysis {
namespace {

constexpr size_t kMostWays = 256;

std::optional<SlotId> find_slot(const Manifest& manifest, std::string_view name) {
  for (size_t i = 0; i < manifest.slots.size(); ++i) {
    if (manifest.slots[manifest.slots.id_at(i)].name == name) return manifest.slots.id_at(i);
  }
  return std::nullopt;
}

/// What a leaf reads where it does not read what is needed.
Need other_than(const Need& need, Range range) {
  Need other{.leaf = need.leaf, .values = {}, .unknown = false};
  int64_t next = range.low;
  for (const Interval& one : need.values) {
    if (one.lo > next) other.values.push_back({next, one.lo - 1});
    if (one.hi == INT64_MAX) return other;
    next = std::max(next, one.hi + 1);
  }
  if (next <= range.high) other.values.push_back({next, range.high});
  return other;
}

/// What both need of one leaf.
std::vector<Interval> common(const std::vector<Interval>& these, const std::vector<Interval>& those) {
  std::vector<Interval> both;
  for (const Interval& one : these) {
    for (const Interval& other : those) {
      if (std::max(one.lo, other.lo) <= std::min(one.hi, other.hi)) both.push_back({std::max(one.lo, other.lo), std::min(one.hi, other.hi)});
    }
  }
  return both;
}

/// Both answered by one request; nothing where they want different readings of one leaf.
std::optional<Question> both(Question question, const Question& other) {
  question.some.insert(question.some.end(), other.some.begin(), other.some.end());
  question.none.insert(question.none.end(), other.none.begin(), other.none.end());
  for (const Need& need : other.where) {
    const auto same = std::ranges::find(question.where, need.leaf, &Need::leaf);
    if (same == question.where.end()) {
      question.where.push_back(need);
      continue;
    }
    same->values = common(same->values, need.values);
    if (same->values.empty()) return std::nullopt;
  }
  return question;
}

class Misses {
 public:
  Misses(const Study& study, const Attempt& attempt) : study_(study), manifest_(study.module.manifest), attempt_(attempt) {}

  std::vector<Question> all() && {
    if (const auto* selection = std::get_if<Selection>(&attempt_.candidate->target); selection && selection->or_none) misses_.emplace_back();
    for (const Rule& rule : manifest_.rules) {
      if (rule.narrowing) add_narrowed(rule.when, rule.actions);
    }
    add_narrowed({Condition{}}, attempt_.outcome->actions);
    add_unfit();
    for (Question& way : ways_to_reason(study_, attempt_, false)) misses_.push_back(std::move(way));
    return std::move(misses_);
  }

 private:
  // The rule fires, and keeps not the model.
  void add_narrowed(const std::vector<Condition>& when, const std::vector<Action>& actions) {
    for (const Action& action : actions) {
      const auto* narrowing = std::get_if<NarrowModels>(&action);
      if (narrowing == nullptr) continue;
      Question question;
      if (study_.attempts.require(question, when, attempt_) &&
          study_.attempts.exclude(question, narrowing->keep[attempt_.ask->model.index], attempt_))
        misses_.push_back(std::move(question));
    }
  }

  void add_unfit() {
    const Model& model = manifest_.models[attempt_.ask->model];
    for (const Serves& limit : limits_of(manifest_, model)) {
      if (limit.of != Capability::Context) add_where(other_than(limit.need, manifest_.leaves[limit.need.leaf].range));
    }
    // Whether rules leave any of the tools that are offered, the decision tells.
    const std::optional<LeafId> tools = model.tools ? std::nullopt : fit_leaf(manifest_, "tools.count");
    if (tools) add_where({.leaf = *tools, .values = {{1, manifest_.leaves[*tools].range.high}}, .unknown = false});
  }

  void add_where(Need need) {
    if (!need.values.empty()) misses_.push_back({{}, {}, {std::move(need)}});
  }

  const Study& study_;
  const Manifest& manifest_;
  const Attempt& attempt_;
  std::vector<Question> misses_;
};

}  // namespace

std::vector<Question> ways_to_reason(const Study& study, const Attempt& attempt, bool fits) {
  const Manifest& manifest = study.module.manifest;
  const std::optional<SlotId> slot = find_slot(manifest, "reasoning");
  const std::vector<std::string>& modes = manifest.models[attempt.ask->model].reasoning;
  if (!slot || modes.empty()) return fits ? std::vector{study.attempts.reached(attempt)} : std::vector<Question>{};
  std::vector<Question> ways;
  for (const std::string& mode : manifest.slots[*slot].type.members) {
    const bool does = mode == "off" || std::ranges::find(modes, mode) != modes.end();
    if (does != fits) continue;
    for (Question& way : ways_to(study, {{*slot, Constant{mode}}}, attempt)) ways.push_back(std::move(way));
  }
  return ways;
}

std::optional<std::vector<Question>> ways_to_be_unserved(const Study& study, std::optional<RouteId> winner) {
  const std::span<const Attempt> attempts = study.attempts.of(winner);
  if (attempts.empty() || attempts.front().ask == nullptr) return std::vector<Question>{};
  std::vector<Question> ways{winner ? study.contest.wins(*winner) : study.contest.nobody()};
  for (const Attempt& attempt : attempts) {
    std::vector<Question> longer;
    for (const Question& miss : Misses(study, attempt).all()) {
      for (const Question& way : ways) {
        if (std::optional<Question> together = both(way, miss)) longer.push_back(std::move(*together));
      }
      if (longer.size() > kMostWays) return std::nullopt;
    }
    ways = std::move(longer);
  }
  return ways;
}

}  // namespace sbx::analysis
