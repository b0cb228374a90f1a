// SPDX-License-Identifier: Apache-2.0
// What calls cost budgets: at most what is allowed, whatever the threads do; and by the periods of the clock.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "runtime/engine/spending.h"
#include "runtime/gateway/expenses.h"
#include "runtime/http/loop.h"

namespace sbx::gateway {
namespace {

signals::BudgetUse budget(bool strict, int64_t limit) {
  return {.name = "spend", .is_known = true, .key = {"team"}, .limit_micros = limit, .window_us = 7, .strict = strict};
}

int64_t spent(const state::Store& store, bool held) {
  const auto snapshot = store.snapshot();
  const auto* counter = snapshot->find<state::Counter>({"p", "budget spend", "team"}, "");
  return counter == nullptr ? 0 : held ? counter->held : counter->used;
}

/// Runs what a request does, on a loop of its own.
void on_a_loop(const std::function<http::Task<void>()>& work) {
  http::Loop loop;
  loop.spawn([&]() -> http::Task<void> {
    co_await work();
    loop.stop();
  });
  loop.run();
}

TEST_CASE("a strict budget is never overspent by many at once") {
  const auto store = state::memory_store();
  http::Aside aside{1};
  constexpr int64_t kLimit = 100'000;
  std::atomic<int64_t> paid = 0, refused = 0;
  std::atomic<bool> over = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      on_a_loop([&]() -> http::Task<void> {
        for (int i = 0; i < 300; ++i) {
          Expenses expenses(*store, aside);
          expenses.begin("p", {budget(true, kLimit)});
          const int64_t worst = 200 + 37 * ((i + t) % 5);
          const bool held = co_await expenses.hold(worst);
          if (!held) {
            ++refused;
            continue;
          }
          if (spent(*store, false) + spent(*store, true) > kLimit) over = true;
          const bool counted = i % 4 != 0;
          expenses.settle(counted ? std::optional(worst / 3) : std::nullopt);  // uncounted: at its worst
          paid += counted ? worst / 3 : worst;
        }
      });
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_FALSE(over);
  CHECK(refused > 0);
  CHECK(paid <= kLimit);
  CHECK(paid == spent(*store, false));
  CHECK(spent(*store, true) == 0);
}

TEST_CASE("what a strict budget cannot count is refused, and another budget is only told") {
  const auto store = state::memory_store();
  http::Aside aside{1};
  on_a_loop([&]() -> http::Task<void> {
    Expenses expenses(*store, aside);
    expenses.begin("p", {budget(true, 1'000)});
    bool held = co_await expenses.hold(std::nullopt);
    CHECK_FALSE(held);
    CHECK(expenses.refusal() == "the budget `spend` is strict, and nothing says what this call can cost");
    held = co_await expenses.hold(1'001);
    CHECK_FALSE(held);
    CHECK(expenses.refusal() == "the budget `spend` has not enough left for this call");
    held = co_await expenses.hold(1'000);
    CHECK(held);
    expenses.settle(0);  // the call failed: all is given back
    CHECK(spent(*store, true) == 0);
    signals::BudgetUse nobodys = budget(true, 1'000);
    nobodys.is_known = false;
    expenses.begin("p", {nobodys});
    held = co_await expenses.hold(1);
    CHECK_FALSE(held);
    expenses.begin("p", {budget(false, 10)});
    held = co_await expenses.hold(500);
    CHECK(held);
    expenses.settle(500);
    CHECK(spent(*store, false) == 500);
  });
}

TEST_CASE("the most that a call can cost") {
  Manifest manifest;
  const ModelId model = manifest.models.add({.name = "m", .context_tokens = 8'000, .output_tokens = 1'000, .price_in = Decimal{2, 0}, .price_out = Decimal{10, 0}});
  const SlotId limit = manifest.slots.add({.name = "max_tokens", .type = {TypeKind::Tokens}, .kind = Slot::Kind::Limit});
  Request request;
  Attempt attempt{.model = model};
  CHECK(worst_cost(manifest, request, attempt, 500, 1) == 2 * 500 + 10 * 1'000);
  CHECK(worst_cost(manifest, request, attempt, 50'000, 1) == 2 * 8'000 + 10 * 1'000);
  CHECK(worst_cost(manifest, request, attempt, 500, 3) == 2 * 500 + 3 * 10 * 1'000);
  CHECK_FALSE(worst_cost(manifest, request, attempt, 500, int64_t{1} << 60));
  request.max_tokens = 100;
  CHECK(worst_cost(manifest, request, attempt, 500, 1) == 2 * 500 + 10 * 100);
  attempt.slots.push_back({limit, "", Constant{Decimal{50, 0}}});
  CHECK(worst_cost(manifest, request, attempt, 500, 1) == 2 * 500 + 10 * 50);
  request.images = 1;
  CHECK(worst_cost(manifest, request, attempt, 500, 1) == 2 * 8'000 + 10 * 50);
  manifest.models[model].price_in.reset();
  CHECK_FALSE(worst_cost(manifest, request, attempt, 500, 1));
}

TEST_CASE("nothing bounds the output: nothing is known of the worst") {
  Manifest manifest;
  const ModelId model = manifest.models.add({.name = "m", .price_in = Decimal{2, 0}, .price_out = Decimal{10, 0}});
  Request request;
  CHECK_FALSE(worst_cost(manifest, request, {.model = model}, 500, 1));
  request.dialect = Dialect::Embeddings;
  CHECK(worst_cost(manifest, request, {.model = model}, 500, 1) == 1'000);
}

TEST_CASE("periods begin by the calendar of UTC") {
  constexpr int64_t kSecond = 1'000'000, kDay = 86'400 * kSecond;
  const int64_t time = 1'777'887'045 * kSecond + 5;  // 2026-05-04T09:30:45.000005Z, a Monday
  const int64_t day = time / kDay * kDay;
  CHECK(signals::window_start("minute", time) == 1'777'887'000 * kSecond);
  CHECK(signals::window_start("hour", time) == 1'777'885'200 * kSecond);
  CHECK(signals::window_start("day", time) == day);
  CHECK(signals::window_start("week", time) == day);
  CHECK(signals::window_start("week", time + 6 * kDay) == day);
  CHECK(signals::window_start("week", time - kDay) == day - 7 * kDay);
  CHECK(signals::window_start("month", time) == day - 3 * kDay);
  CHECK(signals::window_start("year", time) == 1'767'225'600 * kSecond);
}

TEST_CASE("what a snapshot says has been spent counts only in its window") {
  const auto store = state::memory_store();
  Manifest manifest;
  manifest.name = "p";
  const state::Update update{"p", "budget spend", "team", "", state::Hold{30, 100, 7}};
  REQUIRE(store->apply(std::span(&update, 1)).ok());
  const auto snapshot = store->snapshot();
  signals::BudgetUse use = budget(true, 100);
  CHECK(SpentInSnapshot(snapshot.get(), manifest).spent_micros(use) == 30);
  use.window_us = 8;
  CHECK(SpentInSnapshot(snapshot.get(), manifest).spent_micros(use) == 0);
  CHECK(SpentInSnapshot(nullptr, manifest).spent_micros(use) == 0);
}

}  // namespace
}  // namespace sbx::gateway
