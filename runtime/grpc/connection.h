// SPDX-License-Identifier: Apache-2.0
// A connection of a gRPC client: HTTP/2 by nghttp2, and the calls that it carries.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "runtime/grpc/call.h"
#include "runtime/http/socket.h"

struct nghttp2_session;

namespace sbx::grpc {

struct Callbacks;  // nghttp2's, in the source file

/// Lives on its socket's loop while `run` does.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// Called once a call has its head; it goes on by itself.
  using Begin = std::function<void(std::shared_ptr<Call>)>;
  Connection(http::Socket& socket, uint64_t message_bytes, uint32_t most_calls, Begin begin);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Until the client closes, breaks the protocol, or the last call has ended after `drain`.
  http::Task<void> run();
  /// Takes no new calls.
  void drain();

 private:
  friend class Call;
  friend struct Callbacks;
  /// What a call has to say is to be sent.
  void has_more(Call& call);
  void send_head(Call& call);
  void write_soon();
  http::Task<void> write();
  [[nodiscard]] bool is_over() const;
  void let_go_of_calls();

  http::Socket& socket_;
  const uint64_t message_bytes_;
  Begin begin_;
  nghttp2_session* session_ = nullptr;
  std::unordered_map<int32_t, std::shared_ptr<Call>> calls_;  // by stream
  http::Event written_;  // nothing is being written any more
  bool reading_ = false, writing_ = false, closed_ = false, draining_ = false;
};

}  // namespace sbx::grpc
