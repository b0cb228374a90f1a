// SPDX-License-Identifier: Apache-2.0
// One call of a gRPC method: messages in, messages out, and how it ends. Bytes only; what a message means is its handler's business.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/http/event.h"

namespace sbx::grpc {

/// The codes of gRPC that are said here.
enum class Status : uint8_t { Ok = 0, Cancelled = 1, InvalidArgument = 3, NotFound = 5, ResourceExhausted = 8, Unimplemented = 12, Unavailable = 14 };

/// Used on its loop's thread, by its handler and by the connection that it came by, which it may outlive.
class Call {
 public:
  Call(http::Loop& loop, uint64_t message_bytes) : loop_(loop), message_bytes_(message_bytes), arrived_(loop) {}

  /// `/package.Service/Method`.
  [[nodiscard]] const std::string& method() const { return method_; }
  [[nodiscard]] http::Loop& loop() const { return loop_; }

  /// The next message; nothing once the client has said all, or has left.
  http::Task<std::optional<std::string>> next();
  /// Without waiting: what the client does not take yet is kept. A client that has left takes nothing.
  void send(std::string_view message);
  /// Ends the call; the first end counts.
  void finish(Status status, std::string_view why);
  /// Whether the client went away before the end.
  [[nodiscard]] bool left() const { return left_; }
  [[nodiscard]] bool finished() const { return end_.has_value(); }

 private:
  friend class Connection;
  friend struct Callbacks;
  struct End {
    Status status = Status::Ok;
    std::string why;
  };
  /// Bytes as they come: messages, each behind its length.
  void receive(std::string_view bytes);
  void take_messages();
  void refuse(Status status, std::string_view why);
  void close();

  http::Loop& loop_;
  const uint64_t message_bytes_;
  class Connection* connection_ = nullptr;  // null: it is gone, or has let go of the call
  int32_t stream_ = 0;
  std::string method_, content_type_, verb_;
  std::string partial_;               // of a message that is not whole
  std::deque<std::string> messages_;  // that nobody has taken
  uint64_t waiting_ = 0;              // their bytes
  http::Event arrived_;
  std::string out_;    // that has not been sent
  size_t out_at_ = 0;  // where it goes on
  std::optional<End> end_;
  bool headed_ = false, half_closed_ = false, left_ = false;
};

}  // namespace sbx::grpc
