// SPDX-License-Identifier: Apache-2.0
// What a proxy may ask of the external processor: requests to process, and whether it is well.
#pragma once

#include "runtime/gateway/serving.h"
#include "runtime/grpc/call.h"

namespace sbx::gateway {

/// One call of `envoy.service.ext_proc.v3.ExternalProcessor` or of `grpc.health.v1.Health`. Finishes it.
http::Task<void> answer_proxy(Serving& serving, grpc::Call& call);
/// One request of a proxy's, from its head to the last byte of its answer.
http::Task<void> process(Serving& serving, grpc::Call& call);

}  // namespace sbx::gateway
