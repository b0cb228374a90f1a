// SPDX-License-Identifier: Apache-2.0
// What surrounds a body: who asks, when, in which session, and readings. A key that an envelope cannot have is a mistake.
#include <algorithm>
#include <span>

#include "runtime/request/decode.h"
#include "runtime/request/decoders.h"

namespace sbx {

namespace {

using json::At;
using json::Faults;

using Keys = std::initializer_list<std::string_view>;

void only_keys(json::Object object, const At& at, Keys keys, Faults& faults) {
  for (const auto field : object) {
    if (std::ranges::find(keys, field.key) != keys.end()) continue;
    std::string known;
    for (const std::string_view key : keys) known.append(known.empty() ? "" : ", ").append(key);
    faults.report("R0731", "an envelope has no `" + (at / field.key).text() + "`; it may have here: " + known);
    return;
  }
}

std::optional<std::string> text_of(json::Object object, std::string_view key, const At& at, Faults& faults) {
  const auto value = json::member(object, key);
  if (!value) return std::nullopt;
  if (value->is_number()) return json::printed(*value);
  const auto text = json::text(*value, at / key, faults);
  if (!text) return std::nullopt;
  return std::string(*text);
}

std::optional<std::vector<std::string>> texts_of(json::Object object, std::string_view key, const At& at, Faults& faults) {
  const auto value = json::member(object, key);
  if (!value) return std::nullopt;
  const At here = at / key;
  const auto list = json::array(*value, here, faults);
  if (!list) return std::nullopt;
  std::vector<std::string> texts;
  size_t i = 0;
  for (const json::Element item : *list) {
    if (const auto text = json::text(item, here[i++], faults)) texts.emplace_back(*text);
  }
  return texts;
}

void decode_user(json::Object user, const At& at, User& result, Faults& faults) {
  only_keys(user, at, {"id", "tier", "region", "team", "roles", "groups"}, faults);
  result.id = text_of(user, "id", at, faults);
  result.tier = text_of(user, "tier", at, faults);
  result.region = text_of(user, "region", at, faults);
  result.team = text_of(user, "team", at, faults);
  result.roles = texts_of(user, "roles", at, faults);
  result.groups = texts_of(user, "groups", at, faults);
}

void decode_session(json::Object session, const At& at, Session& result, Faults& faults) {
  only_keys(session, at, {"id", "previous_model", "idle_ms"}, faults);
  result.id = text_of(session, "id", at, faults);
  result.previous_model = text_of(session, "previous_model", at, faults);
  if (const auto idle = json::member(session, "idle_ms")) result.idle_ms = json::count(*idle, at / "idle_ms", faults);
}

// An event is `{"type", "severity", …}`, or its type alone; what else it says is its own affair.
void decode_events(json::Array events, const At& at, std::vector<Event>& result, Faults& faults) {
  size_t i = 0;
  for (const json::Element event : events) {
    const At here = at[i++];
    std::string_view type;
    if (event.get(type) == simdjson::SUCCESS) {
      result.push_back({std::string(type), {}});
    } else if (const auto fields = json::object(event, here, faults)) {
      result.push_back({text_of(*fields, "type", here, faults).value_or(""), text_of(*fields, "severity", here, faults).value_or("")});
    }
  }
}

void decode_pairs(json::Object object, NamedTexts& result, bool lower_names) {
  for (const auto field : object) {
    if (field.value.is_null()) continue;
    std::string name(field.key);
    if (lower_names) {
      for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    result.emplace_back(std::move(name), json::printed(field.value));
  }
}

void decode_time(json::Element value, const At& at, Request& request, Faults& faults) {
  const auto text = json::text(value, at, faults);
  if (!text) return;
  const auto time = parse_time(*text);
  if (!time) return faults.report("R0731", "`time` is not a time such as 2026-05-04T09:30:00Z");
  request.time_us = *time;
}

void decode_seed(json::Element value, const At& at, Request& request, Faults& faults) {
  uint64_t seed = 0;
  if (value.get(seed) == simdjson::SUCCESS) {
    request.seed = seed;
  } else {
    faults.wrong_type(at, value, "a whole number from 0 to 2^64 - 1");
  }
}

}  // namespace

void decode_envelope(json::Object envelope, Request& request, Faults& faults) {
  const At top;
  request.id = text_of(envelope, "id", top, faults).value_or("");
  only_keys(envelope, top,
            {"id", "path", "time", "headers", "metadata", "user", "session", "events", "seed", "readings", "recorded", "body"}, faults);
  request.path = text_of(envelope, "path", top, faults).value_or("");
  const auto object_at = [&](std::string_view key) -> std::optional<json::Object> {
    const auto value = json::member(envelope, key);
    return value ? json::object(*value, top / key, faults) : std::nullopt;
  };
  if (const auto headers = object_at("headers")) decode_pairs(*headers, request.headers, true);
  if (const auto metadata = object_at("metadata")) decode_pairs(*metadata, request.metadata, false);
  if (const auto user = object_at("user")) decode_user(*user, top / "user", request.user, faults);
  if (const auto session = object_at("session")) decode_session(*session, top / "session", request.session, faults);
  if (const auto readings = object_at("readings")) {
    for (const auto field : *readings) request.readings.push_back({std::string(field.key), simdjson::minify(field.value)});
  }
  if (const auto events = json::member(envelope, "events")) {
    const At here = top / "events";
    if (const auto list = json::array(*events, here, faults)) decode_events(*list, here, request.events, faults);
  }
  if (const auto time = json::member(envelope, "time")) decode_time(*time, top / "time", request, faults);
  if (const auto seed = json::member(envelope, "seed")) decode_seed(*seed, top / "seed", request, faults);
}

}  // namespace sbx
