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

  [[nodiscard]] bool answered() const { return left == 0 || failure; }
};

struct Waiting {
  std::shared_ptr<Call> call;
  size_t number = 0;

  [[nodiscard]] const Encoding& sequence() const { return call->sequences[number]; }
};

bool is_over(const Deadline& deadline) { return deadline && std::chrono::steady_clock::now() >= *deadline; }

Error no_answer(const char* why) { return {"R0789", why}; }

}  // namespace

struct Batcher::State {
  std::unique_ptr<BatchRunner> runner;
  const BatchLimits limits;

  std::mutex mutex;  // guards all below, and all of a call but its sequences
  std::condition_variable work;
  std::deque<Waiting> queue;
  std::vector<Waiting> running;
  bool busy = false;    // the thread, or a caller, runs the model
  Deadline caller_due;  // when the caller that runs it must be stopped
  Deadline watched;     // when the thread looks after it without being called
  bool ending = false;
  std::thread thread;

  State(std::unique_ptr<BatchRunner> its_runner, const BatchLimits& its_limits) : runner(std::move(its_runner)), limits(its_limits) {}

  void loop() {
    std::unique_lock lock(mutex);
    while (wait_for_work(lock)) {
      busy = true;
      run_batch(nullptr, lock);
      busy = false;
    }
  }

  // Whether there is any; not when it is time to end. Watches over a caller that runs the model itself meanwhile.
  bool wait_for_work(std::unique_lock<std::mutex>& lock) {
    while (!ending) {
      if (!busy && !queue.empty()) {
        if (limits.wait.count() > 0) work.wait_for(lock, limits.wait, [&] { return ending || queue.size() >= limits.batch; });
        if (!queue.empty()) break;  // not all that came has been given up
      } else if (!busy || !caller_due) {
        work.wait(lock);
      } else if (!is_over(caller_due)) {
        watched = caller_due;
        work.wait_until(lock, *watched);
        watched.reset();
      } else {
        runner->stop();
        caller_due.reset();
      }
    }
    return !ending;
  }

  // The first of the queue, or those of one call that are the first.
  void take_batch(const Call* only) {
    size_t longest = 0, content = 0;
    while (!queue.empty() && running.size() < limits.batch && (only == nullptr || queue.front().call.get() == only)) {
      const size_t length = queue.front().sequence().ids.size();
      longest = std::max(longest, length);
      content += length;
      if (!running.empty() && longest * (running.size() + 1) > 2 * content) break;
      running.push_back(std::move(queue.front()));
      queue.pop_front();
    }
  }

  void run_batch(const Call* only, std::unique_lock<std::mutex>& lock) {
    take_batch(only);
    runner->allow();
    std::vector<const Encoding*> batch;
    for (const Waiting& waiting : running) batch.push_back(&waiting.sequence());
    lock.unlock();
    Result<std::vector<Row>> rows = runner->run(batch);
    lock.lock();
    hand_out(rows);
  }

  // The call is the whole queue: its thread need not wait for another one to run the model.
  void run_call(Call& call, Deadline deadline, std::unique_lock<std::mutex>& lock) {
    busy = true;
    caller_due = deadline;
    if (deadline && !(watched && *watched <= *deadline)) work.notify_one();
    while (!call.answered() && !is_over(deadline)) run_batch(&call, lock);
    busy = false;
    caller_due.reset();
    if (!queue.empty()) work.notify_one();
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
      if (call.answered()) call.done.notify_all();
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
  if (is_over(deadline)) return no_answer("the time was over before the model was asked");
  if (state_->queue.size() + call->sequences.size() > state_->limits.queue) return no_answer("too many texts are waiting for the model");
  const bool idle = !state_->busy && state_->queue.empty() && state_->limits.wait.count() == 0;
  for (size_t i = 0; i < call->sequences.size(); ++i) state_->queue.push_back({call, i});
  const auto answered = [&] { return call->answered(); };
  if (idle) {
    state_->run_call(*call, deadline, lock);
  } else {
    state_->work.notify_one();
    if (deadline) call->done.wait_until(lock, *deadline, answered);
    if (!deadline) call->done.wait(lock, answered);
  }
  if (call->left == 0 && !call->failure) return std::move(call->rows);
  state_->give_up(*call);
  return is_over(deadline) || !call->failure ? no_answer("the model was late") : *call->failure;
}

}  // namespace sbx::models
