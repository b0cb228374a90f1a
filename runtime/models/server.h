// SPDX-License-Identifier: Apache-2.0
// A server that models are asked at, by threads that wait for its answer.
#pragma once

#include <functional>
#include <memory>
#include <optional>
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

  /// Takes what it needs of an answer; returns what is wrong with it, as `answered with what is no JSON`, or nothing.
  using Read = std::function<std::string(const std::string& answer)>;

  /// Has an answer of status 200 read. Otherwise R0789, whose message says what came: an address that refuses, a status, no answer in time,
  /// an open circuit, an answer that is not what was asked for; the last counts as a failure of the server too.
  [[nodiscard]] std::optional<Error> post(const std::string& path, const std::string& body, Deadline deadline, const Read& read);

 private:
  struct Try;
  struct Answer {
    bool came = false;
    http::CallEnd end = http::CallEnd::TimedOut;
    int status = 0;
    std::string body;
  };
  Server(RemoteSource source, std::shared_ptr<Network> network, http::Pool& pool)
      : source_(std::move(source)), network_(std::move(network)), pool_(pool), circuit_(source_.failures, source_.open_ms) {}
  [[nodiscard]] Answer post_once(const std::string& path, const std::string& body, std::chrono::milliseconds time);

  const RemoteSource source_;
  const std::shared_ptr<Network> network_;
  http::Pool& pool_;  // of the network, used on its thread
  http::Circuit circuit_;
};

/// The text as far as the source takes it, cut at a character.
[[nodiscard]] std::string_view cut(std::string_view text, size_t most_bytes);

}  // namespace sbx::models
