// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/costs.h"

#include <algorithm>
#include <set>

#include "compiler/analysis/actions.h"
#include "compiler/analysis/fit.h"
#include "runtime/base/variant.h"
#include "runtime/engine/relevant.h"

namespace sbx::analysis {
namespace {

constexpr size_t kMostChoices = 6;  // candidates whose being taken away is looked at one by one

/// One place in the list of candidates: `calls` of these are asked.
struct Stage {
  std::vector<const Ask*> asks;
  size_t calls = 1;
};

std::vector<Stage> stages_of(const Outcome& outcome) {
  std::vector<Stage> stages;
  const auto all = [](const std::vector<Ask>& asks) {
    std::vector<const Ask*> pointers;
    for (const Ask& ask : asks) pointers.push_back(&ask);
    return pointers;
  };
  for (const Candidate& candidate : outcome.candidates) {
    std::visit(overloaded{
                   [&](const Ask& ask) {
                     stages.push_back({{&ask}, 1});
                   },
                   [&](const Selection& some) {
                     stages.push_back({all(some.among), some.up_to});
                   },
                   [&](const SplitChoice& split) {
                     stages.push_back({all(split.among), 1});
                   },
                   [](const auto&) {},
               },
               candidate.target);
  }
  return stages;
}

/// In millionths of a dollar for a million tokens, which are picodollars for one.
std::optional<int64_t> price(const std::optional<Decimal>& of) { return of ? scaled(*of, 6, Rounding::Up) : std::nullopt; }

/// The slot that bounds what is spent.
std::string_view slot_name(Spent spent) { return spent == Spent::Money ? "max_tokens" : "deadline"; }

Decimal without_zeros(Decimal number) {
  while (number.scale > 0 && number.digits % 10 == 0) number = {number.digits / 10, number.scale - 1};
  return number;
}

}  // namespace

/// A bound that rules set: those that set a smaller one must not fire.
struct Costs::Limit {
  std::optional<int64_t> value;
  std::vector<const Rule*> silent;
};

class Costs::Winner {
 public:
  Winner(const Costs& costs, Spent spent, std::optional<RouteId> winner) : costs_(costs), spent_(spent), winner_(winner) {
    const Outcome* outcome = outcome_of(costs.module_.manifest, winner);
    if (outcome == nullptr) return;
    stages_ = stages_of(*outcome);
    for (const Stage& stage : stages_) asks_.insert(asks_.end(), stage.asks.begin(), stage.asks.end());
    own_ = limit_of(outcome->actions);
  }

  std::vector<Expense> run() {
    std::vector<Expense> expenses;
    for (Part& part : parts()) expenses.push_back(std::move(part.expense));
    std::ranges::stable_sort(expenses, is_dearer);
    return expenses;
  }

  // The dearest part is halved until it is one class of tokens: of thousands of classes a dozen are asked about.
  std::optional<Expense> dearest(const std::function<bool(const Question&)>& is_possible) {
    std::vector<Part> heap = parts();
    const auto is_cheaper = [](const Part& a, const Part& b) { return is_dearer(b.expense, a.expense); };
    std::ranges::make_heap(heap, is_cheaper);
    while (!heap.empty()) {
      std::ranges::pop_heap(heap, is_cheaper);
      const Part part = std::move(heap.back());
      heap.pop_back();
      if (!is_possible(part.expense.question)) continue;
      const std::optional<int64_t> middle = middle_of(part.expense);
      if (!middle) return part.expense;
      for (const Interval tokens : {Interval{part.expense.least_tokens, *middle}, Interval{*middle + 1, part.expense.most_tokens}}) {
        std::optional<Expense> half = expense(part.limit, tokens, part.kept);
        if (!half) continue;
        heap.push_back({std::move(*half), part.limit, part.kept});
        std::ranges::push_heap(heap, is_cheaper);
      }
    }
    return std::nullopt;
  }

 private:
  struct Part {
    Expense expense;
    Limit limit;
    std::vector<bool> kept;
  };

  static bool is_dearer(const Expense& a, const Expense& b) { return a.is_bounded == b.is_bounded ? a.most > b.most : !a.is_bounded; }

  std::vector<Part> parts() const {
    std::vector<Part> parts;
    for (const Limit& limit : limits()) {
      for (const Interval tokens : segments()) {
        for (std::vector<bool>& kept : choices(tokens)) {
          std::optional<Expense> one = expense(limit, tokens, kept);
          if (one) parts.push_back({std::move(*one), limit, std::move(kept)});
        }
      }
    }
    return parts;
  }

  // The end of a class in the middle of those that an expense spans; nothing where it is one, or tokens cost nothing.
  std::optional<int64_t> middle_of(const Expense& expense) const {
    const std::optional<AxisId> axis = costs_.space_.axis_of(*costs_.tokens_);
    if (!axis || !expense.is_bounded || expense.per_token == 0) return std::nullopt;
    const std::vector<Interval>& classes = costs_.space_.axes()[*axis].classes;
    const auto first = std::ranges::lower_bound(classes, expense.least_tokens, {}, &Interval::hi);
    const auto last = std::ranges::lower_bound(classes, expense.most_tokens, {}, &Interval::hi);
    return first < last ? std::optional((first + (last - first - 1) / 2)->hi) : std::nullopt;
  }

  std::optional<int64_t> limit_of(const std::vector<Action>& actions) const {
    const Table<SlotId, Slot>& slots = costs_.module_.manifest.slots;
    for (size_t i = 0; i < slots.size(); ++i) {
      if (slots[slots.id_at(i)].name == slot_name(spent_)) return analysis::limit_of(slots.id_at(i), actions);
    }
    return std::nullopt;
  }

  // None first, then each that some rule sets.
  std::vector<Limit> limits() const {
    std::set<int64_t> values;
    std::vector<std::pair<int64_t, const Rule*>> rules;
    for (const Rule& rule : costs_.module_.manifest.rules) {
      const std::optional<int64_t> limit = limit_of(rule.actions);
      if (!limit) continue;
      rules.emplace_back(*limit, &rule);
      values.insert(*limit);
    }
    const auto silent_below = [&](int64_t value) {
      std::vector<const Rule*> silent;
      for (const auto& [limit, rule] : rules) {
        if (limit < value) silent.push_back(rule);
      }
      return silent;
    };
    std::vector<Limit> limits{{own_, silent_below(own_.value_or(INT64_MAX))}};
    for (const int64_t value : values) {
      if (!own_ || value < *own_) limits.push_back({value, silent_below(value)});
    }
    return limits;
  }

  // Cut where a model's window ends, and before the last class, which is as long as prompts can be: within one the most tokens cost the
  // most, and all have a bound or none has.
  std::vector<Interval> segments() const {
    const Range range = costs_.module_.manifest.leaves[*costs_.tokens_].range;
    std::set<int64_t> ends{range.high};
    for (const Ask* ask : asks_) {
      if (const auto& window = model(*ask).context_tokens) ends.insert(std::min(*window, range.high));
    }
    if (const std::optional<AxisId> axis = costs_.space_.axis_of(*costs_.tokens_)) {
      const int64_t last = costs_.space_.axes()[*axis].classes.back().lo;
      if (last > range.low) ends.insert(last - 1);
    }
    std::vector<Interval> segments;
    int64_t from = range.low;
    for (const int64_t end : ends) {
      segments.push_back({from, end});
      from = end + 1;
    }
    return segments;
  }

  // Which candidates are left: those that fit, all of them, or any of them where they are few.
  std::vector<std::vector<bool>> choices(Interval tokens) const {
    std::vector<bool> fitting;
    for (const Ask* ask : asks_) fitting.push_back(tokens.hi <= model(*ask).context_tokens.value_or(INT64_MAX));
    if (asks_.size() > kMostChoices) return {fitting};
    std::vector<std::vector<bool>> choices;
    for (uint32_t bits = 0; bits < (1U << asks_.size()); ++bits) {
      std::vector<bool> kept(asks_.size());
      bool fits = true;
      for (size_t i = 0; i < asks_.size(); ++i) {
        kept[i] = (bits >> i & 1) != 0;
        fits &= !kept[i] || fitting[i];
      }
      if (fits) choices.push_back(std::move(kept));
    }
    return choices;
  }

  // Nothing if a smaller limit is always in force.
  std::optional<Expense> expense(const Limit& limit, Interval tokens, const std::vector<bool>& kept) const {
    Expense expense{.least_tokens = tokens.lo, .most_tokens = tokens.hi, .question = question(kept)};
    for (const Rule* rule : limit.silent) {
      if (!costs_.attempts_.exclude(expense.question, rule->when, {.winner = winner_})) return std::nullopt;
    }
    expense.question.where = {{.leaf = *costs_.tokens_, .values = {tokens}, .unknown = false}};
    size_t index = 0;
    for (const Stage& stage : stages_) {
      std::vector<Call> calls;
      for (const Ask* ask : stage.asks) {
        if (!kept[index++]) continue;
        const std::optional<Call> one = call(spent_, model(*ask), tokens.hi, limit_at(*ask, limit));
        const bool has_window =
            spent_ == Spent::Time || model(*ask).context_tokens || tokens.hi < costs_.module_.manifest.leaves[*costs_.tokens_].range.high;
        expense.is_bounded &= one && has_window;
        if (!expense.unsaid && spent_ == Spent::Money) expense.unsaid = unsaid(model(*ask), one.has_value(), has_window);
        calls.push_back(one.value_or(Call{}));
      }
      std::ranges::sort(calls, std::ranges::greater{}, &Call::all);
      const size_t made = std::min(calls.size(), stage.calls);
      for (size_t i = 0; i < made; ++i) expense.most += calls[i].all;
      // With fewer tokens others may be the dearest: the cost falls no faster than that of those whose cost falls the slowest.
      std::ranges::sort(calls, {}, &Call::per_token);
      for (size_t i = 0; i < made; ++i) expense.per_token += calls[i].per_token;
    }
    return expense;
  }

  static std::optional<Unsaid> unsaid(const Model& model, bool is_bounded, bool has_window) {
    if (!model.price_in || !model.price_out) return Unsaid{&model, Unsaid::Field::Price};
    if (!is_bounded) return Unsaid{&model, Unsaid::Field::Output};
    return has_window ? std::nullopt : std::optional(Unsaid{&model, Unsaid::Field::Context});
  }

  // Rules that speak of models may bound one of them alone.
  std::optional<int64_t> limit_at(const Ask& ask, const Limit& limit) const {
    std::optional<int64_t> least = limit.value;
    for (const Rule& rule : costs_.module_.manifest.rules) {
      const std::optional<int64_t> of_rule = limit_of(rule.actions);
      const bool is_smaller = of_rule && *of_rule < least.value_or(INT64_MAX);
      if (is_smaller && !costs_.attempts_.any(rule.when, {.winner = winner_, .ask = &ask})) least = of_rule;
    }
    return least;
  }

  Question question(const std::vector<bool>& kept) const {
    Question question = winner_ ? costs_.contest_.wins(*winner_) : costs_.contest_.nobody();
    if (asks_.size() > kMostChoices) return question;
    for (const Attempt& attempt : costs_.attempts_.of(winner_)) {
      if (attempt.ask == nullptr) continue;
      const auto place = std::ranges::find(asks_, attempt.ask) - asks_.begin();
      if (kept[static_cast<size_t>(place)]) costs_.attempts_.keep(question, attempt);
    }
    return question;
  }

  const Model& model(const Ask& ask) const { return costs_.module_.manifest.models[ask.model]; }

  const Costs& costs_;
  Spent spent_;
  std::optional<RouteId> winner_;
  std::vector<Stage> stages_;
  std::vector<const Ask*> asks_;  // of all stages, in order
  std::optional<int64_t> own_;    // the limit that the winner itself sets
};

Decimal in_dollars(Amount cost) { return without_zeros({static_cast<int64_t>((cost + 999'999) / 1'000'000), 6}); }

Decimal in_milliseconds(Amount time) { return without_zeros({static_cast<int64_t>(time), 3}); }

Costs::Costs(const Module& module, const Space& space, const Contest& contest, const Attempts& attempts)
    : module_(module), space_(space), contest_(contest), attempts_(attempts), tokens_(fit_leaf(module.manifest, "tokens")) {}

std::vector<Expense> Costs::expenses(Spent spent, std::optional<RouteId> winner) const {
  if (!tokens_) return {{.is_bounded = false}};
  return Winner(*this, spent, winner).run();
}

std::optional<Expense> Costs::dearest(Spent spent, std::optional<RouteId> winner,
                                      const std::function<bool(const Question&)>& is_possible) const {
  if (!tokens_) return Expense{.is_bounded = false};
  return Winner(*this, spent, winner).dearest(is_possible);
}

std::optional<Costs::Call> Costs::call(Spent spent, const Model& model, int64_t tokens, std::optional<int64_t> limit) {
  if (spent == Spent::Time) return limit ? std::optional(Call{*limit, 0}) : std::nullopt;
  const std::optional<int64_t> in = price(model.price_in), out = price(model.price_out);
  if (!in || !out || (!limit && !model.output_tokens)) return std::nullopt;
  const int64_t output = std::min(limit.value_or(INT64_MAX), model.output_tokens.value_or(INT64_MAX));
  return Call{Amount{tokens} * *in + Amount{output} * *out, *in};
}

std::optional<Amount> Costs::of(Spent spent, const Decision& decision, int64_t tokens) const {
  Amount sum = 0;
  for (const sbx::Attempt& attempt : decision.attempts) {
    std::optional<int64_t> limit;
    for (const SlotValue& slot : attempt.slots) {
      const auto* value = std::get_if<Decimal>(&slot.value.value);
      if (value != nullptr && module_.manifest.slots[slot.slot].name == slot_name(spent)) limit = scaled(*value, 0, Rounding::Up);
    }
    const std::optional<Call> one = call(spent, module_.manifest.models[attempt.model], tokens, limit);
    if (!one) return std::nullopt;
    sum += one->all;
  }
  return sum;
}

}  // namespace sbx::analysis
