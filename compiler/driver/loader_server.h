// SPDX-License-Identifier: Apache-2.0
// A process that looks at candidates for a gateway, so that nothing which happens there reaches the one that serves: not a crash of ours,
// not a loop without an end, not a lack of memory.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>

#include "compiler/driver/look_at_candidate.h"

namespace sbx::driver {

/// Whether a look's memory can be limited. Sanitizers reserve more addresses than any limit leaves.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kLimitsMemory = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kLimitsMemory = false;
#else
inline constexpr bool kLimitsMemory = true;
#endif
#else
inline constexpr bool kLimitsMemory = true;
#endif

struct LoaderLimits {
  std::chrono::milliseconds time{30'000};
  uint64_t memory_bytes = uint64_t{4} << 30;  // 0: none
};

/// That process has a single thread. It has once looked at a small policy, so that what takes time at first has been done, and makes a copy
/// of itself for each candidate, which ends with it.
class LoaderServer {
 public:
  /// Forks: call it before the first thread is started. R0772.
  [[nodiscard]] static Result<std::unique_ptr<LoaderServer>> start(const std::string& stdlib, const LoaderLimits& limits);
  /// Ends the process, and waits for that.
  ~LoaderServer();
  LoaderServer(const LoaderServer&) = delete;
  LoaderServer& operator=(const LoaderServer&) = delete;

  struct Answer {
    LookedAt looked;   // R0771, R0772 if there was no answer
    DiffSummary diff;  // empty also where only this took too long or broke down
  };
  /// One at a time.
  [[nodiscard]] Answer look_at(const TextCandidate& candidate);
  /// Thread-safe: ends a look that is under way; all that follow are R0772.
  void stop();
  [[nodiscard]] pid_t process() const { return process_; }

 private:
  LoaderServer(int socket, pid_t process) : socket_(socket), process_(process) {}
  int socket_;
  pid_t process_;
};

}  // namespace sbx::driver
