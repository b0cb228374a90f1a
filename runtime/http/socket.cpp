// SPDX-License-Identifier: Apache-2.0
// A read or a write is first tried, and waits only if it must: most of what a gateway reads is there already.
#include "runtime/http/socket.h"

#include <arpa/inet.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "runtime/http/socket_wait.h"

namespace sbx::http {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr int64_t kWaitRead = -1, kWaitWrite = -2, kBroken = -3;

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

int64_t tls_result(ssl_st* tls, int result) {
  if (result > 0) return result;
  const int what = SSL_get_error(tls, result);
  ERR_clear_error();
  if (what == SSL_ERROR_WANT_READ) return kWaitRead;
  if (what == SSL_ERROR_WANT_WRITE) return kWaitWrite;
  return what == SSL_ERROR_ZERO_RETURN ? 0 : kBroken;
}

bool is_ip(const std::string& host) {
  unsigned char bytes[16];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1 || inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

/// A descriptor that connects to `address`, or -1.
int connecting(const sockaddr* address, socklen_t size, bool& done) {
  const int descriptor = ::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  const int one = 1;
  if (address->sa_family != AF_UNIX) ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  done = ::connect(descriptor, address, size) == 0;
  if (done || errno == EINPROGRESS) return descriptor;
  ::close(descriptor);
  return -1;
}

struct Where {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

Where local_place(const std::string& path) {
  Where where{.size = sizeof(sockaddr_un)};
  auto* local = reinterpret_cast<sockaddr_un*>(&where.storage);
  local->sun_family = AF_UNIX;
  std::memcpy(local->sun_path, path.c_str(), std::min(path.size() + 1, sizeof local->sun_path - 1));
  return where;
}

/// Where an address can be reached, in the order to be tried; empty if its name is not known.
Task<std::vector<Where>> places_of(Loop& loop, const Address& address) {
  std::vector<Where> places;
  if (!address.path.empty()) {
    places.push_back(local_place(address.path));
    co_return places;
  }
  tcp::resolver resolver(loop.context());
  tcp::resolver::results_type found;
  boost::system::error_code error;
  if (is_ip(address.host)) {
    found = resolver.resolve(address.host, address.port, tcp::resolver::numeric_host | tcp::resolver::numeric_service, error);
  } else {
    found = co_await resolver.async_resolve(address.host, address.port, asio::redirect_error(asio::use_awaitable, error));
  }
  for (const auto& entry : found) {
    Where where{.size = static_cast<socklen_t>(entry.endpoint().size())};
    std::memcpy(&where.storage, entry.endpoint().data(), where.size);
    places.push_back(where);
  }
  co_return places;
}

bool is_connected(int descriptor) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

}  // namespace

Socket::Socket(Loop& loop, int descriptor) : loop_(loop), wait_(std::make_unique<Wait>(loop, descriptor)) { loop_.add(*this); }

Socket::~Socket() {
  loop_.remove(*this);
  if (tls_ != nullptr) {
    if (!closed_ && !timed_out_) SSL_shutdown(tls_);
    ERR_clear_error();
    SSL_free(tls_);
  }
}

Task<Io> Socket::wait(bool for_reading) {
  if (timed_out_) co_return Io::TimedOut;
  if (left_) co_return Io::Left;
  if (closed_) co_return Io::Broken;
  boost::system::error_code error;
  co_await wait_->descriptor.async_wait(for_reading ? asio::posix::stream_descriptor::wait_read : asio::posix::stream_descriptor::wait_write,
                                        asio::redirect_error(asio::use_awaitable, error));
  if (timed_out_) co_return Io::TimedOut;
  if (left_) co_return Io::Left;
  co_return error || closed_ ? Io::Broken : Io::Ok;
}

int64_t Socket::attempt_read(std::span<char> into) {
  if (tls_ != nullptr) return tls_result(tls_, SSL_read(tls_, into.data(), static_cast<int>(into.size())));
  const ssize_t size = ::recv(wait_->descriptor.native_handle(), into.data(), into.size(), 0);
  return size >= 0 ? size : would_block() ? kWaitRead : kBroken;
}

int64_t Socket::attempt_write(std::string_view bytes) {
  if (tls_ != nullptr) return tls_result(tls_, SSL_write(tls_, bytes.data(), static_cast<int>(std::min<size_t>(bytes.size(), 1 << 30))));
  const ssize_t size = ::send(wait_->descriptor.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return size >= 0 ? size : would_block() ? kWaitWrite : kBroken;
}

Task<Io> Socket::read_some(std::span<char> into, size_t& size) {
  size = 0;
  for (;;) {
    if (closed_) co_return Io::Broken;
    const int64_t result = attempt_read(into);
    if (result > 0) {
      size = static_cast<size_t>(result);
      co_return Io::Ok;
    }
    if (result == 0) co_return Io::End;
    if (result == kBroken) co_return Io::Broken;
    if (const Io waited = co_await wait(result == kWaitRead); waited != Io::Ok) co_return waited;
  }
}

Task<Io> Socket::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (closed_) co_return Io::Broken;
    const int64_t result = attempt_write(bytes);
    if (result > 0) {
      bytes.remove_prefix(static_cast<size_t>(result));
    } else if (result == 0 || result == kBroken) {
      co_return Io::Broken;
    } else if (const Io waited = co_await wait(result == kWaitRead); waited != Io::Ok) {
      co_return waited;
    }
  }
  co_return Io::Ok;
}

Task<Io> Socket::accept(int& descriptor) {
  for (;;) {
    if (closed_) co_return Io::Broken;
    descriptor = ::accept4(wait_->descriptor.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      const int one = 1;
      ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);  // fails on a UNIX socket, which needs none
      co_return Io::Ok;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) co_return Io::Ok;
    if (!would_block() && errno != ECONNABORTED && errno != EINTR) co_return Io::Broken;
    if (const Io waited = co_await wait(true); waited != Io::Ok) co_return waited;
  }
}

void Socket::stop_listening() {
  closed_ = true;
  wait_->cancel();
}

Task<Io> Socket::handshake() {
  for (;;) {
    const int64_t result = tls_result(tls_, SSL_do_handshake(tls_));
    if (result > 0) co_return Io::Ok;
    if (result == 0 || result == kBroken) co_return Io::Broken;
    if (const Io waited = co_await wait(result == kWaitRead); waited != Io::Ok) co_return waited;
  }
}

Task<Io> Socket::accept_tls(const Tls& tls) {
  tls_ = SSL_new(tls.get());
  SSL_set_fd(tls_, wait_->descriptor.native_handle());
  SSL_set_accept_state(tls_);
  co_return co_await handshake();
}

Task<std::pair<std::unique_ptr<Socket>, Io>> Socket::connect(Loop& loop, const Address& address, const Tls& tls,
                                                             std::chrono::milliseconds timeout) {
  using Connected = std::pair<std::unique_ptr<Socket>, Io>;
  const std::vector<Where> places = co_await places_of(loop, address);
  Io last = Io::Refused;
  for (const Where& where : places) {
    bool done = false;
    const int descriptor = connecting(reinterpret_cast<const sockaddr*>(&where.storage), where.size, done);
    if (descriptor < 0) continue;
    auto socket = std::make_unique<Socket>(loop, descriptor);
    socket->expires_after(timeout);
    if (!done) {
      last = co_await socket->wait(false);
      if (last == Io::Ok && !is_connected(descriptor)) last = Io::Refused;
      if (last != Io::Ok) continue;
    }
    if (tls) {
      socket->tls_ = SSL_new(tls.get());
      SSL_set_fd(socket->tls_, descriptor);
      SSL_set_connect_state(socket->tls_);
      if (is_ip(address.host)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(socket->tls_), address.host.c_str());
      } else {
        SSL_set_tlsext_host_name(socket->tls_, address.host.c_str());
        SSL_set1_host(socket->tls_, address.host.c_str());
      }
      last = co_await socket->handshake();
      if (last != Io::Ok) continue;
    }
    co_return Connected(std::move(socket), Io::Ok);
  }
  co_return Connected(nullptr, last);
}

void Socket::expires_after(std::chrono::milliseconds time) {
  deadline_ = time.count() == 0 ? std::chrono::steady_clock::time_point{} : std::chrono::steady_clock::now() + time;
}

void Socket::renew(std::chrono::milliseconds time) {
  timed_out_ = false;
  expires_after(time);
}

void Socket::ends_with(Socket* client) { client_ = client; }

bool Socket::has_left(bool quiet) const {
  char byte = 0;
  const ssize_t size = ::recv(wait_->descriptor.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (size > 0) return quiet && tls_ == nullptr;
  return size == 0 || !would_block();
}

void Socket::end() { ::shutdown(wait_->descriptor.native_handle(), SHUT_WR); }

void Socket::close() {
  closed_ = true;
  wait_->cancel();
  ::shutdown(wait_->descriptor.native_handle(), SHUT_RDWR);
}

std::string Socket::peer() const {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  char text[INET6_ADDRSTRLEN] = {};
  if (::getpeername(wait_->descriptor.native_handle(), reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  if (storage.ss_family == AF_INET) inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in*>(&storage)->sin_addr, text, sizeof text);
  if (storage.ss_family == AF_INET6) inet_ntop(AF_INET6, &reinterpret_cast<sockaddr_in6*>(&storage)->sin6_addr, text, sizeof text);
  return text;
}

}  // namespace sbx::http
