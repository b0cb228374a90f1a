// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/ext_proc_route.h"

#include <algorithm>

namespace sbx::gateway {

namespace {

const std::string& served_name(const Model& model) { return model.served_name.empty() ? model.name : model.served_name; }

std::string joined(const std::vector<std::string>& items) {
  std::string list;
  for (const std::string& item : items) list += (list.empty() ? "" : ",") + item;
  return list;
}

/// The one that was chosen and those after it, for a proxy that tries others itself.
std::string candidates_from(const RoutedCall& call) {
  std::vector<std::string> names;
  for (const Attempt& attempt : call.decision.attempts) {
    if (&attempt >= &call.chosen) names.push_back(call.manifest.models[attempt.model].name);
  }
  return joined(names);
}

std::string left_out_of(const RoutedCall& call) {
  std::vector<std::string> slots;
  if (!call.has_body) slots = effects::said_in_body(call.manifest, call.chosen);
  for (const auto& [slot, reason] : call.outgoing.left_out) {
    if (std::ranges::find(slots, slot) == slots.end()) slots.push_back(slot);
  }
  return joined(slots);
}

}  // namespace

http::Headers headers_of(const RoutedCall& call, http::Headers told) {
  const Model& model = call.manifest.models[call.chosen.model];
  http::Headers headers = std::move(told);
  headers.emplace_back("x-signalbox-provider", model.provider);
  headers.emplace_back("x-signalbox-served-model", served_name(model));
  headers.emplace_back("x-signalbox-candidates", candidates_from(call));
  if (const std::string left_out = left_out_of(call); !left_out.empty()) headers.emplace_back("x-signalbox-left-out", left_out);
  if (!call.model_header.empty()) http::set(headers, call.model_header, served_name(model));
  if (!call.outgoing.restores.empty()) http::set(headers, "accept-encoding", "identity");
  for (const auto& [name, value] : call.outgoing.headers) http::set(headers, name, value);
  if (!call.endpoints.empty()) http::set(headers, envoy::kDestination, joined(call.endpoints));
  return headers;
}

void remove_headers(const http::Headers& client, const http::Headers& set, bool hides_keys, bool loses_encoding,
                    envoy::HeaderMutation& mutation) {
  for (const auto& [name, value] : client) {
    if (name.starts_with("x-signalbox-") && !http::find(set, name)) mutation.add_remove_headers(name);
  }
  if (hides_keys) {
    mutation.add_remove_headers("authorization");
    mutation.add_remove_headers("x-api-key");
  }
  if (loses_encoding) mutation.add_remove_headers("content-encoding");
}

envoy::Struct metadata_of(const http::Headers& headers, const std::vector<std::string>& endpoints) {
  envoy::Struct ours, all;
  for (const auto& [name, value] : headers) {
    if (name.starts_with("x-signalbox-")) envoy::set_text(ours, name.substr(std::string_view("x-signalbox-").size()), value);
  }
  *(*all.mutable_fields())["signalbox"].mutable_struct_value() = std::move(ours);
  if (!endpoints.empty())
    envoy::set_text(*(*all.mutable_fields())["envoy.lb"].mutable_struct_value(), std::string(envoy::kDestination), joined(endpoints));
  return all;
}

}  // namespace sbx::gateway
