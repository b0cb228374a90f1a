// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/ext_proc_body.h"

namespace sbx::gateway {

namespace {

using envoy::BodyMode;
using envoy::ProcessingMode;

constexpr size_t kPieceBytes = 62 << 10;  // of a body that is sent in pieces: proxies take 64 KiB

BodyMode mode_of(ExtProcSettings::BodyMode mode) {
  switch (mode) {
    case ExtProcSettings::BodyMode::Buffered:
      return ProcessingMode::BUFFERED;
    case ExtProcSettings::BodyMode::Streamed:
      return ProcessingMode::STREAMED;
    case ExtProcSettings::BodyMode::FullDuplexStreamed:
      break;
  }
  return ProcessingMode::FULL_DUPLEX_STREAMED;
}

}  // namespace

void ProxyBody::read_modes(const envoy::ProcessingRequest& message, const ExtProcSettings& settings) {
  mode_ = mode_of(settings.body_mode);
  if (!message.has_protocol_config()) return;
  const envoy::ProtocolConfiguration& said = message.protocol_config();
  mode_ = said.request_body_mode();
  holds_head_ = said.send_body_without_waiting_for_header_response();
  answer_mode_ = said.response_body_mode();
}

bool ProxyBody::is_head_held() const {
  return mode_ == ProcessingMode::FULL_DUPLEX_STREAMED || (mode_ == ProcessingMode::STREAMED && holds_head_);
}

void ProxyBody::override_mode(envoy::ProcessingResponse& response, BodyMode mode) const {
  response.mutable_mode_override()->set_request_body_mode(mode);
  if (answer_mode_) response.mutable_mode_override()->set_response_body_mode(*answer_mode_);
}

void ProxyBody::ask_for_it(envoy::ProcessingResponse& response) const {
  response.mutable_request_headers();
  if (mode_ != ProcessingMode::BUFFERED) override_mode(response, ProcessingMode::BUFFERED);
}

void ProxyBody::spare(envoy::ProcessingResponse& response) const {
  if (mode_ != ProcessingMode::NONE && !is_head_held()) override_mode(response, ProcessingMode::NONE);
}

ProxyBody::Taken ProxyBody::take(const envoy::HttpBody& piece, size_t most) {
  ++pieces_;
  bytes_ += piece.body();
  const bool is_whole = piece.end_of_stream() || mode_ == ProcessingMode::BUFFERED;
  if (bytes_.size() > most || (mode_ == ProcessingMode::BUFFERED_PARTIAL && !is_whole)) return Taken::TooLarge;
  return is_whole ? Taken::Whole : Taken::Part;
}

envoy::ProcessingResponse ProxyBody::without_piece() {
  envoy::ProcessingResponse response;
  response.mutable_request_body()->mutable_response()->mutable_body_mutation()->set_clear_body(true);
  return response;
}

envoy::ProcessingResponse ProxyBody::as_it_came(const envoy::HttpBody& piece) const {
  envoy::ProcessingResponse response;
  envoy::CommonResponse& common = *response.mutable_request_body()->mutable_response();
  if (mode_ == ProcessingMode::FULL_DUPLEX_STREAMED) {
    envoy::StreamedBodyResponse& streamed = *common.mutable_body_mutation()->mutable_streamed_response();
    streamed.set_body(piece.body());
    streamed.set_end_of_stream(piece.end_of_stream());
  }
  return response;
}

void ProxyBody::send(const std::string& body, const Reply& reply) const {
  if (mode_ == ProcessingMode::STREAMED) {
    for (size_t piece = 1; piece < pieces_; ++piece) reply(without_piece());
    envoy::ProcessingResponse last;
    last.mutable_request_body()->mutable_response()->mutable_body_mutation()->set_body(body);
    return reply(last);
  }
  size_t at = 0;
  do {
    envoy::ProcessingResponse piece;
    envoy::BodyMutation& mutation = *piece.mutable_request_body()->mutable_response()->mutable_body_mutation();
    envoy::StreamedBodyResponse& streamed = *mutation.mutable_streamed_response();
    streamed.set_body(body.substr(at, kPieceBytes));
    at += streamed.body().size();
    streamed.set_end_of_stream(at == body.size() && !ends_with_trailers_);
    reply(piece);
  } while (at < body.size());
}

}  // namespace sbx::gateway
