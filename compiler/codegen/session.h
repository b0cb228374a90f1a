// SPDX-License-Identifier: Apache-2.0
// The one JIT of the process and its background thread. No LLVM in this header.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>

#include "runtime/abi/decide.h"
#include "runtime/base/result.h"

namespace sbx::codegen {

/// Code in this process; gone with the object.
class LoadedCode {
 public:
  virtual ~LoadedCode() = default;
  sbx_match_fn known = nullptr;
  sbx_match_fn partial = nullptr;
  size_t bytes = 0;
};

class Session {
 public:
  /// The session of this process; the error of the first attempt if there is none.
  static Result<std::shared_ptr<Session>> shared();
  virtual ~Session() = default;

  /// Links an object that defines kKnownSymbol and kPartialSymbol. `name` is what perf maps call it; empty: none.
  virtual Result<std::unique_ptr<LoadedCode>> load(std::span<const char> object, const std::string& perf_name) = 0;

  /// Runs `job` in the background, after those before it. A job that waits at exit is dropped.
  void later(std::function<void()> job);
  /// Ends the background thread; waits for the job that runs.
  void stop();

 private:
  void work();

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  std::thread worker_;
  bool stopping_ = false;
};

}  // namespace sbx::codegen
