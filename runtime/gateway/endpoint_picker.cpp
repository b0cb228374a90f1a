// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/endpoint_picker.h"

#include <algorithm>

namespace sbx::gateway {

namespace {

constexpr size_t kMostNamed = 3;  // the first, and what a proxy may try after it

bool is_in(const std::optional<std::vector<std::string>>& subset, const std::string& name) {
  return !subset || std::ranges::find(*subset, name) != subset->end();
}

}  // namespace

std::string host_and_port(const Endpoint& endpoint) {
  const http::Address& address = endpoint.url().address;
  const bool is_v6 = address.host.find(':') != std::string::npos;
  return (is_v6 ? "[" + address.host + "]" : address.host) + ":" + address.port;
}

std::vector<EndpointPicker::Candidate> EndpointPicker::candidates(const Provider* provider, const std::optional<std::vector<std::string>>& subset) {
  std::vector<Candidate> found;
  if (provider == nullptr) {
    for (const std::string& name : subset.value_or(std::vector<std::string>{})) found.push_back({name, 1});
    return found;
  }
  for (const auto& endpoint : provider->endpoints()) {
    if (endpoint->weight() <= 0 || !endpoint->url().address.path.empty()) continue;  // a UNIX socket has no port
    std::string name = host_and_port(*endpoint);
    if (is_in(subset, name) && endpoint->circuit().admits()) found.push_back({std::move(name), endpoint->weight()});
  }
  return found;
}

PickedEndpoints EndpointPicker::pick(const Provider* provider, const std::optional<std::vector<std::string>>& subset) {
  std::vector<Candidate> left = candidates(provider, subset);
  PickedEndpoints picked;
  const std::lock_guard lock(mutex_);
  const auto requests = [&](const Candidate& one) {
    const auto found = inflight_.find(one.name);
    return found == inflight_.end() ? 0 : found->second;
  };
  const size_t well = left.size();
  if (most_requests_ > 0) std::erase_if(left, [&](const Candidate& one) { return requests(one) >= most_requests_; });
  picked.busy = left.empty() && well > 0;
  if (left.empty()) return picked;
  std::ranges::rotate(left, left.begin() + static_cast<ptrdiff_t>(turn_++ % left.size()));
  std::ranges::stable_sort(left, [&](const Candidate& a, const Candidate& b) { return requests(a) * b.weight < requests(b) * a.weight; });
  for (size_t i = 0; i < std::min(left.size(), kMostNamed); ++i) picked.endpoints.push_back(std::move(left[i].name));
  return picked;
}

void EndpointPicker::begin(const std::string& endpoint) {
  const std::lock_guard lock(mutex_);
  ++inflight_[endpoint];
}

void EndpointPicker::end(const std::string& endpoint) {
  const std::lock_guard lock(mutex_);
  const auto found = inflight_.find(endpoint);
  if (found != inflight_.end() && --found->second <= 0) inflight_.erase(found);
}

}  // namespace sbx::gateway
