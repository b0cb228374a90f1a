// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/expenses.h"

#include <algorithm>

#include "runtime/engine/spending.h"
#include "runtime/selectors/selector.h"

namespace sbx::gateway {

namespace {

/// The output that an answer may have; nothing: nobody says.
std::optional<int64_t> most_output(const Manifest& manifest, const Request& request, const Attempt& attempt) {
  if (request.dialect == Dialect::Embeddings) return 0;
  std::optional<int64_t> most = manifest.models[attempt.model].output_tokens;
  const auto bound = [&](int64_t tokens) { most = std::min(most.value_or(tokens), std::max<int64_t>(0, tokens)); };
  if (request.max_tokens) bound(*request.max_tokens);
  for (const SlotValue& slot : attempt.slots) {
    const auto* limit = std::get_if<Decimal>(&slot.value.value);
    if (limit == nullptr || manifest.slots[slot.slot].name != "max_tokens") continue;
    if (const auto tokens = scaled(*limit, 0, Rounding::Up)) bound(*tokens);
  }
  return most;
}

/// Pictures and sounds are more than their bytes say.
bool has_media(const Request& request) { return request.images > 0 || request.audio > 0; }

}  // namespace

std::optional<int64_t> worst_cost(const Manifest& manifest, const Request& request, const Attempt& attempt, size_t body_bytes, int64_t answers) {
  const Model& model = manifest.models[attempt.model];
  const auto bytes = static_cast<int64_t>(body_bytes);
  if (has_media(request) && !model.context_tokens) return std::nullopt;
  const int64_t prompt = has_media(request) ? *model.context_tokens : std::min(bytes, model.context_tokens.value_or(bytes));
  const std::optional<int64_t> output = most_output(manifest, request, attempt);
  int64_t all_output = 0;
  if (!output || __builtin_mul_overflow(*output, std::max<int64_t>(1, answers), &all_output)) return std::nullopt;
  return call_cost(model, prompt, all_output);
}

std::optional<int64_t> cost_of(const Model& model, const observe::Usage& usage) {
  if (!model.price_in || !model.price_out || !usage.input_tokens || !usage.output_tokens) return std::nullopt;
  // Dollars per million tokens are millionths of a dollar a token.
  const std::optional<Decimal> in = multiply(*model.price_in, *usage.input_tokens), out = multiply(*model.price_out, *usage.output_tokens);
  if (!in || !out) return std::nullopt;
  const std::optional<int64_t> for_in = scaled(*in, 0, Rounding::Up), for_out = scaled(*out, 0, Rounding::Up);
  if (!for_in || !for_out) return std::nullopt;
  return *for_in + *for_out;
}

void Expenses::begin(std::string policy, std::vector<signals::BudgetUse> budgets) {
  policy_ = std::move(policy);
  budgets_ = std::move(budgets);
}

state::Update Expenses::update(const signals::BudgetUse& budget, state::Operation operation) const {
  return {policy_, budget_state(budget), budget_key(budget), "", std::move(operation)};
}

http::Task<bool> Expenses::hold(std::optional<int64_t> worst) {
  worst_ = worst;
  std::vector<state::Update> holds;
  std::vector<std::string> names;
  for (const signals::BudgetUse& budget : budgets_) {
    if (!budget.strict) continue;
    if (!worst || !budget.is_known) {
      refusal_ = "the budget `" + budget.name + "` is strict, and nothing says " + (worst ? "whose it is" : "what this call can cost");
      co_return false;
    }
    names.push_back(budget.name);
    holds.push_back(update(budget, state::Hold{*worst, budget.limit_micros.value_or(0), budget.window_us}));
  }
  bool held = true;
  const std::function<void()> taking = [&] { held = take(holds, names); };
  if (!holds.empty() && store_.waits()) co_await aside_.run(taking);
  if (!holds.empty() && !store_.waits()) taking();
  open_ = held;
  co_return held;
}

// What was held and could not be kept is given back.
bool Expenses::take(const std::vector<state::Update>& holds, const std::vector<std::string>& names) {
  const Result<state::Applied> applied = store_.apply(holds);
  if (applied && applied->refused) {
    refusal_ = "the budget `" + names[*applied->refused] + "` has not enough left for this call";
    return false;
  }
  if (applied && store_.sync(applied->ticket)) return true;
  refusal_ = "the budget `" + names.front() + "` is strict, and what is spent cannot be kept now";
  if (!applied) return false;
  std::vector<state::Update> back = holds;
  for (state::Update& one : back) {
    const state::Hold hold = std::get<state::Hold>(one.operation);
    one.operation = state::Settle{hold.amount, 0, hold.window_us};
  }
  static_cast<void>(store_.apply(back));
  return false;
}

void Expenses::settle(std::optional<int64_t> spent) {
  if (!std::exchange(open_, false)) return;
  std::vector<state::Update> updates;
  for (const signals::BudgetUse& budget : budgets_) {
    if (!budget.is_known) continue;
    const state::Settle settle{budget.strict ? worst_.value_or(0) : 0, spent ? *spent : worst_.value_or(0), budget.window_us};
    if (settle.held != 0 || settle.spent != 0) updates.push_back(update(budget, settle));
  }
  if (updates.empty()) return;
  const auto book = [&store = store_, updates = std::move(updates)] {
    static_cast<void>(store.apply(updates));  // where it cannot be told, a hold stays held, and the store says what is wrong
  };
  store_.waits() ? aside_.post(book) : book();
}

}  // namespace sbx::gateway
