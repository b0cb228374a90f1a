// SPDX-License-Identifier: Apache-2.0
// A place where connections are accepted, shared by the loops that serve it. What is spoken there is a server's business.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/http/socket.h"

namespace sbx::http {

class Listener {
 public:
  /// R0703 if the address is none, R0761 if it cannot be listened at.
  [[nodiscard]] static Result<std::unique_ptr<Listener>> listen(std::string_view address);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Where it listens, the port being that which was given out.
  [[nodiscard]] const std::string& address() const { return address_; }
  /// Hands the descriptor of each connection to `converse`, which runs on this loop. Before the loops run; all of them run before and after
  /// the listener lives.
  void serve_on(Loop& loop, std::function<Task<void>(int descriptor)> converse);
  /// On any loop's thread it accepts no more once this was called, from any thread.
  void stop();

 private:
  struct Place;  // what is a loop's
  Listener() = default;
  Task<void> accept(Place& place);

  std::string address_;
  int descriptor_ = -1;
  std::string unix_path_;
  std::vector<std::unique_ptr<Place>> places_;
  std::atomic<bool> stopped_{false};
};

}  // namespace sbx::http
