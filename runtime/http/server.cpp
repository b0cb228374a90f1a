// SPDX-License-Identifier: Apache-2.0
#include "runtime/http/server.h"

#include <arpa/inet.h>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <unordered_set>

namespace sbx::http {

namespace asio = boost::asio;
namespace beast = boost::beast::http;
using Parser = beast::request_parser<beast::string_body>;

struct Server::Place {
  Place(Loop& loop, int descriptor) : loop(loop), listening(loop, descriptor) {}
  Loop& loop;
  Socket listening;
  std::unordered_set<Socket*> idle;  // that wait for a request
};

namespace {

Error cannot_listen(std::string_view address, const char* why) { return {"R0761", "cannot listen at " + std::string(address) + ": " + why}; }

/// A socket that listens at a path. One that a server left behind is taken away; one that still answers is not.
Result<int> listen_local(const std::string& path, std::string_view address) {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  std::memcpy(local.sun_path, path.c_str(), path.size() + 1);
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return cannot_listen(address, std::strerror(errno));
  const auto* name = reinterpret_cast<const sockaddr*>(&local);
  struct stat found{};
  if (::stat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode)) {
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool answers = ::connect(probe, name, sizeof local) == 0;
    ::close(probe);
    if (answers) {
      ::close(descriptor);
      return cannot_listen(address, "somebody listens there");
    }
    ::unlink(path.c_str());
  }
  if (::bind(descriptor, name, sizeof local) != 0 || ::listen(descriptor, SOMAXCONN) != 0) {
    const int error = errno;
    ::close(descriptor);
    return cannot_listen(address, std::strerror(error));
  }
  return descriptor;
}

Result<int> listen_network(const Address& where, std::string_view address) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(where.host.c_str(), where.port.c_str(), &hints, &found); error != 0)
    return cannot_listen(address, ::gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  const int descriptor = ::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return cannot_listen(address, std::strerror(errno));
  const int one = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (::bind(descriptor, found->ai_addr, found->ai_addrlen) != 0 || ::listen(descriptor, SOMAXCONN) != 0) {
    const int error = errno;
    ::close(descriptor);
    return cannot_listen(address, std::strerror(error));
  }
  return descriptor;
}

/// `HOST:PORT` as it came about.
std::string bound_address(int descriptor, const Address& where) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return where.host + ":" + where.port;
  const bool v6 = storage.ss_family == AF_INET6;
  const uint16_t port = ntohs(v6 ? reinterpret_cast<sockaddr_in6&>(storage).sin6_port : reinterpret_cast<sockaddr_in&>(storage).sin_port);
  return (v6 ? "[" + where.host + "]" : where.host) + ":" + std::to_string(port);
}

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
  Result<Address> where = parse_address(address);
  if (!where) return where.error();
  Result<int> descriptor = where->path.empty() ? listen_network(*where, address) : listen_local(where->path, address);
  if (!descriptor) return descriptor.error();
  std::unique_ptr<Server> server(new Server(options, std::move(tls), std::move(handler), std::move(refuse)));
  server->descriptor_ = *descriptor;
  server->unix_path_ = where->path;
  server->address_ = where->path.empty() ? bound_address(*descriptor, *where) : std::string(address);
  return server;
}

Server::~Server() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!unix_path_.empty()) ::unlink(unix_path_.c_str());
}

void Server::serve_on(Loop& loop) {
  // Every loop waits on a descriptor of its own for the same queue.
  places_.push_back(std::make_unique<Place>(loop, ::fcntl(descriptor_, F_DUPFD_CLOEXEC, 0)));
  Place& place = *places_.back();
  loop.spawn([this, &place] { return accept(place); });
}

void Server::drain() {
  draining_ = true;
  for (const auto& place : places_) {
    place->loop.spawn([this, at = place.get()]() -> Task<void> {
      at->listening.stop_listening();
      for (Socket* socket : at->idle) socket->close();
      co_return;
    });
  }
}

Task<void> Server::accept(Place& place) {
  while (!draining_) {
    int descriptor = -1;
    const Io accepted = co_await place.listening.accept(descriptor);
    if (accepted != Io::Ok) co_return;
    if (descriptor < 0) {  // out of descriptors: those that wait are taken once some are free
      co_await place.loop.sleep_ms(20);
      continue;
    }
    place.loop.spawn([this, &place, descriptor] { return converse(place, descriptor); });
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
    const Io got = co_await socket.read_some(place.loop.scratch(), size);
    if (!begun) {
      place.idle.erase(&socket);
      socket.expires_after(options_.request_timeout);
      begun = true;
    }
    if (got == Io::TimedOut && !buffer.empty()) {
      socket.renew(std::chrono::milliseconds(1000));
      const Request unread;
      co_await turn_away(socket, 408, "the request took too long to arrive", unread);
      co_return false;
    }
    if (got != Io::Ok) co_return false;
    buffer.append(place.loop.scratch().data(), size);
  }
  if (error) {
    const auto [status, why] = fault(error);
    Request request;
    if (parser->is_header_done()) request = plain(*parser);
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
