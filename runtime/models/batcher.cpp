// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/batcher.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

namespace sbx::models {
namespace {

// Sequences that one caller asks for together.
struct Call {
  std::vector<Encoding> sequences;
  std::vector<Row> rows;
  size_t left = 0;
  std::optional<Error> failure;
  bool given_up = false;
  std::condition_variable done;
};

struct Waiting {
  std::shared_ptr<Call> call;
  size_t number = 0;

  [[nodiscard]] const Encoding& sequence() const { return call->sequences[number]; }
};

Error no_answer(const char* why) { return {"R0789", why}; }

}  // namespace

struct Batcher::State {
  std::unique_ptr<BatchRunner> runner;
  const BatchLimits limits;

  std::mutex mutex;  // guards all below, and all of a call but its sequences
  std::condition_variable work;
  std::deque<Waiting> queue;
  std::vector<Waiting> running;
  bool ending = false;
  std::thread thread;

  State(std::unique_ptr<BatchRunner> its_runner, const BatchLimits& its_limits) : runner(std::move(its_runner)), limits(its_limits) {}

  void loop() {
    std::unique_lock lock(mutex);
    while (wait_for_work(lock)) {
      take_batch();
      runner->allow();
      std::vector<const Encoding*> batch;
      for (const Waiting& waiting : running) batch.push_back(&waiting.sequence());
      lock.unlock();
      Result<std::vector<Row>> rows = runner->run(batch);
      lock.lock();
      hand_out(rows);
    }
  }

  // Whether there is any; not when it is time to end.
  bool wait_for_work(std::unique_lock<std::mutex>& lock) {
    work.wait(lock, [&] { return ending || !queue.empty(); });
    const auto full = [&] { return ending || queue.size() >= limits.batch; };
    if (limits.wait.count() > 0) work.wait_for(lock, limits.wait, full);
    while (!ending && queue.empty()) work.wait(lock);  // all that came has been given up
    return !ending;
  }

  void take_batch() {
    size_t longest = 0, content = 0;
    while (!queue.empty() && running.size() < limits.batch) {
      const size_t length = queue.front().sequence().ids.size();
      longest = std::max(longest, length);
      content += length;
      if (!running.empty() && longest * (running.size() + 1) > 2 * content) break;
      running.push_back(std::move(queue.front()));
      queue.pop_front();
    }
  }

  void hand_out(Result<std::vector<Row>>& rows) {
    for (size_t i = 0; i < running.size(); ++i) {
      Call& call = *running[i].call;
      if (rows) {
        call.rows[running[i].number] = std::move((*rows)[i]);
      } else {
        call.failure = rows.error();
      }
      --call.left;
      if (call.left == 0 || call.failure) call.done.notify_all();
    }
    running.clear();
  }

  // Under the lock.
  void give_up(Call& call) {
    call.given_up = true;
    std::erase_if(queue, [&](const Waiting& waiting) { return waiting.call.get() == &call; });
    const bool for_nobody = std::ranges::all_of(running, [](const Waiting& waiting) { return waiting.call->given_up; });
    if (!running.empty() && for_nobody) runner->stop();
  }
};

Batcher::Batcher(std::unique_ptr<BatchRunner> runner, const BatchLimits& limits) : state_(std::make_unique<State>(std::move(runner), limits)) {
  state_->thread = std::thread([state = state_.get()] { state->loop(); });
}

Batcher::~Batcher() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->ending = true;
    if (!state_->running.empty()) state_->runner->stop();
  }
  state_->work.notify_all();
  state_->thread.join();
}

size_t Batcher::waiting() const {
  const std::lock_guard lock(state_->mutex);
  return state_->queue.size();
}

Result<std::vector<Row>> Batcher::compute(std::vector<Encoding> sequences, Deadline deadline) const {
  const auto call = std::make_shared<Call>();
  call->left = sequences.size();
  call->rows.resize(sequences.size());
  call->sequences = std::move(sequences);
  std::unique_lock lock(state_->mutex);
  if (deadline && std::chrono::steady_clock::now() >= *deadline) return no_answer("the time was over before the model was asked");
  if (state_->queue.size() + call->sequences.size() > state_->limits.queue) return no_answer("too many texts are waiting for the model");
  for (size_t i = 0; i < call->sequences.size(); ++i) state_->queue.push_back({call, i});
  state_->work.notify_one();
  const auto answered = [&] { return call->left == 0 || call->failure; };
  if (!deadline) call->done.wait(lock, answered);
  if (deadline && !call->done.wait_until(lock, *deadline, answered)) {
    state_->give_up(*call);
    return no_answer("the model was late");
  }
  if (call->failure) {
    state_->give_up(*call);
    return *call->failure;
  }
  return std::move(call->rows);
}

}  // namespace sbx::models
