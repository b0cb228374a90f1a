// SPDX-License-Identifier: Apache-2.0
// A server that models are asked at, by threads that wait for its answer.
#pragma once

#include <memory>
#include <string>

#include "runtime/http/circuit.h"
#include "runtime/http/client.h"
#include "runtime/models/remote.h"

namespace sbx::models {

/// Thread-safe. Connections are kept and used again.
class Server {
 public:
  /// R0766.
  [[nodiscard]] static Result<std::unique_ptr<Server>> make(const RemoteSource& source, const std::shared_ptr<Network>& network);

  /// The body of the answer, if its status is 200. Else R0789, whose message says what came: an address that refuses, a status, no answer
  /// in time, an open circuit.
  [[nodiscard]] Result<std::string> post(const std::string& path, const std::string& body, Deadline deadline);
  /// An answer that is not what was asked for counts as a failure of the server. Returns R0789.
  [[nodiscard]] Error malformed(std::string what);

 private:
  struct Try;
  Server(RemoteSource source, std::shared_ptr<Network> network, http::Pool& pool)
      : source_(std::move(source)), network_(std::move(network)), pool_(pool), circuit_(source_.failures, source_.open_ms) {}
  [[nodiscard]] std::shared_ptr<Try> post_once(const std::string& path, const std::string& body, std::chrono::milliseconds time);

  const RemoteSource source_;
  const std::shared_ptr<Network> network_;
  http::Pool& pool_;  // of the network, used on its thread
  http::Circuit circuit_;
};

/// The text as far as the source takes it, cut at a character.
[[nodiscard]] std::string_view cut(std::string_view text, size_t most_bytes);

}  // namespace sbx::models
