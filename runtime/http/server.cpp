// SPDX-License-Identifier: Apache-2.0
#include "runtime/http/server.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <unordered_set>

namespace sbx::http {

namespace asio = boost::asio;
namespace beast = boost::beast::http;
using Parser = beast::request_parser<beast::string_body>;

struct Server::Place {
  Loop& loop;
  std::unordered_set<Socket*> idle;  // that wait for a request
};

namespace {

/// Where a request that cannot be read goes wrong, as the answer to it.
std::pair<int, std::string_view> fault(const boost::system::error_code& error) {
  if (error == beast::error::header_limit) return {431, "the headers of the request are too large"};
  if (error == beast::error::body_limit) return {413, "the body of the request is too large"};
  return {400, "the request is no HTTP that could be read"};
}

/// What Beast lets pass and other servers read otherwise: a header that goes on in the next line, and a coding other than `chunked`.
bool is_folded(std::string_view head) {
  head = head.substr(0, head.find("\r\n\r\n"));
  return head.find("\n ") != std::string_view::npos || head.find("\n\t") != std::string_view::npos;
}
bool is_strange_coding(const Parser& parser) {
  const auto& message = parser.get();
  if (message.count(beast::field::transfer_encoding) == 0) return false;
  const auto coding = message[beast::field::transfer_encoding];
  return message.count(beast::field::transfer_encoding) != 1 || !same_name({coding.data(), coding.size()}, "chunked");
}

Request plain(Parser& parser) {
  auto& message = parser.get();
  Request request;
  request.method = message.method_string();
  request.target = message.target();
  for (const auto& field : message) request.headers.emplace_back(field.name_string(), field.value());
  request.body = std::move(message.body());
  return request;
}

}  // namespace

Server::Server(ServerOptions options, Tls tls, Handler handler, Refuse refuse)
    : options_(options), tls_(std::move(tls)), handler_(std::move(handler)), refuse_(std::move(refuse)) {}

Result<std::unique_ptr<Server>> Server::listen(std::string_view address, const ServerOptions& options, Tls tls, Handler handler, Refuse refuse) {
  Result<std::unique_ptr<Listener>> listener = Listener::listen(address);
  if (!listener) return listener.error();
  std::unique_ptr<Server> server(new Server(options, std::move(tls), std::move(handler), std::move(refuse)));
  server->listener_ = std::move(*listener);
  return server;
}

Server::~Server() = default;

void Server::serve_on(Loop& loop) {
  places_.push_back(std::make_unique<Place>(Place{loop, {}}));
  listener_->serve_on(loop, [this, &place = *places_.back()](int descriptor) { return converse(place, descriptor); });
}

void Server::drain() {
  draining_ = true;
  listener_->stop();
  for (const auto& place : places_) {
    place->loop.spawn([at = place.get()]() -> Task<void> {
      for (Socket* socket : at->idle) socket->close();
      co_return;
    });
  }
}

Task<void> Server::converse(Place& place, int descriptor) {
  Socket socket(place.loop, descriptor);
  const bool too_many = ++connections_ > options_.connections;
  socket.expires_after(options_.request_timeout);
  if (!tls_ || co_await socket.accept_tls(tls_) == Io::Ok) {
    if (too_many) {
      ++refused_;
      const Request unread;
      co_await turn_away(socket, 503, "too many connections", unread);
    } else {
      co_await take_requests(place, socket);
    }
  }
  --connections_;
}

Task<void> Server::take_requests(Place& place, Socket& socket) {
  std::string buffer;
  while (co_await take_request(place, socket, buffer)) {
  }
}

// Values are made before they are awaited with: gcc 12 destroys temporaries of such an expression twice.
Task<void> Server::turn_away(Socket& socket, int status, std::string_view why, const Request& request) {
  Response response = refuse_(status, why, request);
  Exchange exchange(socket, request, false, false);
  co_await exchange.answer(std::move(response));
}

Task<bool> Server::take_request(Place& place, Socket& socket, std::string& buffer) {
  std::optional<Parser> parser(std::in_place);
  parser->header_limit(options_.header_bytes);
  parser->body_limit(options_.body_bytes);
  parser->eager(true);
  bool begun = !buffer.empty(), continued = false;
  uint64_t allowed = 1 << 20;  // bytes of a body until the time is extended
  socket.expires_after(begun ? options_.request_timeout : options_.idle_timeout);
  boost::system::error_code error;
  while (!parser->is_done()) {
    if (!buffer.empty()) {
      const bool folded = !parser->is_header_done() && is_folded(buffer);
      const size_t used = parser->put(asio::buffer(buffer), error);
      buffer.erase(0, used);
      if (error == beast::error::need_more) error = {};
      if (!error && folded) error = beast::error::bad_value;
      if (!error && parser->is_header_done() && is_strange_coding(*parser)) error = beast::error::bad_transfer_encoding;
      if (error) break;
      if (parser->is_done()) break;
    }
    if (parser->is_header_done() && !continued) {
      continued = true;
      const auto expect = parser->get()[beast::field::expect];
      if (same_name({expect.data(), expect.size()}, "100-continue") &&
          co_await socket.write("HTTP/1.1 100 Continue\r\n\r\n") != Io::Ok)
        co_return false;
    }
    if (parser->get().body().size() > allowed) {
      allowed = parser->get().body().size() + (1 << 20);
      socket.expires_after(options_.request_timeout);
    }
    if (!begun) {
      if (draining_) co_return false;
      place.idle.insert(&socket);
    }
    // The wait comes before the bytes: what is read into the loop's scratch must be taken before anything else runs.
    size_t size = 0;
    const bool is_late = begun;  // rather than idle, should the time run out
    const Io got = co_await socket.read_some(place.loop.scratch(), size);
    if (!begun) {
      place.idle.erase(&socket);
      socket.expires_after(options_.request_timeout);
      begun = true;
    }
    if (got == Io::TimedOut && is_late) {
      socket.renew(std::chrono::milliseconds(1000));
      const Request unread = parser->is_header_done() ? plain(*parser) : Request();
      co_await turn_away(socket, 408, "the request took too long to arrive", unread);
      co_return false;
    }
    if (got != Io::Ok) co_return false;
    buffer.append(place.loop.scratch().data(), size);
  }
  if (error) {
    const auto [status, why] = fault(error);
    Request request;
    if (!parser->get().target().empty()) request = plain(*parser);
    co_await turn_away(socket, status, why, request);
    // What is still on its way is taken for a moment, so that the client reads the answer rather than of a reset.
    socket.renew(std::chrono::milliseconds(500));
    for (size_t size = 1; size > 0 && co_await socket.read_some(place.loop.scratch(), size) == Io::Ok;) {
    }
    co_return false;
  }
  const bool old_client = parser->get().version() < 11;
  const bool keep_alive = parser->keep_alive() && !draining_;
  Exchange exchange(socket, plain(*parser), keep_alive, old_client);
  parser.reset();
  if (buffer.empty()) buffer.shrink_to_fit();
  socket.expires_after(options_.idle_timeout);
  ++inflight_;
  co_await handler_(exchange);
  --inflight_;
  if (!exchange.ended()) exchange.abort();
  co_return exchange.keeps_alive() && !draining_;
}

}  // namespace sbx::http
