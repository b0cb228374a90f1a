// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/eval_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/learn/bootstrap.h"
#include "runtime/learn/equivalence.h"

namespace sbx::driver {
namespace {

using learn::Choice;
using learn::Interval;
using learn::OutcomeFigures;

constexpr size_t kCurveDraws = 300;  // of whole curves, which cost more than means

double rounded(double value) { return std::round(value * 1e6) / 1e6 + 0.0; }
Json number(const std::optional<double>& value) { return value ? Json(rounded(*value)) : Json(nullptr); }
/// Costs are small: nine places.
Json dollars(const std::optional<double>& value) { return value ? Json(std::round(*value * 1e9) / 1e9) : Json(nullptr); }
Json pair(const Interval& interval) { return {rounded(interval.low), rounded(interval.high)}; }

Json figures_json(const learn::Arena& arena, const OutcomeFigures& figures) {
  Json share = Json::object();
  for (size_t i = 0; i < arena.candidates.size(); ++i) share[arena.table->models[arena.candidates[i]]] = rounded(figures.share[i]);
  return {{"quality", rounded(figures.quality)},
          {"cost_usd", dollars(figures.cost_usd)},
          {"latency_ms", number(figures.latency_ms)},
          {"regret", rounded(figures.regret)},
          {"share", std::move(share)},
          {"share_none", rounded(figures.share_none)},
          {"apgr", number(figures.apgr)},
          {"cpt50", number(figures.cpt50)},
          {"cpt80", number(figures.cpt80)},
          {"trajectory_pass", number(figures.trajectory_pass)}};
}

Json apgr_interval(const learn::Arena& arena, const std::vector<Choice>& choices, uint64_t seed) {
  if (arena.candidates.size() != 2 || !learn::quality_curve(arena, choices).apgr()) return nullptr;
  const auto apgr = [&](std::span<const size_t> sample) { return learn::quality_curve(arena, choices, sample).apgr().value_or(0); };
  return pair(learn::interval_of(arena.rows.size(), apgr, {.draws = kCurveDraws, .seed = seed}));
}

Json intervals_json(const learn::Arena& arena, const std::vector<Choice>& choices, const learn::Scored& scored, uint64_t seed) {
  const auto of = [&](const std::vector<double>& values) { return values.empty() ? Json(nullptr) : pair(learn::interval(values, {.seed = seed})); };
  std::vector<double> passed(scored.passed.begin(), scored.passed.end());
  return {{"quality", of(scored.quality)}, {"cost_usd", of(scored.cost_usd)},           {"latency_ms", of(scored.latency_ms)},
          {"regret", of(scored.regret)},   {"apgr", apgr_interval(arena, choices, seed)}, {"trajectory_pass", of(passed)}};
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

/// How much better the policy is than another on the same rows.
Json difference_json(const learn::Scored& policy, const learn::Scored& other, uint64_t seed) {
  return {{"quality", rounded(mean(policy.quality) - mean(other.quality))},
          {"interval", pair(learn::paired_interval(policy.quality, other.quality, {.seed = seed}))}};
}

Json off_policy_json(const learn::OffPolicyValue& value) {
  const auto of = [](const learn::Estimate& estimate) { return pair({estimate.low, estimate.high}); };
  return {{"ips", rounded(value.ips.value)},
          {"snips", rounded(value.snips.value)},
          {"dr", rounded(value.doubly_robust.value)},
          {"interval", of(value.doubly_robust)},
          {"ips_interval", of(value.ips)},
          {"snips_interval", of(value.snips)},
          {"overlap", rounded(value.effective_share)},
          {"matched", rounded(value.matched)},
          {"smallest_propensity", rounded(value.smallest_propensity)}};
}

std::string line(const std::string& name, const OutcomeFigures& figures) {
  const auto field = [](const std::optional<double>& value, const char* format) {
    return value ? fmt::format(fmt::runtime(format), *value) : std::string("-");
  };
  return fmt::format("{:12} {:>8.4f} {:>8.4f} {:>12} {:>10} {:>7} {:>7} {:>7} {:>8}\n", name, figures.quality, figures.regret,
                     field(figures.cost_usd, "{:.6f}"), field(figures.latency_ms, "{:.0f}"), field(figures.apgr, "{:.3f}"),
                     field(figures.cpt50, "{:.3f}"), field(figures.cpt80, "{:.3f}"), field(figures.trajectory_pass, "{:.4f}"));
}

}  // namespace

Json EvalReport::json() const {
  const learn::Arena& arena = evaluation.arena;
  const size_t rows = arena.rows.size();
  Json json = {{"rows", rows}, {"skipped", data.table.rows.size() - rows}, {"folds", evaluation.folds.count},
               {"strong", arena.table->models[arena.strong]}, {"weak", arena.table->models[arena.weak]}, {"policy", nullptr}, {"interval", nullptr},
               {"baselines", Json::object()}, {"against", nullptr}, {"off_policy", nullptr}};
  for (const char* name : {"best_single", "cheapest", "random", "oracle", "knn"}) json["baselines"][name] = nullptr;
  if (evaluation.off_policy) json["off_policy"] = off_policy_json(*evaluation.off_policy);
  if (rows == 0) return json;
  const learn::Scored policy = learn::score(arena, evaluation.choices);
  json["policy"] = figures_json(arena, learn::figures(arena, evaluation.choices, policy));
  json["interval"] = intervals_json(arena, evaluation.choices, policy, seed);
  for (const learn::Baseline& baseline : evaluation.baselines) {
    const learn::Scored scored = learn::score(arena, baseline.choices);
    Json& made = json["baselines"][baseline.name] = figures_json(arena, learn::figures(arena, baseline.choices, scored));
    made["difference"] = difference_json(policy, scored, seed);
  }
  if (evaluation.against) {
    const learn::Scored other = learn::score(arena, *evaluation.against);
    const Json difference = difference_json(policy, other, seed);
    json["against"] = {{"policy", figures_json(arena, learn::figures(arena, *evaluation.against, other))},
                       {"difference", difference["quality"]},
                       {"interval", difference["interval"]},
                       {"margin", margin},
                       {"equivalent", learn::is_equivalent(policy.quality, other.quality, margin, seed)}};
  }
  return json;
}

std::string EvalReport::text() const {
  const learn::Arena& arena = evaluation.arena;
  std::string text = fmt::format("{} rows, {} skipped, {} candidates", arena.rows.size(), data.table.rows.size() - arena.rows.size(), arena.candidates.size());
  if (evaluation.folds.count > 0) text += fmt::format(", {} folds", evaluation.folds.count);
  text += "\n";
  if (!arena.rows.empty()) {
    text += fmt::format("{:12} {:>8} {:>8} {:>12} {:>10} {:>7} {:>7} {:>7} {:>8}\n", "", "quality", "regret", "cost_usd", "latency_ms", "apgr", "cpt50",
                        "cpt80", "traj");
    const auto add = [&](const std::string& name, const std::vector<Choice>& choices) {
      text += line(name, learn::figures(arena, choices, learn::score(arena, choices)));
    };
    add("policy", evaluation.choices);
    if (evaluation.against) add("against", *evaluation.against);
    for (const learn::Baseline& baseline : evaluation.baselines) add(baseline.name, baseline.choices);
    const learn::Scored policy = learn::score(arena, evaluation.choices);
    for (const learn::Baseline& baseline : evaluation.baselines) {
      if (baseline.name != "best_single") continue;
      const learn::Scored best = learn::score(arena, baseline.choices);
      const Interval interval = learn::paired_interval(policy.quality, best.quality, {.seed = seed});
      text += fmt::format("over the best single model: {:+.4f} [{:+.4f}, {:+.4f}]\n", mean(policy.quality) - mean(best.quality), interval.low, interval.high);
    }
  }
  if (const auto& value = evaluation.off_policy) {
    text += fmt::format("off policy: ips {:.4f} [{:.4f}, {:.4f}]  dr {:.4f} [{:.4f}, {:.4f}]  overlap {:.3f}\n", value->ips.value, value->ips.low,
                        value->ips.high, value->doubly_robust.value, value->doubly_robust.low, value->doubly_robust.high, value->effective_share);
  }
  return text;
}

std::string EvalReport::choices_csv() const {
  const auto quoted = [](const std::string& field) {
    if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
    std::string made = "\"";
    for (const char c : field) made += c == '"' ? "\"\"" : std::string(1, c);
    return made + "\"";
  };
  std::string csv = "id,model,score\n";
  for (size_t i = 0; i < evaluation.choices.size(); ++i) {
    const Choice& choice = evaluation.choices[i];
    csv += quoted(data.table.rows[evaluation.arena.rows[i]].id) + "," + (choice.model ? quoted(data.table.models[*choice.model]) : "") + "," +
           fmt::format("{:.6f}", choice.score) + "\n";
  }
  return csv;
}

}  // namespace sbx::driver
