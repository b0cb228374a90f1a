// SPDX-License-Identifier: Apache-2.0
// The side that asks: calls a server and takes its answer as it comes.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/http/message.h"
#include "runtime/http/socket.h"

namespace sbx::http {

/// How a call went that came to no whole answer.
enum class CallEnd : uint8_t {
  Ok,
  Refused,    // no connection
  TimedOut,
  Broken,     // the connection was lost
  Malformed,  // the answer is no HTTP
  Left,       // the client that it was for has left
};
[[nodiscard]] std::string_view to_string(CallEnd end);

/// How long things may take.
struct CallTimes {
  std::chrono::milliseconds connect{2'000};
  std::chrono::milliseconds first_byte{60'000};  // from the request to the head of its answer
  std::chrono::milliseconds idle{120'000};       // between pieces of the body
};

/// Connections of one loop to one server, kept for the next call. Not thread-safe.
class Pool {
 public:
  Pool(Loop& loop, Url url, Tls tls) : loop_(loop), url_(std::move(url)), tls_(std::move(tls)) {}

  [[nodiscard]] const Url& url() const { return url_; }

 private:
  friend class Call;
  static constexpr size_t kMostIdle = 256;
  /// One that the server has not hung up, or null.
  std::unique_ptr<Socket> take();
  void give(std::unique_ptr<Socket> socket);

  Loop& loop_;
  Url url_;
  Tls tls_;
  std::vector<std::unique_ptr<Socket>> idle_;
};

/// One request and its answer. The pool must outlive it.
class Call {
 public:
  Call(Pool& pool, const CallTimes& times);
  ~Call();

  /// Sends the request, and takes the head of its answer. If `client` hangs up meanwhile, that ends it. A connection that was kept and turns
  /// out to be closed before anything of an answer came is replaced once.
  Task<CallEnd> send(const Request& request, Socket* client);
  /// The head.
  [[nodiscard]] int status() const;
  [[nodiscard]] const Headers& headers() const { return headers_; }
  /// Bytes of the body as the head announces them; nothing: to the end that the body itself says.
  [[nodiscard]] std::optional<uint64_t> length() const;
  /// Appends what has come of the body, once something has. `done` is set after the last piece.
  Task<CallEnd> read(std::string& into, bool& done);
  /// Whether `read` has something without waiting.
  [[nodiscard]] bool has_more() const;
  /// All of the body, up to `most` bytes; then Malformed.
  Task<CallEnd> read_all(std::string& into, size_t most);

 private:
  struct Answer;
  Task<CallEnd> exchange(std::string_view bytes, Socket* client);
  void new_answer();
  CallEnd take(std::string& into);

  Pool& pool_;
  CallTimes times_;
  std::unique_ptr<Socket> socket_;
  std::unique_ptr<Answer> answer_;
  Headers headers_;
  std::string rest_;  // read and not yet taken apart
  bool head_request_ = false;
  bool heard_ = false;  // something of an answer has come
};

}  // namespace sbx::http
