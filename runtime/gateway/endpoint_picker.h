// SPDX-License-Identifier: Apache-2.0
// Which server a request should go to, where another proxy sends it there: the endpoint picker protocol v1.0.0 of the Gateway API's inference
// extension. Servers are told apart by `IP:PORT`.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/gateway/upstreams.h"

namespace sbx::gateway {

/// Servers in the order in which they should be tried. None: `busy` says that some are well but have as many requests as they may.
struct PickedEndpoints {
  std::vector<std::string> endpoints;
  bool busy = false;
};

/// Thread-safe.
class EndpointPicker {
 public:
  /// `most_requests`: at once, of one server; 0: as many as come.
  explicit EndpointPicker(int64_t most_requests) : most_requests_(most_requests) {}

  /// Those of `provider` (null: none are known) that are well and, where there is a subset, in it. Of servers that nobody has set up, those of
  /// the subset. The one with the fewest requests for its weight comes first.
  [[nodiscard]] PickedEndpoints pick(const Provider* provider, const std::optional<std::vector<std::string>>& subset);
  /// A request is on its way to a server, until `end`.
  void begin(const std::string& endpoint);
  void end(const std::string& endpoint);

 private:
  struct Candidate {
    std::string name;
    int64_t weight = 1;
  };
  static std::vector<Candidate> candidates(const Provider* provider, const std::optional<std::vector<std::string>>& subset);

  const int64_t most_requests_;
  std::mutex mutex_;  // guards what follows
  std::unordered_map<std::string, int64_t> inflight_;
  size_t turn_ = 0;  // equals are taken in turn
};

/// `HOST:PORT` of a server.
[[nodiscard]] std::string host_and_port(const Endpoint& endpoint);

}  // namespace sbx::gateway
