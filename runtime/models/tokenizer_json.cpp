// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/tokenizer_json.h"

namespace sbx::models {
bool JsonNode::has(std::string_view key) const {
  simdjson::dom::element member;
  return value_ && !value_->at_key(key).get(member) && !member.is_null();
}

JsonNode JsonNode::at(std::string_view key) const {
  std::optional<simdjson::dom::element> member;
  if (has(key)) member = value_->at_key(key).value_unsafe();
  return {member, place_ + "." + std::string(key), *problem_};
}

std::string JsonNode::text(std::string_view key) const { return at(key).as_text(); }

std::string JsonNode::text(std::string_view key, std::string_view otherwise) const {
  return has(key) ? at(key).as_text() : std::string(otherwise);
}

bool JsonNode::flag(std::string_view key, bool otherwise) const {
  if (!has(key)) return otherwise;
  const JsonNode member = at(key);
  bool result = otherwise;
  if (!member.get(result)) member.wrong("is not true or false");
  return result;
}

uint32_t JsonNode::number(std::string_view key) const { return at(key).as_number(); }

uint32_t JsonNode::number(std::string_view key, uint32_t otherwise) const { return has(key) ? at(key).as_number() : otherwise; }

std::vector<JsonNode> JsonNode::items(std::string_view key) const {
  const JsonNode member = at(key);
  simdjson::dom::array array;
  std::vector<JsonNode> result;
  if (!member.get(array)) {
    member.wrong("is not a list");
    return result;
  }
  for (const simdjson::dom::element item : array) result.emplace_back(item, member.place_ + "[" + std::to_string(result.size()) + "]", *problem_);
  return result;
}

std::string JsonNode::as_text() const {
  std::string_view result;
  if (!get(result)) wrong("is not a text");
  return std::string(result);
}

uint32_t JsonNode::as_number() const {
  int64_t result = 0;
  if (!get(result) || result < 0 || result > INT32_MAX) {
    wrong("is not a number from 0 to 2147483647");
    return 0;
  }
  return static_cast<uint32_t>(result);
}

void JsonNode::wrong(std::string_view what) const { report("R0785", "`" + place_ + "` " + std::string(what)); }

void JsonNode::not_supported(std::string_view what) const {
  report("R0786", "`" + place_ + "`: " + std::string(what) + " is not supported");
}

void JsonNode::report(const char* code, std::string message) const {
  if (!*problem_) *problem_ = Error{code, std::move(message)};
}

}  // namespace sbx::models
