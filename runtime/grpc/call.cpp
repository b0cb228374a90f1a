// SPDX-License-Identifier: Apache-2.0
#include "runtime/grpc/call.h"

#include "runtime/grpc/connection.h"

namespace sbx::grpc {

namespace {

constexpr size_t kPrefix = 5;  // a byte that says whether the message is compressed, and four of its length

uint32_t length_at(const char* bytes) {
  uint32_t length = 0;
  for (int i = 0; i < 4; ++i) length = length << 8 | static_cast<uint8_t>(bytes[i]);
  return length;
}

}  // namespace

http::Task<std::optional<std::string>> Call::next() {
  while (messages_.empty()) {
    if (half_closed_ || left_ || end_) co_return std::nullopt;
    co_await arrived_.wait();
  }
  std::optional<std::string> message = std::move(messages_.front());
  messages_.pop_front();
  waiting_ -= message->size();
  co_return message;
}

void Call::send(std::string_view message) {
  if (connection_ == nullptr || end_) return;
  const auto length = static_cast<uint32_t>(message.size());
  out_ += '\0';
  for (int shift = 24; shift >= 0; shift -= 8) out_ += static_cast<char>(length >> shift & 0xFF);
  out_ += message;
  connection_->has_more(*this);
}

void Call::finish(Status status, std::string_view why) {
  if (end_) return;
  end_ = End{status, std::string(why)};
  if (connection_ != nullptr) connection_->has_more(*this);
}

void Call::receive(std::string_view bytes) {
  if (end_) return;
  partial_ += bytes;
  take_messages();
}

void Call::take_messages() {
  size_t at = 0;
  while (partial_.size() - at >= kPrefix) {
    const uint32_t length = length_at(partial_.data() + at + 1);
    if (partial_[at] != 0) return refuse(Status::Unimplemented, "compressed messages are not read here");
    if (length + waiting_ > message_bytes_) return refuse(Status::ResourceExhausted, "a message is larger than what is taken here");
    if (partial_.size() - at - kPrefix < length) break;
    messages_.push_back(partial_.substr(at + kPrefix, length));
    waiting_ += length;
    at += kPrefix + length;
    arrived_.set();
  }
  partial_.erase(0, at);
}

void Call::refuse(Status status, std::string_view why) {
  partial_ = {};
  finish(status, why);
  arrived_.set();
}

void Call::close() {
  left_ = !end_;
  connection_ = nullptr;
  arrived_.set();
}

}  // namespace sbx::grpc
