// SPDX-License-Identifier: Apache-2.0
// A request as OpenTelemetry sees it: one span of the gateway, and below it one for each call of a model.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "runtime/observe/served.h"

namespace sbx::observe {

/// Ids of spans. One thread's.
class SpanIds {
 public:
  /// 16 hex digits, not all zero.
  [[nodiscard]] std::string next();

 private:
  std::mt19937_64 engine_{std::random_device{}()};
};

/// Each as JSON of OTLP; attributes by the conventions for generative AI, and our own `signalbox.*`. Nothing of what was said is in them.
[[nodiscard]] std::vector<std::string> spans(const Served& request, SpanIds& ids);

/// The body of a POST to `/v1/traces`.
[[nodiscard]] std::string export_request(const std::vector<std::string>& spans, const std::string& service_name);

}  // namespace sbx::observe
