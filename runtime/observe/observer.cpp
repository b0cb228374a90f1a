// SPDX-License-Identifier: Apache-2.0
#include "runtime/observe/observer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <map>
#include <mutex>
#include <thread>

#include "runtime/observe/counters.h"
#include "runtime/observe/exposition.h"
#include "runtime/observe/process.h"
#include "runtime/observe/writer.h"

namespace sbx::observe {
namespace {

constexpr size_t kShards = 16;

// What one of the serving threads counts, as a rule: threads share one only where there are many.
struct alignas(64) Shard {
  std::mutex mutex;  // guards counters
  Counters counters;
};

void complain_on_stderr(std::string_view line) { std::fprintf(stderr, "signalbox: %.*s\n", static_cast<int>(line.size()), line.data()); }

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// What was said is of no use here, and a queue must not hold it.
void forget_prompt(Request& request) {
  request.messages = {};
  request.text = {};
  request.text_all = {};
  request.text_system = {};
  for (Tool& tool : request.tools) tool.description = {};
}

}  // namespace

struct Observer::State {
  std::array<Shard, kShards> shards;
  std::unique_ptr<Writer> writer;  // null: neither log nor traces

  mutable std::mutex mutex;  // guards what follows
  struct Loads {
    uint64_t count = 0;
    double last = 0;
  };
  std::map<std::string, Loads> loads;  // by result
  std::string policy, revision;        // the active one
};

Observer::Observer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Observer::~Observer() = default;

Result<std::unique_ptr<Observer>> Observer::make(const LogOptions& log, const OtlpOptions& otlp, Complain complain) {
  auto state = std::make_unique<State>();
  if (!log.path.empty() || !log.recordings.empty() || !otlp.endpoint.empty()) {
    Result<std::unique_ptr<Writer>> writer = Writer::make(log, otlp, complain ? std::move(complain) : complain_on_stderr);
    if (!writer) return writer.error();
    state->writer = std::move(*writer);
  }
  return std::unique_ptr<Observer>(new Observer(std::move(state)));
}

void Observer::served(Served request) {
  const size_t thread = std::hash<std::thread::id>()(std::this_thread::get_id());
  Shard& shard = state_->shards[thread % kShards];
  {
    const std::lock_guard lock(shard.mutex);
    shard.counters.add(request);
  }
  if (state_->writer == nullptr || !state_->writer->wants(request)) return;
  forget_prompt(request.request);
  state_->writer->push(std::make_unique<Served>(std::move(request)));
}

void Observer::loaded(std::string_view result, const Manifest* manifest) {
  const std::lock_guard lock(state_->mutex);
  State::Loads& loads = state_->loads[std::string(result)];
  ++loads.count;
  loads.last = now_seconds();
  if (result != "active" || manifest == nullptr) return;
  state_->policy = manifest->name;
  state_->revision = manifest->revision;
}

std::string Observer::metrics(const Gauges& now) const {
  Counters all;
  for (Shard& shard : state_->shards) {
    const std::lock_guard lock(shard.mutex);
    all.add(shard.counters);
  }
  Exposition text;
  for (size_t i = 0; i < kFamilies; ++i) text.family(families()[i], all.of(static_cast<Family>(i)));

  text.single("signalbox_inflight_requests", "gauge", "Requests that are being served.", static_cast<double>(now.inflight));
  text.single("signalbox_connections", "gauge", "Connections of clients that are open.", static_cast<double>(now.connections));
  // An address that is listed twice is one series.
  std::map<std::pair<std::string, std::string>, bool> circuits;
  for (const Gauges::Endpoint& one : now.endpoints) circuits[{one.provider, one.url}] |= one.open;
  if (!circuits.empty()) text.begin("signalbox_circuit_state", "gauge", "Of an endpoint: 1 while its circuit is open, else 0.");
  for (const auto& [where, open] : circuits) text.sample({{"provider", where.first}, {"endpoint", where.second}}, open ? 1 : 0);

  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->revision.empty()) {
      text.begin("signalbox_policy_info", "gauge", "The policy that serves.");
      text.sample({{"policy", state_->policy}, {"revision", state_->revision}}, 1);
    }
    if (!state_->loads.empty()) {
      text.begin("signalbox_policy_reloads_total", "counter", "Loads of a policy, by what came of it.");
      for (const auto& [result, loads] : state_->loads) text.sample({{"result", result}}, static_cast<double>(loads.count));
      text.begin("signalbox_policy_last_reload_timestamp_seconds", "gauge", "When a load last came to that.");
      for (const auto& [result, loads] : state_->loads) text.sample({{"result", result}}, loads.last);
    }
  }
  if (state_->writer != nullptr) state_->writer->expose(text);

  const ProcessFacts process = process_facts();
  const uint64_t open = now.open_files != 0 ? now.open_files : process.open_files;
  const uint64_t most = now.max_open_files != 0 ? now.max_open_files : process.max_open_files;
  text.single("process_open_fds", "gauge", "Open file descriptors.", static_cast<double>(open));
  text.single("process_max_fds", "gauge", "How many file descriptors may be open.", static_cast<double>(most));
  text.single("process_resident_memory_bytes", "gauge", "Resident memory.", static_cast<double>(process.resident_bytes));
  text.single("process_virtual_memory_bytes", "gauge", "Virtual memory.", static_cast<double>(process.virtual_bytes));
  text.single("process_cpu_seconds_total", "counter", "Processor time, of user and system.", process.cpu_seconds);
  text.single("process_start_time_seconds", "gauge", "When the process began, in seconds since 1970.", process.start_time_seconds);
  text.single("process_threads", "gauge", "Threads of the process.", static_cast<double>(process.threads));
  return text.take();
}

}  // namespace sbx::observe
