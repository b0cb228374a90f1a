// SPDX-License-Identifier: Apache-2.0
#include "runtime/grpc/server.h"

#include <unordered_set>

#include "runtime/grpc/connection.h"

namespace sbx::grpc {

struct Server::Place {
  http::Loop& loop;
  std::unordered_set<std::shared_ptr<Connection>> connections;
};

Server::Server(const ServerOptions& options, http::Tls tls, Handler handler) : options_(options), tls_(std::move(tls)), handler_(std::move(handler)) {}

Result<std::unique_ptr<Server>> Server::listen(std::string_view address, const ServerOptions& options, const http::Tls& tls, Handler handler) {
  Result<std::unique_ptr<http::Listener>> listener = http::Listener::listen(address);
  if (!listener) return listener.error();
  if (tls) http::speak_http2(tls);
  std::unique_ptr<Server> server(new Server(options, tls, std::move(handler)));
  server->listener_ = std::move(*listener);
  return server;
}

Server::~Server() = default;

void Server::serve_on(http::Loop& loop) {
  places_.push_back(std::make_unique<Place>(Place{loop, {}}));
  listener_->serve_on(loop, [this, &place = *places_.back()](int descriptor) { return converse(place, descriptor); });
}

void Server::drain() {
  draining_ = true;
  listener_->stop();
  for (const auto& place : places_) {
    place->loop.spawn([at = place.get()]() -> http::Task<void> {
      for (const auto& connection : at->connections) connection->drain();
      co_return;
    });
  }
}

http::Task<void> Server::converse(Place& place, int descriptor) {
  http::Socket socket(place.loop, descriptor);
  socket.expires_after(options_.greeting_timeout);
  const bool too_many = ++connections_ > options_.connections;
  if (!too_many && (!tls_ || co_await socket.accept_tls(tls_) == http::Io::Ok)) {
    const auto begin = [this, &place](std::shared_ptr<Call> call) { place.loop.spawn([this, call = std::move(call)] { return answer(call); }); };
    const auto connection = std::make_shared<Connection>(socket, options_.message_bytes, options_.calls, begin);
    place.connections.insert(connection);
    if (draining_) connection->drain();
    co_await connection->run();
    place.connections.erase(connection);
  }
  --connections_;
}

http::Task<void> Server::answer(std::shared_ptr<Call> call) {
  ++inflight_;
  co_await handler_(*call);
  call->finish(Status::Ok, {});
  --inflight_;
}

}  // namespace sbx::grpc
