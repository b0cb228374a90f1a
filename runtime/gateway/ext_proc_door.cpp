// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/ext_proc_door.h"

#include "runtime/gateway/ext_proc_messages.h"

namespace sbx::gateway {

namespace {

using envoy::HealthCheckResponse;

constexpr int64_t kHealthTickMs = 100;  // how late those who watch learn that it drains

/// `liveness` is of the process; all else of what is served.
HealthCheckResponse::ServingStatus health_of(const Serving& serving, std::string_view service) {
  if (service == "liveness") return HealthCheckResponse::SERVING;
  if (!service.empty() && service != "readiness" && service != "envoy.service.ext_proc.v3.ExternalProcessor") return HealthCheckResponse::SERVICE_UNKNOWN;
  return serving.draining ? HealthCheckResponse::NOT_SERVING : HealthCheckResponse::SERVING;
}

void say(grpc::Call& call, HealthCheckResponse::ServingStatus status) {
  HealthCheckResponse response;
  response.set_status(status);
  call.send(response.SerializeAsString());
}

/// Once, or with `watch` each time that it changes.
http::Task<void> answer_health(const Serving& serving, grpc::Call& call, bool watch) {
  const std::optional<std::string> bytes = co_await call.next();
  envoy::HealthCheckRequest request;
  if (!bytes || !request.ParseFromString(*bytes)) {
    call.finish(grpc::Status::InvalidArgument, "this is no message of a health check");
    co_return;
  }
  HealthCheckResponse::ServingStatus status = health_of(serving, request.service());
  if (status == HealthCheckResponse::SERVICE_UNKNOWN && !watch) {
    call.finish(grpc::Status::NotFound, "there is no service `" + request.service() + "` here");
    co_return;
  }
  say(call, status);
  while (watch && !call.left() && !serving.draining) co_await call.loop().sleep_ms(kHealthTickMs);
  const HealthCheckResponse::ServingStatus last = health_of(serving, request.service());
  if (last != status) say(call, last);
  call.finish(grpc::Status::Ok, {});
}

}  // namespace

http::Task<void> answer_proxy(Serving& serving, grpc::Call& call) {
  const std::string& method = call.method();
  if (method == "/envoy.service.ext_proc.v3.ExternalProcessor/Process")
    co_await process(serving, call);
  else if (method == "/grpc.health.v1.Health/Check")
    co_await answer_health(serving, call, false);
  else if (method == "/grpc.health.v1.Health/Watch")
    co_await answer_health(serving, call, true);
  else
    call.finish(grpc::Status::Unimplemented, "there is no method " + method + " here");
}

}  // namespace sbx::gateway
