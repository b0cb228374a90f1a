// SPDX-License-Identifier: Apache-2.0
// simdjson finds where members stand; the changes are made in the text.
#include "runtime/effects/json_edit.h"

#include <simdjson.h>

#include <algorithm>

namespace sbx::effects {

namespace {

using simdjson::SUCCESS;
using simdjson::ondemand::parser;

Error wrong(std::string_view what) { return {"R0732", "the body is no JSON " + std::string(what)}; }

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Where a value that the parser has found stands in the text; the parser reads a copy of it.
struct Extent {
  size_t begin = 0, end = 0;
};

std::optional<Extent> extent_of(simdjson::ondemand::value value, const char* copy) {
  std::string_view raw;
  if (simdjson::to_json_string(value).get(raw) != SUCCESS) return std::nullopt;
  while (!raw.empty() && is_space(raw.back())) raw.remove_suffix(1);
  const auto begin = static_cast<size_t>(raw.data() - copy);
  return Extent{begin, begin + raw.size()};
}

}  // namespace

Result<JsonObject> JsonObject::read(std::string_view text) {
  JsonObject result;
  result.text_ = text;
  parser reader;
  const simdjson::padded_string copy(text);
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  if (reader.iterate(copy).get(document) != SUCCESS || document.get_object().get(object) != SUCCESS) return wrong("object");
  result.inside_ = text.find('{') + 1;
  for (auto field : object) {
    simdjson::ondemand::field found;
    std::string_view name;
    if (std::move(field).get(found) != SUCCESS) return wrong("object");
    const size_t begin = static_cast<size_t>(found.key().raw() - copy.data()) - 1;
    if (found.unescaped_key().get(name) != SUCCESS) return wrong("object");
    Member member{std::string(name), begin, 0, 0, {}, false};
    const std::optional<Extent> extent = extent_of(found.value(), copy.data());
    if (!extent) return wrong("object");
    member.value = extent->begin;
    member.end = extent->end;
    result.members_.push_back(std::move(member));
  }
  return result;
}

std::optional<std::string_view> JsonObject::find(std::string_view name) const {
  for (const auto& [key, json] : added_) {
    if (key == name) return json;
  }
  for (auto member = members_.rbegin(); member != members_.rend(); ++member) {
    if (member->name != name || member->is_gone) continue;
    return member->becomes ? std::string_view(*member->becomes) : text_.substr(member->value, member->end - member->value);
  }
  return std::nullopt;
}

void JsonObject::set(std::string_view name, std::string_view json) {
  bool is_there = false;
  for (Member& member : members_) {
    if (member.name != name || member.is_gone) continue;
    member.becomes = json;
    is_there = true;
  }
  if (is_there) return;
  std::erase_if(added_, [&](const auto& one) { return one.first == name; });
  added_.emplace_back(name, json);
}

void JsonObject::remove(std::string_view name) {
  std::erase_if(added_, [&](const auto& one) { return one.first == name; });
  for (Member& member : members_) member.is_gone |= member.name == name;
}

// Members that stay keep their bytes and those up to the next; a comma goes with the member before it, or, of the first ones, after it.
std::string JsonObject::text() const {
  std::string result(text_.substr(0, inside_));
  bool is_first = true;
  for (const auto& [name, json] : added_) {
    if (!is_first) result += ",";
    result.append(json_text(name)).append(":").append(json);
    is_first = false;
  }
  size_t from = inside_;  // of the bytes between members
  for (const Member& member : members_) {
    std::string_view between = text_.substr(from, member.begin - from);
    from = member.end;
    if (member.is_gone) continue;
    const bool has_comma = between.find(',') != std::string_view::npos;
    if (is_first && has_comma) between.remove_prefix(between.find(',') + 1);
    if (!is_first && !has_comma) result += ",";
    result.append(between).append(text_.substr(member.begin, member.value - member.begin));
    result += member.becomes ? std::string_view(*member.becomes) : text_.substr(member.value, member.end - member.value);
    is_first = false;
  }
  return result.append(text_.substr(from));
}

Result<std::vector<std::string_view>> json_elements(std::string_view text) {
  parser reader;
  const simdjson::padded_string copy(text);
  simdjson::ondemand::document document;
  simdjson::ondemand::array array;
  if (reader.iterate(copy).get(document) != SUCCESS || document.get_array().get(array) != SUCCESS) return wrong("array");
  std::vector<std::string_view> elements;
  for (auto element : array) {
    simdjson::ondemand::value value;
    if (std::move(element).get(value) != SUCCESS) return wrong("array");
    const std::optional<Extent> extent = extent_of(value, copy.data());
    if (!extent) return wrong("array");
    elements.push_back(text.substr(extent->begin, extent->end - extent->begin));
  }
  return elements;
}

std::string json_text(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      result.append("\\u00").append(1, kDigits[static_cast<size_t>(c) >> 4]).append(1, kDigits[static_cast<size_t>(c) & 15]);
    } else {
      result += c;
    }
  }
  return result + "\"";
}

std::optional<std::string> text_of_json(std::string_view json) {
  parser reader;
  const simdjson::padded_string copy(json);
  simdjson::ondemand::document document;
  std::string_view text;
  if (reader.iterate(copy).get(document) != SUCCESS || document.get_string().get(text) != SUCCESS) return std::nullopt;
  return std::string(text);
}

}  // namespace sbx::effects
