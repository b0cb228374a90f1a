// SPDX-License-Identifier: Apache-2.0
// The answer's half of an exchange: heads and chunks as bytes.
#include <charconv>

#include "runtime/http/server.h"

namespace sbx::http {

namespace {

/// What says how a body is cut; it is ours to say.
bool is_framing(std::string_view name) {
  return same_name(name, "content-length") || same_name(name, "transfer-encoding") || same_name(name, "connection") ||
         same_name(name, "keep-alive");
}

void add(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(": ").append(value).append("\r\n");
}

void add_hex(std::string& text, size_t number) {
  char digits[16];
  text.append(digits, std::to_chars(digits, digits + sizeof digits, number, 16).ptr);
}

}  // namespace

Exchange::Exchange(Socket& socket, Request request, bool keep_alive, bool old_client)
    : socket_(socket), request_(std::move(request)), keep_alive_(keep_alive), old_client_(old_client) {}

void Exchange::begin(int status, const Headers& headers, std::optional<uint64_t> length) {
  begun_ = true;
  no_body_ = request_.method == "HEAD" || status == 204 || status == 304;
  chunked_ = !length && !no_body_ && !old_client_;
  if (!length && old_client_) keep_alive_ = false;  // HTTP/1.0: the end of the connection is the end of the answer
  pending_.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(reason(status)).append("\r\n");
  for (const auto& [name, value] : headers) {
    if (!is_framing(name)) add(pending_, name, value);
  }
  if (length && status != 204 && status != 304) add(pending_, "content-length", std::to_string(*length));
  if (chunked_) add(pending_, "transfer-encoding", "chunked");
  if (!keep_alive_) add(pending_, "connection", "close");
  if (keep_alive_ && old_client_) add(pending_, "connection", "keep-alive");
  pending_ += "\r\n";
}

Task<bool> Exchange::send(std::string_view bytes) {
  if (aborted_) co_return false;
  const Io sent = co_await socket_.write(bytes);
  if (sent != Io::Ok) aborted_ = true;
  co_return sent == Io::Ok;
}

Task<bool> Exchange::flush() {
  if (pending_.empty()) co_return !aborted_;
  const std::string bytes = std::exchange(pending_, {});
  co_return co_await send(bytes);
}

Task<bool> Exchange::write(std::string_view piece) {
  // An empty chunk would end the answer.
  if (piece.empty() || no_body_) co_return co_await flush();
  sent_ += piece.size();
  if (!chunked_ && pending_.empty()) co_return co_await send(piece);
  std::string bytes = std::exchange(pending_, {});
  bytes.reserve(bytes.size() + piece.size() + 24);
  if (chunked_) {
    add_hex(bytes, piece.size());
    bytes += "\r\n";
  }
  bytes += piece;
  if (chunked_) bytes += "\r\n";
  co_return co_await send(bytes);
}

Task<bool> Exchange::end() {
  ended_ = true;
  if (chunked_) pending_ += "0\r\n\r\n";
  co_return co_await flush();
}

Task<bool> Exchange::answer(Response response) {
  begin(response.status, response.headers, response.body.size());
  ended_ = true;
  co_return co_await write(response.body);
}

void Exchange::abort() {
  aborted_ = true;
  socket_.close();
}

}  // namespace sbx::http
