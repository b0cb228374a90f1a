// SPDX-License-Identifier: Apache-2.0
// One thread's part of a replay: chunks in, counts and decisions out.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "compiler/replay/chunks.h"
#include "compiler/replay/counts.h"
#include "compiler/replay/policies.h"
#include "runtime/engine/quick.h"

namespace sbx::replay {

struct WorkOptions {
  bool expect = false;     // compare with what is recorded
  bool decisions = false;  // write every decision
  bool is_quick = true;    // false: make a Decision of every line, for tests
  int64_t now_us = 0;
};

/// What became of one chunk. Remarks count lines from the chunk's first, which is 1.
struct Worked {
  Counts counts;
  uint64_t lines = 0;
  std::string decisions;  // JSON lines
};

class Worker {
 public:
  Worker(Policies& policies, const WorkOptions& options);
  ~Worker();

  [[nodiscard]] Worked work(const Chunk& chunk);

 private:
  struct Bench;  // what deciding by one program takes
  void one(std::string_view bytes, Worked& result);
  void in_full(Worked& result);
  void fail(Worked& result, std::string_view id, Error error);
  void count(Worked& result, size_t policy, std::optional<RouteId> route, std::optional<ModelId> model);
  void compare(Worked& result, const std::string& now);
  [[nodiscard]] std::optional<size_t> policy_of_line() const;
  [[nodiscard]] Result<Bench*> bench(size_t policy, const std::set<std::string>& given);
  [[nodiscard]] Result<Decision> decide(Bench& bench, const Request& request, uint64_t& missing);
  static void keep_known(const Bench& bench, Request& request);
  QuickDecision* quickly(size_t policy, uint64_t& missing);

  Policies& policies_;
  const WorkOptions options_;
  TraceParser parser_;
  TraceLine line_;
  std::string recorded_;
  std::map<std::pair<size_t, std::set<std::string>>, std::unique_ptr<Bench>> benches_;
  std::vector<Bench*> plain_;                                     // by policy: none of the derived signals is given
  std::vector<std::unique_ptr<QuickDecider>> quick_;              // by policy
  std::vector<std::vector<std::pair<int64_t, int64_t>>> prices_;  // by policy and model: in 10^-9 dollars for a million tokens; -1: none
};

}  // namespace sbx::replay
