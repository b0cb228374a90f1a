// SPDX-License-Identifier: Apache-2.0
// A thread for what waits for disk or for another store, so that no loop does.
#pragma once

#include <functional>
#include <memory>

#include "runtime/http/task.h"

namespace sbx::http {

/// Works off what it is given, in order. Ends when all is done.
class Aside {
 public:
  Aside();
  ~Aside();
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

  /// From any thread: done some time.
  void post(std::function<void()> work);
  /// From a loop: waits until it is done, and goes on in the loop. `work` must live until then.
  Task<void> run(const std::function<void()>& work);

 private:
  struct Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace sbx::http
