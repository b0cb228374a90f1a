// SPDX-License-Identifier: Apache-2.0
#include "runtime/http/client.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>

namespace sbx::http {

namespace asio = boost::asio;
namespace beast = boost::beast::http;

namespace {

/// A body that is handed on as it comes: pieces are appended to a text that changes from call to call.
struct Pieces {
  struct value_type {
    std::string* into = nullptr;
  };
  class reader {
   public:
    template <bool is_request, class Fields>
    reader(beast::header<is_request, Fields>&, value_type& value) : value_(value) {}
    void init(const boost::optional<std::uint64_t>&, boost::system::error_code& error) { error = {}; }
    template <class Buffers>
    std::size_t put(const Buffers& buffers, boost::system::error_code& error) {
      error = {};
      std::size_t taken = 0;
      for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers); ++at) {
        value_.into->append(static_cast<const char*>(at->data()), at->size());
        taken += at->size();
      }
      return taken;
    }
    void finish(boost::system::error_code& error) { error = {}; }

   private:
    value_type& value_;
  };
};

constexpr size_t kMostHeaderBytes = 64 << 10;

CallEnd ended(Io io) {
  switch (io) {
    case Io::Ok:
      return CallEnd::Ok;
    case Io::Refused:
      return CallEnd::Refused;
    case Io::TimedOut:
      return CallEnd::TimedOut;
    case Io::Left:
      return CallEnd::Left;
    case Io::End:
    case Io::Broken:
      break;
  }
  return CallEnd::Broken;
}

std::string head_of(const Request& request, const Url& url) {
  std::string head = request.method + " " + url.base + request.target + " HTTP/1.1\r\nhost: " + url.authority + "\r\n";
  for (const auto& [name, value] : request.headers) head.append(name).append(": ").append(value).append("\r\n");
  if (!request.body.empty() || request.method == "POST") head.append("content-length: ").append(std::to_string(request.body.size())).append("\r\n");
  return head + "\r\n";
}

}  // namespace

std::string_view to_string(CallEnd end) {
  switch (end) {
    case CallEnd::Ok:
      return "ok";
    case CallEnd::Refused:
      return "refused";
    case CallEnd::TimedOut:
      return "timed out";
    case CallEnd::Broken:
      return "broken off";
    case CallEnd::Malformed:
      return "malformed";
    case CallEnd::Left:
      return "the client left";
  }
  return {};
}

struct Call::Answer {
  beast::response_parser<Pieces> parser;
  bool is_new = true;  // nothing of what was read has been given to it
};

std::unique_ptr<Socket> Pool::take() {
  while (!idle_.empty()) {
    std::unique_ptr<Socket> socket = std::move(idle_.back());
    idle_.pop_back();
    if (!socket->has_left(true)) return socket;
  }
  return nullptr;
}

void Pool::give(std::unique_ptr<Socket> socket) {
  if (idle_.size() >= kMostIdle) return;
  socket->expires_after(std::chrono::milliseconds(0));
  socket->ends_with(nullptr);
  idle_.push_back(std::move(socket));
}

Call::Call(Pool& pool, const CallTimes& times) : pool_(pool), times_(times) {}

Call::~Call() = default;

int Call::status() const { return static_cast<int>(answer_->parser.get().result_int()); }

std::optional<uint64_t> Call::length() const {
  const auto length = answer_->parser.content_length();
  return length ? std::optional<uint64_t>(*length) : std::nullopt;
}

bool Call::has_more() const { return !rest_.empty() || answer_->parser.is_done(); }

Task<CallEnd> Call::send(const Request& request, Socket* client) {
  head_request_ = request.method == "HEAD";
  const std::string bytes = head_of(request, pool_.url_) + request.body;
  socket_ = pool_.take();
  if (socket_) {
    const CallEnd end = co_await exchange(bytes, client);
    if (end != CallEnd::Broken || heard_) co_return end;
  }
  auto [socket, connected] = co_await Socket::connect(pool_.loop_, pool_.url_.address, pool_.tls_, times_.connect);
  if (!socket) co_return ended(connected);
  socket_ = std::move(socket);
  co_return co_await exchange(bytes, client);
}

void Call::new_answer() {
  answer_ = std::make_unique<Answer>();
  answer_->parser.header_limit(kMostHeaderBytes);
  answer_->parser.body_limit(boost::none);
  if (head_request_) answer_->parser.skip(true);
}

Task<CallEnd> Call::exchange(std::string_view bytes, Socket* client) {
  new_answer();
  rest_.clear();
  socket_->expires_after(times_.first_byte);
  socket_->ends_with(client);
  if (const Io sent = co_await socket_->write(bytes); sent != Io::Ok) co_return ended(sent);
  while (!answer_->parser.is_header_done()) {
    if (rest_.empty() || !answer_->is_new) {
      size_t size = 0;
      const Io got = co_await socket_->read_some(pool_.loop_.scratch(), size);
      if (got != Io::Ok) co_return ended(got);
      heard_ = true;
      rest_.append(pool_.loop_.scratch().data(), size);
    }
    answer_->is_new = false;
    boost::system::error_code error;
    answer_->parser.eager(false);
    const size_t used = answer_->parser.put(asio::buffer(rest_), error);
    rest_.erase(0, used);
    if (error && error != beast::error::need_more) co_return CallEnd::Malformed;
    if (answer_->parser.is_header_done() && status() < 200) new_answer();  // 100 Continue and the like: the answer is still to come
  }
  for (const auto& field : answer_->parser.get()) headers_.emplace_back(field.name_string(), field.value());
  answer_->parser.eager(true);
  socket_->expires_after(times_.idle);
  co_return CallEnd::Ok;
}

CallEnd Call::take(std::string& into) {
  answer_->parser.get().body().into = &into;
  boost::system::error_code error;
  while (!rest_.empty() && !answer_->parser.is_done()) {
    const size_t used = answer_->parser.put(asio::buffer(rest_), error);
    rest_.erase(0, used);
    if (error == beast::error::need_more || (!error && used == 0)) break;
    if (error) return CallEnd::Malformed;
  }
  return CallEnd::Ok;
}

Task<CallEnd> Call::read(std::string& into, bool& done) {
  const size_t before = into.size();
  for (;;) {
    if (const CallEnd end = take(into); end != CallEnd::Ok) co_return end;
    done = answer_->parser.is_done();
    if (done) {
      // Bytes after the answer belong to no request of ours: such a connection is not used again.
      if (answer_->parser.keep_alive() && rest_.empty() && !answer_->parser.need_eof()) pool_.give(std::move(socket_));
      co_return CallEnd::Ok;
    }
    if (into.size() > before) co_return CallEnd::Ok;
    size_t size = 0;
    const Io got = co_await socket_->read_some(pool_.loop_.scratch(), size);
    if (got == Io::End && answer_->parser.need_eof()) {
      done = true;
      co_return CallEnd::Ok;
    }
    if (got != Io::Ok) co_return ended(got);
    rest_.append(pool_.loop_.scratch().data(), size);
    socket_->expires_after(times_.idle);
  }
}

Task<CallEnd> Call::read_all(std::string& into, size_t most) {
  for (bool done = false; !done;) {
    if (const CallEnd end = co_await read(into, done); end != CallEnd::Ok) co_return end;
    if (into.size() > most) co_return CallEnd::Malformed;
  }
  co_return CallEnd::Ok;
}

}  // namespace sbx::http
