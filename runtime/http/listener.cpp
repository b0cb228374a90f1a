// SPDX-License-Identifier: Apache-2.0
#include "runtime/http/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sbx::http {

// Every loop waits on a descriptor of its own for the same queue.
struct Listener::Place {
  Place(Loop& loop, int descriptor, std::function<Task<void>(int)> converse)
      : loop(loop), listening(loop, descriptor), converse(std::move(converse)) {}
  Loop& loop;
  Socket listening;
  std::function<Task<void>(int)> converse;
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

}  // namespace

Result<std::unique_ptr<Listener>> Listener::listen(std::string_view address) {
  const Result<Address> where = parse_address(address);
  if (!where) return where.error();
  const Result<int> descriptor = where->path.empty() ? listen_network(*where, address) : listen_local(where->path, address);
  if (!descriptor) return descriptor.error();
  std::unique_ptr<Listener> listener(new Listener);
  listener->descriptor_ = *descriptor;
  listener->unix_path_ = where->path;
  listener->address_ = where->path.empty() ? bound_address(*descriptor, *where) : std::string(address);
  return listener;
}

Listener::~Listener() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!unix_path_.empty()) ::unlink(unix_path_.c_str());
}

void Listener::serve_on(Loop& loop, std::function<Task<void>(int descriptor)> converse) {
  places_.push_back(std::make_unique<Place>(loop, ::fcntl(descriptor_, F_DUPFD_CLOEXEC, 0), std::move(converse)));
  Place& place = *places_.back();
  loop.spawn([this, &place] { return accept(place); });
}

void Listener::stop() {
  stopped_ = true;
  for (const auto& place : places_) {
    place->loop.spawn([at = place.get()]() -> Task<void> {
      at->listening.stop_listening();
      co_return;
    });
  }
}

Task<void> Listener::accept(Place& place) {
  while (!stopped_) {
    int descriptor = -1;
    const Io accepted = co_await place.listening.accept(descriptor);
    if (accepted != Io::Ok) co_return;
    if (descriptor < 0) {  // out of descriptors: those that wait are taken once some are free
      co_await place.loop.sleep_ms(20);
      continue;
    }
    place.loop.spawn([&place, descriptor] { return place.converse(descriptor); });
  }
}

}  // namespace sbx::http
