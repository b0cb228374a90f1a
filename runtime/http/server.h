// SPDX-License-Identifier: Apache-2.0
// The side that answers: accepts connections, reads requests whole, and hands each to a handler that answers it, at once or in pieces.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/http/listener.h"
#include "runtime/http/message.h"
#include "runtime/http/socket.h"

namespace sbx::http {

/// One request and the answer to it. Used by its handler only, on its loop's thread.
class Exchange {
 public:
  Exchange(Socket& socket, Request request, bool keep_alive, bool old_client);

  Request& request() { return request_; }
  [[nodiscard]] const Request& request() const { return request_; }
  Socket& socket() { return socket_; }

  /// The whole answer. Like the others, false once the client can no longer be reached.
  Task<bool> answer(Response response);
  /// An answer in pieces; without a length it ends where `end` says. Nothing is sent until the first piece or `flush`.
  void begin(int status, const Headers& headers, std::optional<uint64_t> length);
  Task<bool> write(std::string_view piece);
  Task<bool> flush();
  Task<bool> end();
  /// Breaks the connection off: a client must not take half an answer for a whole one.
  void abort();

  [[nodiscard]] bool begun() const { return begun_; }
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] bool keeps_alive() const { return keep_alive_ && !aborted_; }
  [[nodiscard]] uint64_t sent() const { return sent_; }

 private:
  friend class Server;
  Task<bool> send(std::string_view bytes);

  Socket& socket_;
  Request request_;
  std::string pending_;  // a head that waits for the first piece
  uint64_t sent_ = 0;    // bytes of bodies
  bool keep_alive_, old_client_;
  bool begun_ = false, ended_ = false, aborted_ = false, chunked_ = false, no_body_ = false;
};

struct ServerOptions {
  uint64_t body_bytes = 32 << 20;
  uint32_t header_bytes = 64 << 10;
  int64_t connections = 10'000;
  std::chrono::milliseconds request_timeout{30'000};  // for a head, and for each megabyte of a body that has begun
  std::chrono::milliseconds idle_timeout{120'000};    // between requests of a connection; for a client to take a piece
};

/// Thread-safe where it says so.
class Server {
 public:
  using Handler = std::function<Task<void>(Exchange&)>;
  /// What a request that cannot be read is told: a status, why, and the target where it is known.
  using Refuse = std::function<Response(int status, std::string_view why, const Request& request)>;

  /// R0703 if the address is none, R0761 if it cannot be listened at.
  [[nodiscard]] static Result<std::unique_ptr<Server>> listen(std::string_view address, const ServerOptions& options, Tls tls, Handler handler,
                                                              Refuse refuse);
  ~Server();

  /// Where it listens, the port being that which was given out.
  [[nodiscard]] const std::string& address() const { return listener_->address(); }
  /// Accepts on this loop. Before the loops run; all of them run before and after the server lives.
  void serve_on(Loop& loop);
  /// From any thread: accepts no more, ends connections that wait for a request, and the others after theirs.
  void drain();

  /// From any thread.
  [[nodiscard]] int64_t connections() const { return connections_; }
  [[nodiscard]] int64_t inflight() const { return inflight_; }
  [[nodiscard]] uint64_t refused() const { return refused_; }

 private:
  struct Place;  // what is a loop's
  Server(ServerOptions options, Tls tls, Handler handler, Refuse refuse);
  Task<void> converse(Place& place, int descriptor);
  Task<void> take_requests(Place& place, Socket& socket);
  Task<void> turn_away(Socket& socket, int status, std::string_view why, const Request& request);
  Task<bool> take_request(Place& place, Socket& socket, std::string& buffer);

  ServerOptions options_;
  Tls tls_;
  Handler handler_;
  Refuse refuse_;
  std::vector<std::unique_ptr<Place>> places_;
  std::unique_ptr<Listener> listener_;
  std::atomic<int64_t> connections_{0}, inflight_{0};
  std::atomic<uint64_t> refused_{0};
  std::atomic<bool> draining_{false};
};

}  // namespace sbx::http
