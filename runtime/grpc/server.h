// SPDX-License-Identifier: Apache-2.0
// A gRPC server on our own loops: accepts connections, and hands each call to a handler.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/grpc/call.h"
#include "runtime/http/listener.h"

namespace sbx::grpc {

struct ServerOptions {
  uint64_t message_bytes = 32 << 20;  // of one message, and of those of a call that wait for its handler
  int64_t connections = 10'000;
  uint32_t calls = 10'000;            // at once, of one connection
  std::chrono::milliseconds greeting_timeout{30'000};  // for a connection to say its first words
};

/// Thread-safe where it says so.
class Server {
 public:
  /// The call lives until its handler returns, which by then should have finished it.
  using Handler = std::function<http::Task<void>(Call&)>;

  /// R0703 if the address is none, R0761 if it cannot be listened at.
  [[nodiscard]] static Result<std::unique_ptr<Server>> listen(std::string_view address, const ServerOptions& options, const http::Tls& tls, Handler handler);
  ~Server();

  [[nodiscard]] const std::string& address() const { return listener_->address(); }
  /// Accepts on this loop. Before the loops run; all of them run before and after the server lives.
  void serve_on(http::Loop& loop);
  /// From any thread: takes no new calls, and ends connections after their last one.
  void drain();

  /// From any thread.
  [[nodiscard]] int64_t connections() const { return connections_; }
  [[nodiscard]] int64_t inflight() const { return inflight_; }
  [[nodiscard]] bool draining() const { return draining_; }

 private:
  struct Place;  // what is a loop's
  Server(const ServerOptions& options, http::Tls tls, Handler handler);
  http::Task<void> converse(Place& place, int descriptor);
  http::Task<void> answer(std::shared_ptr<Call> call);

  ServerOptions options_;
  http::Tls tls_;
  Handler handler_;
  std::vector<std::unique_ptr<Place>> places_;
  std::unique_ptr<http::Listener> listener_;
  std::atomic<int64_t> connections_{0}, inflight_{0};
  std::atomic<bool> draining_{false};
};

}  // namespace sbx::grpc
