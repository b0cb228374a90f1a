// SPDX-License-Identifier: Apache-2.0
// How each cell changes. The formulas stand in cell.h.
#include <algorithm>
#include <cmath>

#include "runtime/base/variant.h"
#include "runtime/state/cell.h"

namespace sbx::state {

namespace {

template <class Kind>
Kind& cell_of(Cells& cells, const std::string& member) {
  Cell& cell = cells[member];
  if (!std::holds_alternative<Kind>(cell)) cell = Kind{};
  return std::get<Kind>(cell);
}

void change(Welford& to, const Measure& measure) {
  ++to.n;
  const double before = measure.value - to.mean;
  to.mean += before / static_cast<double>(to.n);
  to.m2 += before * (measure.value - to.mean);
}

void change(Ucb& to, const Visit& visit) {
  if (visit.failed) {
    ++to.fails;
  } else {
    change(to.reward, Measure{visit.reward});
  }
}

void change(Ema& to, const Observe& observe) {
  ++to.n;
  to.mean += std::max(observe.alpha, 1 / static_cast<double>(to.n)) * (observe.value - to.mean);
}

void change(Pheromone& to, const Reinforce& by) { to.tau = std::max(by.floor, (1 - by.rho) * to.tau + by.deposit); }

void change(Dual& to, const Price& price) { to.lambda = std::max(0.0, to.lambda + price.eta * (price.spent - price.allowed)); }

void change(Quantile& to, const Sample& sample) {
  if (to.last.size() < sample.most) {
    to.last.push_back(sample.value);
    return;
  }
  to.next %= to.last.size();
  to.last[to.next++] = sample.value;
}

void change(Beta& to, const Trial& trial) {
  to.alpha += trial.quality;
  to.beta += 1 - trial.quality;
  const double seen = to.alpha + to.beta - 2;  // without the prior
  if (trial.window <= 0 || seen <= trial.window) return;
  const double kept = trial.window / seen;
  to.alpha = 1 + (to.alpha - 1) * kept;
  to.beta = 1 + (to.beta - 1) * kept;
}

void play(Elo& one, Elo& other, const Match& match) {
  if (one.n == 0) one.rating = match.initial;
  if (other.n == 0) other.rating = match.initial;
  const double expected = 1 / (1 + std::pow(10, (other.rating - one.rating) / 400));
  const double change = match.k * (match.score - expected);
  one.rating += change;
  other.rating -= change;
  ++one.n;
  ++other.n;
}

void change(Marks& to, const Mark& mark) {
  std::erase_if(to.until_us, [&](const auto& kept) { return kept.second <= mark.now_us; });
  to.until_us[mark.text] = mark.until_us;
  while (to.until_us.size() > mark.most)
    to.until_us.erase(std::ranges::min_element(to.until_us, {}, [](const auto& kept) { return std::pair(kept.second, kept.first); }));
}

void change(Breaker& to, const Report& report) {
  to.failures = report.good ? 0 : to.failures + 1;
  to.open_until_us = to.failures >= report.most ? report.now_us + report.open_us : 0;
}

void change(Ridge& to, const Fit& fit) {
  const auto d = static_cast<uint32_t>(fit.x.size());
  if (to.dimension != d) {
    to = {.dimension = d, .a = std::vector<double>(size_t{d} * d), .b = std::vector<double>(d)};
    for (size_t i = 0; i < d; ++i) to.a[i * d + i] = 1;
  }
  for (size_t i = 0; i < d; ++i) {
    for (size_t j = 0; j < d; ++j) to.a[i * d + j] += fit.x[i] * fit.x[j];
    to.b[i] += fit.reward * fit.x[i];
  }
}

/// What is held when a new window begins was held in the old one.
void open_window(Counter& counter, int64_t window_us) {
  if (window_us > counter.window_us) counter = {.window_us = window_us};
}

bool hold(Cells& cells, const std::string& member, const Hold& hold) {
  const auto found = cells.find(member);
  const auto* known = found == cells.end() ? nullptr : std::get_if<Counter>(&found->second);
  Counter counter = known != nullptr ? *known : Counter{};
  open_window(counter, hold.window_us);
  if (hold.amount > hold.most - counter.used - counter.held) return false;
  counter.held += hold.amount;
  cells[member] = counter;
  return true;
}

void change(Counter& counter, const Settle& settle) {
  open_window(counter, settle.window_us);
  if (settle.window_us < counter.window_us) return;
  counter.held -= std::min(counter.held, settle.held);
  counter.used += settle.spent;
}

}  // namespace

bool carry_out(Cells& cells, const std::string& member, const Operation& operation) {
  return std::visit(overloaded{
                        [&](const Hold& of) { return hold(cells, member, of); },
                        [&](const Match& of) {
                          play(cell_of<Elo>(cells, member), cell_of<Elo>(cells, of.against), of);
                          return true;
                        },
                        [&](const auto& of) {
                          change(cell_of<typename std::remove_cvref_t<decltype(of)>::Of>(cells, member), of);
                          return true;
                        },
                    },
                    operation);
}

std::vector<std::string> changed_members(const std::string& member, const Operation& operation) {
  const auto* match = std::get_if<Match>(&operation);
  return match == nullptr ? std::vector{member} : std::vector{member, match->against};
}

double quantile(const Quantile& samples, double p) {
  if (samples.last.empty()) return 0;
  std::vector<double> sorted = samples.last;
  std::ranges::sort(sorted);
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace sbx::state
