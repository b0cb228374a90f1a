// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/ext_proc_messages.h"

#include <charconv>

namespace sbx::gateway::envoy {

namespace {

const std::string& value_of(const HeaderValue& header) { return header.raw_value().empty() ? header.value() : header.raw_value(); }

const Value* find(const ProcessingRequest& message, const std::string& space, const std::string& name) {
  const auto& spaces = message.metadata_context().filter_metadata();
  const auto fields = spaces.find(space);
  if (fields == spaces.end()) return nullptr;
  const auto value = fields->second.fields().find(name);
  return value == fields->second.fields().end() ? nullptr : &value->second;
}

/// Servers by commas, as some proxies write a list.
void add_all(std::string_view list, std::vector<std::string>& to) {
  while (!list.empty()) {
    std::string_view one = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), one.size() + 1));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (!one.empty()) to.emplace_back(one);
  }
}

}  // namespace

http::Request request_of(const HttpHeaders& head) {
  http::Request request;
  for (const HeaderValue& header : head.headers().headers()) {
    const std::string& name = header.key();
    if (name == ":method")
      request.method = value_of(header);
    else if (name == ":path")
      request.target = value_of(header);
    else if (name == ":authority")
      request.headers.emplace_back("host", value_of(header));
    else if (!name.starts_with(':'))
      request.headers.emplace_back(name, value_of(header));
  }
  return request;
}

http::Response answer_of(const HttpHeaders& head) {
  http::Response answer{.status = 0};
  for (const HeaderValue& header : head.headers().headers()) {
    const std::string& value = value_of(header);
    if (header.key() == ":status")
      std::from_chars(value.data(), value.data() + value.size(), answer.status);
    else
      answer.headers.emplace_back(header.key(), value);
  }
  return answer;
}

std::optional<std::vector<std::string>> subset_hint(const ProcessingRequest& message) {
  const Value* value = find(message, "envoy.lb.subset_hint", "x-gateway-destination-endpoint-subset");
  if (value == nullptr) return std::nullopt;
  std::vector<std::string> servers;
  add_all(value->string_value(), servers);
  for (const Value& one : value->list_value().values()) add_all(one.string_value(), servers);
  return servers;
}

std::string served_endpoint(const ProcessingRequest& message) {
  const Value* value = find(message, "envoy.lb", "x-gateway-destination-endpoint-served");
  return value == nullptr ? "" : value->string_value();
}

void set_header(HeaderMutation& mutation, std::string_view name, std::string_view value) {
  HeaderValueOption& option = *mutation.add_set_headers();
  option.set_append_action(HeaderValueOption::OVERWRITE_IF_EXISTS_OR_ADD);
  option.mutable_header()->set_key(name.data(), name.size());
  option.mutable_header()->set_raw_value(value.data(), value.size());
}

void set_text(Struct& to, const std::string& name, std::string_view value) {
  (*to.mutable_fields())[name].set_string_value(value.data(), value.size());
}

ProcessingResponse immediate(const http::Response& answer, std::string_view details) {
  ProcessingResponse response;
  ImmediateResponse& end = *response.mutable_immediate_response();
  end.mutable_status()->set_code(answer.status);
  for (const auto& [name, value] : answer.headers) set_header(*end.mutable_headers(), name, value);
  end.set_body(answer.body);
  end.set_details(details.data(), details.size());
  return response;
}

}  // namespace sbx::gateway::envoy
