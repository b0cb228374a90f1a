// SPDX-License-Identifier: Apache-2.0
// The answer of a model that another proxy has called, as it passes the external processor: signed, read along, and given back what was
// redacted.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/effects/restorer.h"
#include "runtime/gateway/ext_proc_messages.h"
#include "runtime/gateway/meter.h"
#include "runtime/gateway/upstreams.h"
#include "runtime/observe/served.h"

namespace sbx::gateway {

/// What a request was routed by, and its answer is expected from.
struct Expected {
  ModelId model;
  std::string provider_id;
  Provider* provider = nullptr;  // null: none is set up under that name
  std::string endpoint;          // that was picked; empty: the proxy chose
  http::Headers marks;           // for the client
  std::vector<std::pair<std::string, std::string>> restores;
};

class PassingAnswer {
 public:
  explicit PassingAnswer(observe::Served& served) : served_(served) {}

  /// How its body comes; nothing: nobody says.
  void set_mode(std::optional<envoy::BodyMode> mode) { mode_ = mode; }
  /// Before the answer: without it, it passes as it is.
  void expect(Expected expected);

  [[nodiscard]] envoy::ProcessingResponse head(const envoy::ProcessingRequest& message);
  [[nodiscard]] envoy::ProcessingResponse body(const envoy::HttpBody& piece);
  /// After the last piece, or where there will be none.
  void finish();

 private:
  void record(const http::Response& answer, const std::string& served_by);
  void restore(const http::Response& answer, envoy::ProcessingResponse& reply);
  [[nodiscard]] bool comes_whole() const { return mode_ == envoy::ProcessingMode::BUFFERED; }

  observe::Served& served_;
  std::optional<envoy::BodyMode> mode_;
  std::optional<Expected> expected_;
  int64_t asked_us_ = 0;  // when the request went on, of the steady clock
  std::optional<Meter> meter_;
  std::optional<effects::Restorer> restorer_;
};

}  // namespace sbx::gateway
