// SPDX-License-Identifier: Apache-2.0
// A connection: bytes in and out, in the clear or under TLS, until a deadline. Belongs to one loop, and is used on its thread only.
// The process must ignore SIGPIPE: OpenSSL writes to connections that may be gone.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "runtime/http/address.h"
#include "runtime/http/loop.h"
#include "runtime/http/task.h"
#include "runtime/http/tls.h"

struct ssl_st;

namespace sbx::http {

/// How an exchange of bytes ended.
enum class Io : uint8_t {
  Ok,
  End,        // the other side has said all it had to say
  Refused,    // nobody answers there, or the name is not known
  TimedOut,   // the deadline passed
  Broken,     // the connection is gone, or is no TLS connection
  Left,       // the client that this was for has left
};

class Socket {
 public:
  /// Of a descriptor that is connected; it is the socket's from here on.
  Socket(Loop& loop, int descriptor);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  /// Connects; what went wrong is said by the second. With TLS the name of the address is verified.
  static Task<std::pair<std::unique_ptr<Socket>, Io>> connect(Loop& loop, const Address& address, const Tls& tls,
                                                              std::chrono::milliseconds timeout);
  /// The server's half of a TLS connection.
  Task<Io> accept_tls(const Tls& tls);

  /// What has come, at most `into.size()` bytes, once something has; `size` is 0 at the end.
  Task<Io> read_some(std::span<char> into, size_t& size);
  /// All of it.
  Task<Io> write(std::string_view bytes);

  /// Of a listening socket: a descriptor of the next connection; -1 if there are no descriptors left. Not Ok once it listens no more.
  Task<Io> accept(int& descriptor);
  void stop_listening();

  /// From now on what takes longer is TimedOut; zero: there is no deadline.
  void expires_after(std::chrono::milliseconds time);
  /// The same, though a deadline has passed.
  void renew(std::chrono::milliseconds time);
  /// What waits here ends with Left once the other socket's peer has hung up; null: no longer. That one must outlive this wait.
  void ends_with(Socket* client);
  /// Whether the peer has hung up, or (with `quiet`) has sent something. Does not wait.
  [[nodiscard]] bool has_left(bool quiet = false) const;
  /// Says that nothing more will be written; what comes can still be read. In the clear only.
  void end();
  /// Ends what waits here with Broken; nothing more is sent.
  void close();

  [[nodiscard]] Loop& loop() const { return loop_; }
  [[nodiscard]] std::string peer() const;

 private:
  friend class Loop;
  struct Wait;
  Task<Io> wait(bool for_reading);
  Task<Io> handshake();
  /// Once: a count, 0 at the end, or less with what to wait for.
  int64_t attempt_read(std::span<char> into);
  int64_t attempt_write(std::string_view bytes);

  Loop& loop_;
  std::unique_ptr<Wait> wait_;
  ssl_st* tls_ = nullptr;
  Socket* client_ = nullptr;
  std::chrono::steady_clock::time_point deadline_{};  // none: the clock's origin
  bool timed_out_ = false, left_ = false, closed_ = false;
  Socket* next_ = nullptr;  // of the loop's list
  Socket* previous_ = nullptr;
};

}  // namespace sbx::http
