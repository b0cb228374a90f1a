// SPDX-License-Identifier: Apache-2.0
// A server on a UNIX socket of its own with a loop in a thread, and a client that sends bytes as they stand.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <future>
#include <thread>

#include "doctest/doctest.h"
#include "runtime/http/client.h"
#include "runtime/http/server.h"

namespace sbx::http {

class Rig {
 public:
  explicit Rig(Server::Handler handler, ServerOptions options = {}, Tls tls = {}) {
    std::signal(SIGPIPE, SIG_IGN);  // as every program that serves
    char name[] = "/tmp/sbx-http-XXXXXX";
    folder_ = ::mkdtemp(name);
    Result<std::unique_ptr<Server>> server = Server::listen("unix:" + path(), options, std::move(tls), std::move(handler),
                                                            [](int status, std::string_view why, const Request&) { return Response{status, {}, std::string(why)}; });
    REQUIRE(server.ok());
    server_ = std::move(*server);
    server_->serve_on(loop);
    thread_ = std::thread([this] { loop.run(); });
  }
  ~Rig() {
    loop.stop();
    thread_.join();
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  [[nodiscard]] std::string path() const { return folder_ + "/s"; }
  [[nodiscard]] Server& server() { return *server_; }

  /// Runs a coroutine on the loop, and waits for what it returns.
  template <class Coroutine>
  auto run(Coroutine coroutine) {
    using Value = typename decltype(coroutine())::value_type;
    std::promise<Value> promise;
    loop.spawn([&]() -> Task<void> { promise.set_value(co_await coroutine()); });
    return promise.get_future().get();
  }

  /// A connection as a client has one.
  [[nodiscard]] int connect() const {
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
    REQUIRE(::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    return descriptor;
  }
  /// All that is answered to these bytes until the server closes.
  [[nodiscard]] std::string answers(std::string_view bytes) const {
    const int descriptor = connect();
    (void)!::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    ::shutdown(descriptor, SHUT_WR);
    std::string all;
    char piece[4096];
    for (ssize_t size = 0; (size = ::recv(descriptor, piece, sizeof piece, 0)) > 0;) all.append(piece, static_cast<size_t>(size));
    ::close(descriptor);
    return all;
  }

  Loop loop;

 private:
  std::string folder_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

inline Response said(std::string body) { return {200, {{"content-type", "text/plain"}}, std::move(body)}; }

/// Says back what it was asked.
inline Task<void> echo(Exchange& exchange) {
  const Request& request = exchange.request();
  co_await exchange.answer(said(request.method + " " + request.target + " " + request.body));
}

inline size_t count(std::string_view text, std::string_view part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace sbx::http
