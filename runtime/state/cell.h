// SPDX-License-Identifier: Apache-2.0
// What can be remembered of outcomes, one small value each, and the only ways in which each changes. Plain data, no clock of its own.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace sbx::state {

/// What was used and what is held within one window of time, in whole units (micro-dollars of a budget).
struct Counter { int64_t used = 0, held = 0, window_us = 0; };
/// An exponential moving average.
struct Ema { double mean = 0; int64_t n = 0; };
/// The last samples, in a ring.
struct Quantile { std::vector<double> last; uint32_t next = 0; };
/// Successes and failures, with a prior of one each.
struct Beta { double alpha = 1, beta = 1; };
/// Mean and squared deviations in one pass (Welford 1962).
struct Welford { int64_t n = 0; double mean = 0, m2 = 0; };
/// An arm of a bandit: rewards, and attempts that came to nothing.
struct Ucb { Welford reward; int64_t fails = 0; };
struct Elo { double rating = 1500; int64_t n = 0; };
struct Pheromone { double tau = 1; };
/// Texts, each until a time.
struct Marks { std::map<std::string, int64_t, std::less<>> until_us; };
/// Failures in a row, and until when nobody tries again.
struct Breaker { int64_t failures = 0, open_until_us = 0; };
/// Of LinUCB: the matrix (row by row) and the vector of a ridge regression; empty: the identity and zero.
struct Ridge { uint32_t dimension = 0; std::vector<double> a, b; };
/// The price of one unit of overspending.
struct Dual { double lambda = 0; };

using Cell = std::variant<Counter, Ema, Quantile, Beta, Welford, Ucb, Elo, Pheromone, Marks, Breaker, Ridge, Dual>;

// Each operation names the cell that it changes. Where a cell is of another kind, it begins anew.

/// Takes `amount` out of `most` until it is settled; refused if used + held + amount > most. A later window begins with nothing used.
struct Hold { using Of = Counter; int64_t amount = 0, most = 0, window_us = 0; };
/// Gives back what was held and books what was spent; of a window that is over nothing is left to book.
struct Settle { using Of = Counter; int64_t held = 0, spent = 0, window_us = 0; };
/// mean <- mean + max(alpha, 1/n) (value - mean): the plain mean until there are 1/alpha values.
struct Observe { using Of = Ema; double value = 0, alpha = 0.1; };
struct Sample { using Of = Quantile; double value = 0; uint32_t most = 256; };
/// alpha += quality, beta += 1 - quality; what lies further back than `window` trials fades (both are scaled down to it); 0: nothing fades.
struct Trial { using Of = Beta; double quality = 0; double window = 0; };
struct Measure { using Of = Welford; double value = 0; };
/// A reward, or an attempt that failed.
struct Visit { using Of = Ucb; double reward = 0; bool failed = false; };
/// R <- R + k (score - 1 / (1 + 10^((other - R) / 400))) for this cell, the mirror of it for `against` (Elo 1978).
struct Match { using Of = Elo; std::string against; double score = 0.5, k = 32, initial = 1500; };
/// tau <- max(floor, (1 - rho) tau + deposit) (AMRO-S, arXiv:2603.12933; deposit = w Q / (f + eps)).
struct Reinforce { using Of = Pheromone; double rho = 0.1, deposit = 0, floor = 0.01; };
/// Keeps a text until a time; beyond `most`, those that end first go.
struct Mark { using Of = Marks; std::string text; int64_t until_us = 0, now_us = 0; uint32_t most = 10'000; };
/// After `most` failures in a row it is open for `open_us`; a success closes it.
struct Report { using Of = Breaker; bool good = true; int64_t most = 5, open_us = 10'000'000, now_us = 0; };
/// A <- A + x x', b <- b + reward x (LinUCB, arXiv:1003.0146).
struct Fit { using Of = Ridge; std::vector<double> x; double reward = 0; };
/// lambda <- max(0, lambda + eta (spent - allowed)).
struct Price { using Of = Dual; double spent = 0, allowed = 0, eta = 0.1; };

using Operation = std::variant<Hold, Settle, Observe, Sample, Trial, Measure, Visit, Match, Reinforce, Mark, Report, Fit, Price>;

/// The cells of one entry by member: a model, or `model` and more; one that has no members has the member "".
using Cells = std::map<std::string, Cell, std::less<>>;

/// Carries out one operation on a member. False: a hold that was refused, and nothing has changed.
[[nodiscard]] bool carry_out(Cells& cells, const std::string& member, const Operation& operation);
/// The members that an operation changes.
[[nodiscard]] std::vector<std::string> changed_members(const std::string& member, const Operation& operation);

/// The sample that a share `p` of the last ones does not exceed, interpolated between neighbours; 0 without samples.
[[nodiscard]] double quantile(const Quantile& samples, double p);

/// One line that reads back as the same bits: `beta 12.5 3`.
[[nodiscard]] std::string encode(const Cell& cell);
/// False if it is no such line.
[[nodiscard]] bool decode(std::string_view line, Cell& cell);

}  // namespace sbx::state
