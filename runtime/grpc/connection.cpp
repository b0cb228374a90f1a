// SPDX-License-Identifier: Apache-2.0
#include "runtime/grpc/connection.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "runtime/base/check.h"

namespace sbx::grpc {

namespace {

constexpr uint32_t kWindow = 1 << 20;            // bytes of a call that may be on their way
constexpr int32_t kConnectionWindow = 16 << 20;  // of all calls together
constexpr uint32_t kHeaderBytes = 16 << 10;      // of a call's head, which carries nothing of the request that it is about
constexpr size_t kMostAtOnce = 256 << 10;        // bytes that are gathered for one write

nghttp2_nv header(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) { return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data())); };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

/// `grpc-message`: what is not printable ASCII, and `%`, as `%XX`.
std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte >= 0x20 && byte < 0x7F && c != '%') {
      out += c;
    } else {
      out += '%';
      out += "0123456789ABCDEF"[byte >> 4];
      out += "0123456789ABCDEF"[byte & 15];
    }
  }
  return out;
}

}  // namespace

/// What nghttp2 calls, with the connection as `user`.
struct Callbacks {
  static Connection& of(void* user) { return *static_cast<Connection*>(user); }
  static Call* call_of(nghttp2_session* session, int32_t stream) { return static_cast<Call*>(nghttp2_session_get_stream_user_data(session, stream)); }

  static int begin_headers(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    Connection& connection = of(user);
    auto call = std::make_shared<Call>(connection.socket_.loop(), connection.message_bytes_);
    call->connection_ = &connection;
    call->stream_ = frame->hd.stream_id;
    nghttp2_session_set_stream_user_data(session, call->stream_, call.get());
    connection.calls_.emplace(call->stream_, std::move(call));
    return 0;
  }

  static int take_header(nghttp2_session* session, const nghttp2_frame* frame, const uint8_t* name, size_t name_size, const uint8_t* value, size_t value_size,
                         uint8_t, void*) {
    Call* call = call_of(session, frame->hd.stream_id);
    if (call == nullptr) return 0;
    const std::string_view key(reinterpret_cast<const char*>(name), name_size), text(reinterpret_cast<const char*>(value), value_size);
    if (key == ":path") call->method_ = text;
    if (key == ":method") call->verb_ = text;
    if (key == "content-type") call->content_type_ = text;
    return 0;
  }

  static int take_frame(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    Call* call = call_of(session, frame->hd.stream_id);
    if (call == nullptr) return 0;
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
      call->half_closed_ = true;
      call->arrived_.set();
    }
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) begin(of(user), *call);
    return 0;
  }

  static void begin(Connection& connection, Call& call) {
    if (call.verb_ == "POST" && call.content_type_.starts_with("application/grpc")) return connection.begin_(connection.calls_.at(call.stream_));
    const nghttp2_nv refused = header(":status", "415");  // no client of gRPC: it could not read a status of ours
    nghttp2_submit_response(connection.session_, call.stream_, &refused, 1, nullptr);
    call.headed_ = true;
    call.end_ = Call::End{Status::Unimplemented, {}};
  }

  static int take_data(nghttp2_session* session, uint8_t, int32_t stream, const uint8_t* bytes, size_t size, void*) {
    if (Call* call = call_of(session, stream)) call->receive({reinterpret_cast<const char*>(bytes), size});
    return 0;
  }

  static int end_stream(nghttp2_session*, int32_t stream, uint32_t, void* user) {
    auto& calls = of(user).calls_;
    const auto found = calls.find(stream);
    if (found == calls.end()) return 0;
    found->second->close();
    calls.erase(found);
    return 0;
  }

  /// The next bytes of a call's answer; at its end come the trailers that say how it ended.
  static ssize_t give_data(nghttp2_session* session, int32_t stream, uint8_t* to, size_t size, uint32_t* flags, nghttp2_data_source* source, void*) {
    Call& call = *static_cast<Call*>(source->ptr);
    const size_t given = std::min(size, call.out_.size() - call.out_at_);
    std::memcpy(to, call.out_.data() + call.out_at_, given);
    call.out_at_ += given;
    if (call.out_at_ < call.out_.size()) return static_cast<ssize_t>(given);
    call.out_.clear();
    call.out_at_ = 0;
    if (!call.end_ && given == 0) return NGHTTP2_ERR_DEFERRED;
    if (!call.end_) return static_cast<ssize_t>(given);
    *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
    const std::string status = std::to_string(static_cast<int>(call.end_->status)), why = percent_encoded(call.end_->why);
    const std::array trailers{header("grpc-status", status), header("grpc-message", why)};
    nghttp2_submit_trailer(session, stream, trailers.data(), why.empty() ? 1 : 2);
    return static_cast<ssize_t>(given);
  }
};

Connection::Connection(http::Socket& socket, uint64_t message_bytes, uint32_t most_calls, Begin begin)
    : socket_(socket), message_bytes_(message_bytes), begin_(std::move(begin)), written_(socket.loop()) {
  nghttp2_session_callbacks* callbacks = nullptr;
  SBX_CHECK(nghttp2_session_callbacks_new(&callbacks) == 0, "no memory for a connection");
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, Callbacks::begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::take_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::take_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::take_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::end_stream);
  SBX_CHECK(nghttp2_session_server_new(&session_, callbacks, this) == 0, "no memory for a connection");
  nghttp2_session_callbacks_del(callbacks);
  const std::array<nghttp2_settings_entry, 3> settings{{{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, most_calls},
                                                        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kWindow},
                                                        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, kHeaderBytes}}};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
}

Connection::~Connection() { nghttp2_session_del(session_); }

http::Task<void> Connection::run() {
  write_soon();
  while (!closed_) {
    size_t size = 0;
    const http::Io got = co_await socket_.read_some(socket_.loop().scratch(), size);
    if (got != http::Io::Ok) break;
    socket_.expires_after(std::chrono::milliseconds(0));
    reading_ = true;
    const ssize_t taken = nghttp2_session_mem_recv(session_, reinterpret_cast<const uint8_t*>(socket_.loop().scratch().data()), size);
    reading_ = false;
    if (taken < 0) break;
    write_soon();
  }
  closed_ = true;
  let_go_of_calls();
  socket_.close();
  while (writing_) co_await written_.wait();
}

void Connection::drain() {
  if (draining_ || closed_) return;
  draining_ = true;
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(session_), NGHTTP2_NO_ERROR, nullptr, 0);
  write_soon();
}

void Connection::has_more(Call& call) {
  if (call.headed_)
    nghttp2_session_resume_data(session_, call.stream_);
  else
    send_head(call);
  write_soon();
}

void Connection::send_head(Call& call) {
  call.headed_ = true;
  const std::string status = call.end_ ? std::to_string(static_cast<int>(call.end_->status)) : "", why = call.end_ ? percent_encoded(call.end_->why) : "";
  const std::array head{header(":status", "200"), header("content-type", "application/grpc"), header("grpc-status", status), header("grpc-message", why)};
  if (call.end_ && call.out_.empty()) {  // nothing but an end: all in one
    nghttp2_submit_response(session_, call.stream_, head.data(), why.empty() ? 3 : 4, nullptr);
    return;
  }
  nghttp2_data_provider body{};
  body.source.ptr = &call;
  body.read_callback = Callbacks::give_data;
  nghttp2_submit_response(session_, call.stream_, head.data(), 2, &body);
}

void Connection::write_soon() {
  if (writing_ || reading_ || closed_) return;
  writing_ = true;
  socket_.loop().spawn([self = shared_from_this()] { return self->write(); });
}

http::Task<void> Connection::write() {
  std::string out;
  while (!closed_) {
    const uint8_t* bytes = nullptr;
    ssize_t size = 0;
    out.clear();
    while (out.size() < kMostAtOnce && (size = nghttp2_session_mem_send(session_, &bytes)) > 0) out.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
    if (out.empty()) break;
    const http::Io sent = co_await socket_.write(out);
    if (sent != http::Io::Ok) closed_ = true;
  }
  if (closed_ || is_over()) socket_.close();
  writing_ = false;
  written_.set();
}

bool Connection::is_over() const {
  if (draining_ && calls_.empty()) return true;
  return nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
}

void Connection::let_go_of_calls() {
  for (const auto& [stream, call] : calls_) call->close();
  calls_.clear();
}

}  // namespace sbx::grpc
