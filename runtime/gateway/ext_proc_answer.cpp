// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/ext_proc_answer.h"

#include <chrono>

#include "runtime/gateway/endpoint_picker.h"
#include "runtime/gateway/fallbacks.h"
#include "runtime/request/decode.h"

namespace sbx::gateway {

namespace {

using envoy::ProcessingMode;

int64_t steady_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

void PassingAnswer::expect(Expected expected) {
  expected_ = std::move(expected);
  asked_us_ = steady_us();
}

envoy::ProcessingResponse PassingAnswer::head(const envoy::ProcessingRequest& message) {
  envoy::ProcessingResponse reply;
  envoy::CommonResponse& common = *reply.mutable_response_headers()->mutable_response();
  if (!expected_) return reply;
  const http::Response answer = envoy::answer_of(message.response_headers());
  record(answer, envoy::served_endpoint(message));
  for (const auto& [name, value] : expected_->marks) envoy::set_header(*common.mutable_header_mutation(), name, value);
  meter_.emplace(http::find(answer.headers, "content-type").value_or(std::string_view{}));
  if (!message.response_headers().end_of_stream()) restore(answer, reply);
  return reply;
}

void PassingAnswer::record(const http::Response& answer, const std::string& served_by) {
  const std::string& endpoint = served_by.empty() ? expected_->endpoint : served_by;
  const int64_t waited = steady_us() - asked_us_;
  served_.status = answer.status;
  served_.attempts.push_back({.model = expected_->model,
                              .provider = expected_->provider_id,
                              .endpoint = endpoint,
                              .status = answer.status,
                              .outcome = answer.status < 400 ? "ok" : std::string(class_of(answer.status)),
                              .begin_us = now_us() - waited,
                              .first_byte_us = waited,
                              .duration_us = waited});
  if (expected_->provider == nullptr) return;
  for (const auto& one : expected_->provider->endpoints()) {
    if (host_and_port(*one) == endpoint) answer.status >= 500 ? one->circuit().failed() : one->circuit().succeeded();
  }
}

// A placeholder may come in pieces, so the whole body has to pass here.
void PassingAnswer::restore(const http::Response& answer, envoy::ProcessingResponse& reply) {
  if (expected_->restores.empty() || http::find(answer.headers, "content-encoding")) return;
  restorer_.emplace(expected_->restores, http::find(answer.headers, "content-type").value_or(std::string_view{}).starts_with("text/event-stream"));
  if (mode_.value_or(ProcessingMode::NONE) != ProcessingMode::NONE) return;
  reply.mutable_mode_override()->set_response_body_mode(ProcessingMode::STREAMED);
  reply.mutable_response_headers()->mutable_response()->mutable_header_mutation()->add_remove_headers("content-length");
}

envoy::ProcessingResponse PassingAnswer::body(const envoy::HttpBody& piece) {
  envoy::ProcessingResponse reply;
  envoy::CommonResponse& common = *reply.mutable_response_body()->mutable_response();
  const bool is_last = piece.end_of_stream() || comes_whole();
  if (meter_) meter_->read(piece.body());
  std::string given = restorer_ ? restorer_->feed(piece.body()) : piece.body();
  if (restorer_ && is_last) given += restorer_->finish();
  if (mode_ == ProcessingMode::FULL_DUPLEX_STREAMED) {
    envoy::StreamedBodyResponse& streamed = *common.mutable_body_mutation()->mutable_streamed_response();
    streamed.set_body(std::move(given));
    streamed.set_end_of_stream(piece.end_of_stream());
  } else if (given.empty() && !piece.body().empty()) {
    common.mutable_body_mutation()->set_clear_body(true);
  } else if (given != piece.body()) {
    if (comes_whole()) envoy::set_header(*common.mutable_header_mutation(), "content-length", std::to_string(given.size()));
    common.mutable_body_mutation()->set_body(std::move(given));
  }
  return reply;
}

void PassingAnswer::finish() {
  if (served_.attempts.empty()) return;
  served_.attempts.back().duration_us = steady_us() - asked_us_;
  if (meter_) meter_->finish(served_);
}

}  // namespace sbx::gateway
