// SPDX-License-Identifier: Apache-2.0
#include "compiler/witness/brief_request.h"

#include <nlohmann/json.hpp>

namespace sbx::witness {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kLongText = 72, kHead = 32, kTail = 16;  // characters
constexpr size_t kLongList = 5, kFirst = 3;

/// Where each character begins, and the end.
std::vector<size_t> characters(const std::string& text) {
  std::vector<size_t> starts;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) starts.push_back(i);
  }
  starts.push_back(text.size());
  return starts;
}

std::string brief_text(const std::string& text) {
  const std::vector<size_t> at = characters(text);
  const size_t count = at.size() - 1;
  if (count <= kLongText) return text;
  return text.substr(0, at[kHead]) + " … " + text.substr(at[count - kTail]) + " (" + std::to_string(count) + " characters)";
}

Json brief(const Json& json) {
  if (json.is_string()) return brief_text(json.get<std::string>());
  Json result = json;
  if (json.is_array() && json.size() > kLongList) {
    result = Json(json.begin(), json.begin() + kFirst);
    result.push_back("… " + std::to_string(json.size() - kFirst - 1) + " more …");
    result.push_back(json.back());
  }
  for (Json& member : result) {
    if (result.is_structured()) member = brief(member);
  }
  return result;
}

}  // namespace

std::string brief_request(const std::string& envelope) {
  Json request = brief(Json::parse(envelope));
  for (const auto& [key, usual] :
       {std::pair("path", Json("/v1/chat/completions")), std::pair("time", Json("2026-05-04T09:30:00Z")), std::pair("seed", Json(0))}) {
    if (request.contains(key) && request.at(key) == usual) request.erase(key);
  }
  return request.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string short_request(const std::string& envelope) {
  constexpr size_t kLong = 4096;  // bytes
  return envelope.size() <= kLong ? envelope : brief(Json::parse(envelope)).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sbx::witness
