// SPDX-License-Identifier: Apache-2.0
// Snapshots, updates from many threads, and what a reload keeps.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "runtime/state/store.h"

namespace sbx::state {
namespace {

Update trial(const std::string& member, double quality) { return {"p", "s", "k", member, Trial{quality, 0}}; }

bool apply(Store& store, const Update& update) {
  const Result<Applied> applied = store.apply(std::span(&update, 1));
  REQUIRE(applied.ok());
  return !applied->refused;
}

TEST_CASE("a snapshot stays as it was") {
  const auto store = memory_store();
  apply(*store, trial("a", 1));
  const auto before = store->snapshot();
  apply(*store, trial("a", 1));
  CHECK(before->find<Beta>({"p", "s", "k"}, "a")->alpha == 2);
  CHECK(store->snapshot()->find<Beta>({"p", "s", "k"}, "a")->alpha == 3);
  CHECK(store->snapshot()->version() > before->version());
  CHECK(before->find<Elo>({"p", "s", "k"}, "a") == nullptr);
  CHECK(before->find<Beta>({"p", "s", "other"}, "a") == nullptr);
  CHECK(before->find<Beta>({"p", "s", "k"}, "b") == nullptr);
}

TEST_CASE("keys of several parts cannot be taken for one another") {
  const std::vector<std::vector<std::string>> keys{{"a", "b"}, {"a|b"}, {"a\\", "b"}, {"a\\|b"}, {""}, {"", ""}};
  std::vector<std::string> joined;
  for (const auto& parts : keys) {
    const std::vector<std::string_view> views(parts.begin(), parts.end());
    joined.push_back(join_key(views));
    CHECK(split_key(joined.back()) == parts);
  }
  for (size_t i = 0; i < joined.size(); ++i)
    for (size_t j = 0; j < i; ++j) CHECK(joined[i] != joined[j]);
}

TEST_CASE("several updates are all or nothing") {
  const auto store = memory_store();
  const std::vector<Update> both{trial("a", 1), {"p", "spend", "u", "", Hold{2, 1, 0}}};
  const Result<Applied> refused = store->apply(both);
  REQUIRE(refused.ok());
  CHECK(refused->refused);
  CHECK(store->snapshot()->size() == 0);
}

TEST_CASE("what was spent in a window that is over is dropped when a later one begins") {
  const auto store = memory_store();
  const auto hold = [&](const std::string& state, const std::string& user, int64_t window) { return apply(*store, {"p", state, user, "", Hold{1, 5, window}}); };
  const auto entries = [&] { return store->snapshot()->size(); };
  apply(*store, trial("a", 1));
  for (const char* user : {"ann", "bob", "cid"}) CHECK(hold("spend", user, 100));
  CHECK(hold("other", "ann", 50));
  CHECK(entries() == 5);
  CHECK(hold("spend", "ann", 200));
  CHECK(entries() == 3);  // of the new window, of the other budget, and what is no budget
  CHECK(store->snapshot()->find<Counter>({"p", "spend", "ann"}, "")->held == 1);
  CHECK(hold("spend", "bob", 200));
  CHECK(apply(*store, {"p", "spend", "cid", "", Settle{1, 1, 100}}));  // held in the window that is over
  CHECK(entries() == 5);
  CHECK(hold("spend", "ann", 300));
  CHECK(entries() == 3);
}

TEST_CASE("holds of many threads never exceed what is allowed, nor leave any of it") {
  const auto store = memory_store();
  constexpr int64_t kMost = 1'000'000;
  std::atomic<int64_t> spent = 0, refusals = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2'000; ++i) {
        const int64_t worst = 100 + (i * 7 + t) % 400, cost = worst / 2;
        if (!apply(*store, {"p", "spend", "u", "", Hold{worst, kMost, 1}})) {
          ++refusals;
          continue;
        }
        const auto snapshot = store->snapshot();
        const Counter* now = snapshot->find<Counter>({"p", "spend", "u"}, "");
        if (now->used + now->held > kMost) ++spent;  // would fail below
        CHECK(apply(*store, {"p", "spend", "u", "", Settle{worst, cost, 1}}));
        spent += cost;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Counter* end = store->snapshot()->find<Counter>({"p", "spend", "u"}, "");
  CHECK(end->held == 0);
  CHECK(end->used == spent);
  CHECK(spent <= kMost);
  CHECK(spent > kMost - 500);
  CHECK(refusals > 0);
}

TEST_CASE("a reload keeps, maps or resets, and says which") {
  const auto store = memory_store();
  const auto how = [&](const std::vector<Schema>& schemas) {
    const auto adopted = adopt(*store, "p", schemas);
    REQUIRE(adopted.ok());
    std::string words;
    for (const Adopted& one : *adopted) words += one.state + ":" + std::string(to_string(one.how)) + " ";
    return words;
  };
  CHECK(how({{"s", "beta per (model)", "window: 10"}, {"r", "elo per (model)", ""}}) == "s:new r:new ");
  apply(*store, trial("a", 1));
  CHECK(how({{"s", "beta per (model)", "window: 10"}}) == "s:kept ");
  CHECK(how({{"s", "beta per (model)", "window: 99"}}) == "s:mapped ");
  CHECK(store->snapshot()->find<Beta>({"p", "s", "k"}, "a") != nullptr);
  CHECK(how({{"s", "beta per (model, topic)", "window: 99"}}) == "s:reset ");
  CHECK(store->snapshot()->find<Beta>({"p", "s", "k"}, "a") == nullptr);
  CHECK(how({{"s", "beta per (model, topic)", "window: 99"}, {"r", "elo per (model)", ""}}) == "s:kept r:kept ");
}

}  // namespace
}  // namespace sbx::state
