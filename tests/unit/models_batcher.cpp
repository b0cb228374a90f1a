// SPDX-License-Identifier: Apache-2.0
// tests: R0789. Many threads and one model: what is computed together, what is given up, what is refused. The model here is a fake that
// waits until it is let go on.
#include <doctest/doctest.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "runtime/models/batcher.h"

using namespace sbx::models;
using namespace std::chrono_literals;

namespace {

// What the test and the fake model know of each other.
struct Control {
  std::mutex mutex;
  std::condition_variable changed;
  bool held = false, stopped = false, breaks = false;
  std::vector<size_t> batches;  // the size of each

  void hold(bool value) {
    const std::lock_guard lock(mutex);
    held = value;
    changed.notify_all();
  }
  void wait_for_batches(size_t count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return batches.size() >= count; });
  }
};

// A row is the number of tokens.
class Fake : public BatchRunner {
 public:
  explicit Fake(Control& control) : control_(control) {}
  sbx::Result<std::vector<Row>> run(std::span<const Encoding* const> batch) override {
    std::unique_lock lock(control_.mutex);
    control_.batches.push_back(batch.size());
    control_.changed.notify_all();
    control_.changed.wait(lock, [&] { return !control_.held || control_.stopped; });
    if (control_.stopped || control_.breaks) return sbx::Error{"R0789", "broken"};
    std::vector<Row> rows;
    for (const Encoding* encoding : batch) rows.push_back({static_cast<float>(encoding->ids.size())});
    return rows;
  }
  void stop() override {
    const std::lock_guard lock(control_.mutex);
    control_.stopped = true;
    control_.changed.notify_all();
  }
  void allow() override {
    const std::lock_guard lock(control_.mutex);
    control_.stopped = false;
  }

 private:
  Control& control_;
};

std::vector<Encoding> sequences(const std::vector<size_t>& lengths) {
  std::vector<Encoding> result;
  for (const size_t length : lengths) result.push_back({.ids = std::vector<int64_t>(length), .type_ids = std::vector<int64_t>(length)});
  return result;
}

std::future<sbx::Result<std::vector<Row>>> ask(const Batcher& batcher, std::vector<size_t> lengths, Deadline deadline = {}) {
  return std::async(std::launch::async, [&batcher, lengths, deadline] { return batcher.compute(sequences(lengths), deadline); });
}

}  // namespace

TEST_CASE("what waits while the model runs is computed together, and each gets its own") {
  Control control;
  const Batcher batcher(std::make_unique<Fake>(control), {.batch = 8});
  control.hold(true);
  auto first = ask(batcher, {1});
  control.wait_for_batches(1);
  std::vector<std::future<sbx::Result<std::vector<Row>>>> others;
  for (size_t i = 0; i < 3; ++i) others.push_back(ask(batcher, {4, 5 + i}));
  while (batcher.waiting() < 6) std::this_thread::yield();
  control.hold(false);
  CHECK(first.get()->at(0) == Row{1});
  for (size_t i = 0; i < 3; ++i) {
    const auto rows = others[i].get();
    REQUIRE(rows.ok());
    CHECK(rows->at(0) == Row{4});
    CHECK(rows->at(1) == Row{static_cast<float>(5 + i)});
  }
  CHECK(control.batches == std::vector<size_t>{1, 6});
}

TEST_CASE("a batch has no more padding than content") {
  Control control;
  const Batcher batcher(std::make_unique<Fake>(control), {.batch = 8});
  REQUIRE(batcher.compute(sequences({10, 10, 100, 100}), {}).ok());
  CHECK(control.batches == std::vector<size_t>{2, 2});
}

TEST_CASE("a full queue is a failure at once") {
  Control control;
  const Batcher batcher(std::make_unique<Fake>(control), {.batch = 2, .queue = 3});
  control.hold(true);
  auto running = ask(batcher, {1});
  control.wait_for_batches(1);
  auto waiting = ask(batcher, {1, 1});
  while (batcher.waiting() < 2) std::this_thread::yield();
  const auto refused = batcher.compute(sequences({1, 1}), {});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == "R0789");
  control.hold(false);
  CHECK(running.get().ok());
  CHECK(waiting.get().ok());
}

TEST_CASE("who is too late gives up, and a run that nobody waits for is stopped") {
  Control control;
  const Batcher batcher(std::make_unique<Fake>(control), {.batch = 2});
  control.hold(true);
  const auto late = batcher.compute(sequences({1}), std::chrono::steady_clock::now() + 5ms);
  REQUIRE_FALSE(late.ok());
  CHECK(late.error().code == "R0789");
  control.hold(false);
  CHECK(batcher.compute(sequences({1}), {}).ok());
  CHECK(batcher.compute(sequences({1}), std::chrono::steady_clock::now()).error().code == "R0789");
}

TEST_CASE("a run that somebody waits for goes on though another gives up") {
  Control control;
  const Batcher batcher(std::make_unique<Fake>(control), {.batch = 4});
  control.hold(true);
  auto first = ask(batcher, {1});
  control.wait_for_batches(1);
  auto patient = ask(batcher, {2});
  auto hasty = ask(batcher, {2}, std::chrono::steady_clock::now() + 20ms);
  CHECK_FALSE(hasty.get().ok());
  control.hold(false);
  CHECK(first.get().ok());
  CHECK(patient.get().ok());
}

TEST_CASE("a run that breaks down is everybody's failure, once") {
  Control control;
  control.breaks = true;
  const Batcher batcher(std::make_unique<Fake>(control), {.batch = 1});
  CHECK(batcher.compute(sequences({1, 1, 1}), {}).error().message == "broken");
  {
    const std::lock_guard lock(control.mutex);
    control.breaks = false;
  }
  CHECK(batcher.compute(sequences({1}), {}).ok());
}
