// SPDX-License-Identifier: Apache-2.0
#include "runtime/request/readings.h"

#include <algorithm>

#include "runtime/base/variant.h"
#include "runtime/request/json.h"
#include "runtime/request/readings_raw.h"

namespace sbx {

namespace {

Error wrong(const Type& type, const std::string& found) { return {"R0733", found + " is not a reading of type " + to_string(type)}; }

// Printed shortest by the parser, read again as a decimal: the number that was written, not the binary one near it.
Result<int64_t> raw_of(json::Element value, const Type& type) {
  const std::string text = simdjson::minify(value);
  return raw_of_number(text, type);
}

Result<Reading> with_members(std::vector<std::string> members, const Type& type) {
  for (const std::string& member : members) {
    if (!type.members.empty() && std::ranges::find(type.members, member) == type.members.end()) {
      return Error{"R0733", "`" + member + "` is not a member of " + to_string(type)};
    }
  }
  Reading reading{.state = ReadingState::Known};
  reading.value = std::move(members);
  return reading;
}

Result<Reading> from_value(json::Element value, const Type& type) {
  Reading reading{.state = ReadingState::Known};
  const std::string printed = simdjson::minify(value);
  std::string_view text;
  switch (type.kind) {
    case TypeKind::Bool: {
      bool flag = false;
      if (value.get(flag) != simdjson::SUCCESS) return wrong(type, printed);
      reading.value = flag;
      return reading;
    }
    case TypeKind::Text:
      if (value.get(text) != simdjson::SUCCESS) return wrong(type, printed);
      reading.value = std::string(text);
      return reading;
    case TypeKind::Label:
      if (value.get(text) != simdjson::SUCCESS) return wrong(type, printed);
      return label_reading(text, type);
    case TypeKind::Set: {
      std::vector<std::string> members;
      json::Array list;
      if (value.get(text) == simdjson::SUCCESS) {
        members.emplace_back(text);
      } else if (value.get(list) == simdjson::SUCCESS) {
        for (const json::Element item : list) {
          if (item.get(text) != simdjson::SUCCESS) return wrong(type, printed);
          members.emplace_back(text);
        }
      } else {
        return wrong(type, printed);
      }
      return with_members(std::move(members), type);
    }
    default: {
      if (value.get(text) == simdjson::SUCCESS && type.kind == TypeKind::Duration) return parse_short_reading(text, type);
      if (!value.is_number()) return wrong(type, printed);
      const auto raw = raw_of(value, type);
      if (!raw) return raw.error();
      reading.value = *raw;
      return reading;
    }
  }
}

Result<int64_t> millionths_of(json::Element value, std::string_view what) {
  const auto raw = value.is_number() ? raw_of(value, Type{TypeKind::Probability}) : Result<int64_t>(Error{"R0733", {}});
  if (!raw) return Error{"R0733", std::string(what) + " is not a number from 0 to 1"};
  return raw;
}

// Of a label: the member with the highest score, the one declared first of equal ones.
Result<bool> read_scores(json::Object scores, const Type& type, Reading& reading) {
  if (type.kind != TypeKind::Label) return Error{"R0733", "scores are of a label, not of a " + to_string(type)};
  int64_t best = -1;
  for (const auto field : scores) {
    const auto score = millionths_of(field.value, "the score of `" + std::string(field.key) + "`");
    if (!score) return score.error();
    const auto label = label_reading(field.key, type);
    if (!label) return label.error();
    reading.scores.emplace_back(field.key, *score);
  }
  for (const std::string& member : type.members) {
    for (const auto& [name, score] : reading.scores) {
      if (name != member || score <= best) continue;
      best = score;
      reading.value = member;
      reading.confidence = score;
    }
  }
  if (reading.scores.empty()) return Error{"R0733", "`scores` is empty"};
  reading.state = ReadingState::Known;
  return true;
}

// Spans say that something was found, and of a set which.
Result<bool> read_spans(json::Array spans, const Type& type, Reading& reading) {
  std::vector<std::string> labels;
  for (const json::Element item : spans) {
    json::Object fields;
    uint64_t start = 0, end = 0;
    if (item.get(fields) != simdjson::SUCCESS || fields["start"].get(start) != simdjson::SUCCESS ||
        fields["end"].get(end) != simdjson::SUCCESS || end < start || end > UINT32_MAX) {
      return Error{"R0733", "a span is not {\"start\", \"end\", \"label\"}"};
    }
    reading.spans.push_back({static_cast<uint32_t>(start), static_cast<uint32_t>(end), std::string(json::loose_text(fields, "label"))});
    if (std::ranges::find(labels, reading.spans.back().label) == labels.end()) labels.push_back(reading.spans.back().label);
  }
  if (type.kind == TypeKind::Bool) {
    reading.value = !reading.spans.empty();
  } else if (type.kind == TypeKind::Set) {
    const auto members = with_members(std::move(labels), type);
    if (!members) return members.error();
    reading.value = members->value;
  } else {
    return Error{"R0733", "spans are of a bool or a set, not of a " + to_string(type)};
  }
  reading.state = ReadingState::Known;
  return true;
}

Result<bool> read_state(std::string_view state, json::Object fields, Reading& reading) {
  if (state == "known") return true;
  if (state == "unknown") {
    reading.state = ReadingState::Unknown;
  } else if (state == "failed") {
    reading.state = ReadingState::Failed;
    reading.error = json::loose_text(fields, "error");
  } else if (state == "skipped") {
    reading.state = ReadingState::Skipped;
  } else {
    return Error{"R0733", "`" + std::string(state) + "` is not a state of a reading: known, unknown, failed or skipped"};
  }
  return true;
}

// `source`, `cost_class`, `truncated`, `us` and `or_else` are there when a recorded decision is read again.
Result<Reading> from_object(json::Object fields, const Type& type) {
  Reading reading;
  std::optional<json::Element> value;
  for (const auto field : fields) {
    constexpr std::string_view kKeys[] = {"value",  "confidence", "scores",    "spans", "state",  "error",
                                          "source", "cost_class", "truncated", "us",    "or_else"};
    if (std::ranges::find(kKeys, field.key) == std::end(kKeys)) {
      return Error{"R0733", "a reading has no `" + std::string(field.key) + "`"};
    }
  }
  if (const auto scores = json::member(fields, "scores")) {
    json::Object object;
    if (scores->get(object) != simdjson::SUCCESS) return Error{"R0733", "`scores` is not an object"};
    if (const auto done = read_scores(object, type, reading); !done) return done.error();
  }
  if (const auto spans = json::member(fields, "spans")) {
    json::Array list;
    if (spans->get(list) != simdjson::SUCCESS) return Error{"R0733", "`spans` is not a list"};
    if (const auto done = read_spans(list, type, reading); !done) return done.error();
  }
  if (const auto given = json::member(fields, "value")) {
    const auto plain = from_value(*given, type);
    if (!plain) return plain.error();
    reading.value = plain->value;
    reading.state = ReadingState::Known;
  }
  if (const auto confidence = json::member(fields, "confidence")) {
    const auto raw = millionths_of(*confidence, "`confidence`");
    if (!raw) return raw.error();
    reading.confidence = *raw;
  }
  if (const auto state = json::member(fields, "state")) {
    std::string_view word;
    if (state->get(word) != simdjson::SUCCESS) return Error{"R0733", "`state` is not a string"};
    if (const auto done = read_state(word, fields, reading); !done) return done.error();
  }
  // A value that stood in is the policy's, which may have another one now.
  if (const auto stood_in = json::member(fields, "or_else")) {
    bool flag = false;
    if (stood_in->get(flag) != simdjson::SUCCESS) return Error{"R0733", "`or_else` is not a Boolean"};
    if (flag) reading.state = ReadingState::Unknown;
  }
  if (reading.state == ReadingState::Pending) return Error{"R0733", "a reading gives one of `value`, `scores`, `spans` and `state`"};
  if (reading.state != ReadingState::Known) {
    reading.value = std::monostate{};
    reading.confidence.reset();
  }
  return reading;
}

}  // namespace

Result<Reading> label_reading(std::string_view label, const Type& type) {
  if (std::ranges::find(type.members, label) == type.members.end()) {
    return Error{"R0733", "`" + std::string(label) + "` is not a member of " + to_string(type)};
  }
  Reading reading{.state = ReadingState::Known};
  reading.value = std::string(label);
  return reading;
}

Reading unknown_reading() { return {.state = ReadingState::Unknown}; }

Reading failed_reading(std::string why) { return {.state = ReadingState::Failed, .error = std::move(why)}; }

Result<Reading> parse_reading(std::string_view bytes, const Type& type) {
  simdjson::dom::parser parser;
  const auto root = json::parse(parser, bytes);
  if (!root) return Error{"R0733", "`" + std::string(bytes.substr(0, 80)) + "` is not a reading in JSON"};
  Result<Reading> reading = Error{};
  json::Object fields;
  if (root->is_null()) {
    reading = unknown_reading();
  } else if (root->get(fields) == simdjson::SUCCESS) {
    reading = from_object(fields, type);
  } else {
    reading = from_value(*root, type);
  }
  if (reading) reading->source = ReadingSource::Given;
  return reading;
}

}  // namespace sbx
