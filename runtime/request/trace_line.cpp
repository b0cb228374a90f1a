// SPDX-License-Identifier: Apache-2.0
#include "runtime/request/trace_line.h"

#include <algorithm>
#include <array>

#include "runtime/request/decoders.h"
#include "runtime/request/dialect.h"

namespace sbx {

namespace {

// What a decision is compared by: not how long it took, nor why, nor what was read for it.
constexpr std::array<std::string_view, 10> kCompared = {"outcome", "route",  "rules",    "slots",      "candidates",
                                                        "effects", "denied", "response", "escalation", "unserved"};

// Fields of a body of Chat Completions that ask nothing of a model.
constexpr std::array<std::string_view, 10> kIndifferent = {
    "top_p", "user", "n", "seed", "stop", "presence_penalty", "frequency_penalty", "store", "parallel_tool_calls", "logit_bias"};

bool is_text(json::Element value, std::string_view& text) { return value.get(text) == simdjson::SUCCESS; }

// Collects the members of sets; spans into it are made when all have been read.
struct Members {
  std::vector<std::string_view> all;
  struct Range {
    size_t reading, begin, end;
  };
  std::vector<Range> ranges;
};

class LineReader {
 public:
  LineReader(Members& members, TraceLine& line) : members_(members), line_(line) {}

  void envelope(json::Object document) {
    bool plain = true, has_body = false, has_path = false, has_headers = false;
    for (const auto field : document) {
      const std::string_view key = field.key;
      json::Object object;
      if (key == "readings") {
        plain &= field.value.get(object) == simdjson::SUCCESS;
        if (plain) readings(object);
      } else if (key == "body") {
        has_body = true;
        plain = field.value.get(object) == simdjson::SUCCESS && body(object) && plain;
      } else if (key == "id") {
        plain &= is_text(field.value, line_.id);
      } else if (key == "user") {
        plain &= field.value.get(object) == simdjson::SUCCESS && user(object);
      } else if (key == "path") {
        std::string_view path;
        plain &= is_text(field.value, path) && dialect_of_path(path) == Dialect::Chat;
        has_path = true;
      } else if (key == "time") {
        std::string_view time;
        plain &= is_text(field.value, time) && parse_time(time);
      } else if (key == "seed") {
        plain &= field.value.is_uint64();
      } else if (key == "headers" || key == "metadata") {
        plain &= field.value.is_object();
        has_headers |= key == "headers";
      } else {
        plain = false;
      }
    }
    // Without a path a header may say which dialect it is.
    line_.is_plain = plain && has_body && (has_path || !has_headers);
  }

  void decision(json::Object document) {
    line_.is_decision = line_.is_plain = true;
    bool has_readings = false;
    for (const auto field : document) {
      const std::string_view key = field.key;
      json::Object object;
      if (key == "readings") {
        has_readings = field.value.get(object) == simdjson::SUCCESS;
        if (has_readings) readings(object);
      } else if (key == "id") {
        if (!is_text(field.value, line_.id)) line_.is_plain &= field.value.is_null();
      } else if (key == "policy") {
        if (field.value.get(object) == simdjson::SUCCESS) line_.policy = json::loose_text(object, "name");
      } else if (key == "usage") {
        if (field.value.get(object) == simdjson::SUCCESS) usage(object);
      } else if (key == "request") {
        if (field.value.get(object) == simdjson::SUCCESS) demand(object);
      } else if (key == "seed") {
        line_.is_plain &= field.value.is_uint64() || field.value.is_null();
      }
    }
    line_.is_plain &= has_readings;
  }

 private:
  void readings(json::Object list) {
    line_.readings.clear();
    members_.all.clear();
    members_.ranges.clear();
    for (const auto field : list) {
      line_.readings.push_back({.name = field.key});
      reading(field.value, line_.readings.back());
    }
    for (const Members::Range& range : members_.ranges) {
      line_.readings[range.reading].value = std::span<const std::string_view>(members_.all).subspan(range.begin, range.end - range.begin);
    }
  }

  void reading(json::Element value, RecordedReading& reading) {
    json::Object fields;
    if (value.get(fields) != simdjson::SUCCESS) return plain_value(value, reading);
    bool has_value = false, has_state = false, stood_in = false;
    for (const auto field : fields) {
      const std::string_view key = field.key;
      if (key == "value") {
        if (has_value) reading.is_plain = false;
        has_value = !field.value.is_null();
        if (has_value) plain_value(field.value, reading);
      } else if (key == "confidence") {
        double confidence = 0;
        if (field.value.get(confidence) == simdjson::SUCCESS)
          reading.confidence = confidence;
        else
          reading.is_plain &= field.value.is_null();
      } else if (key == "state") {
        has_state = state(field.value, reading);
      } else if (key == "or_else") {
        reading.is_plain &= field.value.get(stood_in) == simdjson::SUCCESS;
      } else if (key != "source" && key != "cost_class" && key != "truncated" && key != "us" && key != "error") {
        reading.is_plain = false;
      }
    }
    if (reading.state == ReadingState::Known ? !has_value : !has_state) reading.is_plain = false;
    if (stood_in) reading.state = ReadingState::Unknown;
    if (reading.state != ReadingState::Known) reading.value = std::monostate{};
  }

  static bool state(json::Element value, RecordedReading& reading) {
    std::string_view word;
    if (!is_text(value, word)) return reading.is_plain = false;
    if (word == "known") {
      reading.state = ReadingState::Known;
    } else if (word == "skipped") {
      reading.state = ReadingState::Skipped;
    } else if (word == "unknown") {
      reading.state = ReadingState::Unknown;
    } else if (word == "failed") {
      reading.state = ReadingState::Failed;
    } else {
      return reading.is_plain = false;
    }
    return true;
  }

  void plain_value(json::Element value, RecordedReading& reading) {
    switch (value.type()) {
      case json::Kind::BOOL:
        reading.value = bool(value);
        return;
      case json::Kind::INT64:
        reading.value = int64_t(value);
        return;
      case json::Kind::DOUBLE:
        reading.value = double(value);
        return;
      case json::Kind::STRING:
        reading.value = std::string_view(value);
        return;
      case json::Kind::ARRAY:
        list(json::Array(value), reading);
        return;
      case json::Kind::NULL_VALUE:
        reading.state = ReadingState::Unknown;
        return;
      case json::Kind::OBJECT:
      case json::Kind::UINT64:
        reading.is_plain = false;
        return;
    }
  }

  void list(json::Array items, RecordedReading& reading) {
    const size_t begin = members_.all.size();
    for (const json::Element item : items) {
      std::string_view member;
      if (!is_text(item, member)) reading.is_plain = false;
      members_.all.push_back(member);
    }
    members_.ranges.push_back({line_.readings.size() - 1, begin, members_.all.size()});
  }

  bool user(json::Object fields) {
    for (const auto field : fields) {
      constexpr std::array<std::string_view, 4> kTexts = {"id", "tier", "region", "team"};
      std::string_view text;
      if (std::ranges::find(kTexts, field.key) == kTexts.end() || !is_text(field.value, text)) return false;
      line_.user.emplace_back(field.key, text);
    }
    return true;
  }

  bool body(json::Object fields) {
    std::optional<int64_t> completion;
    bool plain = true;
    for (const auto field : fields) {
      const std::string_view key = field.key;
      if (key == "model") {
        plain &= is_text(field.value, line_.model);
      } else if (key == "messages") {
        json::Array list;
        plain &= field.value.get(list) == simdjson::SUCCESS && messages(list);
      } else if (key == "max_tokens" || key == "max_completion_tokens") {
        int64_t limit = 0;
        plain &= field.value.get(limit) == simdjson::SUCCESS && limit >= 0;
        (key == "max_tokens" ? line_.max_tokens : completion) = limit;
      } else if (key == "stream") {
        plain &= field.value.is_bool();
      } else if (key == "temperature") {
        plain &= field.value.is_number();
      } else {
        plain &= std::ranges::find(kIndifferent, key) != kIndifferent.end();
      }
    }
    if (completion) line_.max_tokens = completion;
    return plain;
  }

  static bool messages(json::Array list) {
    for (const json::Element message : list) {
      json::Object fields;
      if (message.get(fields) != simdjson::SUCCESS) return false;
      for (const auto field : fields) {
        const std::string_view key = field.key;
        const bool known = key == "role" || key == "content" || key == "name";
        if (!known || !field.value.is_string()) return false;
      }
    }
    return true;
  }

  // What a log says of the request itself; plain if it asks nothing but its length.
  void demand(json::Object fields) {
    line_.has_demand = true;
    for (const auto field : fields) {
      int64_t count = 0;
      std::string_view word;
      json::Array list;
      if (field.key == "prompt_tokens" || field.key == "max_tokens") {
        if (field.value.get(count) == simdjson::SUCCESS && count >= 0)
          (field.key == "max_tokens" ? line_.max_tokens : line_.prompt_tokens) = count;
        else
          line_.is_plain &= field.value.is_null();
      } else if (field.key == "images" || field.key == "audio") {
        line_.is_plain &= field.value.get(count) == simdjson::SUCCESS && count == 0;
      } else if (field.key == "tools") {
        line_.is_plain &= field.value.get(list) == simdjson::SUCCESS && list.size() == 0;
      } else if (field.key == "format") {
        line_.is_plain &= is_text(field.value, word) && word == "text";
      } else if (field.key == "dialect") {
        line_.is_plain &= is_text(field.value, word) && word == to_string(Dialect::Chat);
      }
    }
  }

  void usage(json::Object fields) {
    for (const auto field : fields) {
      int64_t count = 0;
      if (field.value.get(count) != simdjson::SUCCESS || count < 0) continue;
      if (field.key == "input_tokens" || field.key == "prompt_tokens") line_.usage.input_tokens = count;
      if (field.key == "output_tokens" || field.key == "completion_tokens") line_.usage.output_tokens = count;
    }
  }

  Members& members_;
  TraceLine& line_;
};

// A decision says so, or it is what a decision looks like: readings and an outcome without a body.
bool is_decision(json::Object document) {
  bool has_body = false, has_outcome = false;
  for (const auto field : document) {
    if (field.key == "schema") {
      std::string_view schema;
      return is_text(field.value, schema) && schema.starts_with("signalbox.decision/");
    }
    if (field.key == "body") has_body = true;
    if (field.key == "outcome") has_outcome = true;
  }
  return has_outcome && !has_body;
}

void read_demand(json::Object fields, Request& request) {
  request.has_demand = true;
  for (const auto field : fields) {
    int64_t count = 0;
    std::string_view word;
    json::Array list;
    if (field.key == "max_tokens" && field.value.get(count) == simdjson::SUCCESS) request.max_tokens = count;
    if (field.key == "images" && field.value.get(count) == simdjson::SUCCESS) request.images = static_cast<uint32_t>(count);
    if (field.key == "audio" && field.value.get(count) == simdjson::SUCCESS) request.audio = static_cast<uint32_t>(count);
    for (const Format format : {Format::Json, Format::JsonSchema}) {
      if (field.key == "format" && is_text(field.value, word) && word == to_string(format)) request.format = format;
    }
    if (field.key == "dialect" && is_text(field.value, word)) request.dialect = parse_dialect(word).value_or(Dialect::Chat);
    if (field.key != "tools" || field.value.get(list) != simdjson::SUCCESS) continue;
    for (const json::Element tool : list) {
      if (is_text(tool, word)) request.tools.push_back({.name = std::string(word)});
    }
  }
}

Decoded decode_decision(json::Object document, const TraceLine& line) {
  Request request;
  request.has_body = false;
  request.id = line.id;
  if (const auto seed = json::member(document, "seed")) {
    if (seed->get(request.seed) != simdjson::SUCCESS) return {request.id, Error{"R0732", "`seed` is no whole number from 0 to 2^64 - 1"}};
  }
  const auto readings = json::member(document, "readings");
  json::Object list;
  if (!readings || readings->get(list) != simdjson::SUCCESS) return {request.id, Error{"R0732", "the decision has no `readings`"}};
  for (const auto field : list) request.readings.push_back({std::string(field.key), simdjson::minify(field.value)});
  json::Object demand;
  if (const auto said = json::member(document, "request"); said && said->get(demand) == simdjson::SUCCESS) read_demand(demand, request);
  std::string id = request.id;
  return {std::move(id), std::move(request)};
}

}  // namespace

struct TraceParser::Document {
  simdjson::dom::parser parser;
  json::Element root;
  json::Object object;
  Members members;
  const TraceLine* line = nullptr;
};

TraceParser::TraceParser() : document_(std::make_unique<Document>()) {}
TraceParser::~TraceParser() = default;

std::optional<Error> TraceParser::read(std::string_view bytes, TraceLine& line) {
  static_assert(kPadding >= simdjson::SIMDJSON_PADDING);
  line.is_decision = line.is_plain = false;
  line.id = line.model = line.policy = {};
  line.max_tokens.reset();
  line.readings.clear();
  line.user.clear();
  line.usage = {};
  line.has_demand = false;
  line.prompt_tokens.reset();
  line.bytes = bytes.size();
  Document& document = *document_;
  document.line = nullptr;
  if (document.parser.parse(bytes.data(), bytes.size(), false).get(document.root) != simdjson::SUCCESS) {
    const auto said = json::parse(document.parser, bytes);
    return said ? Error{"R0730", "the request is not JSON"} : said.error();
  }
  if (document.root.get(document.object) != simdjson::SUCCESS) return Error{"R0732", "the line is no object"};
  document.line = &line;
  LineReader reader(document.members, line);
  if (is_decision(document.object))
    reader.decision(document.object);
  else
    reader.envelope(document.object);
  return std::nullopt;
}

Decoded TraceParser::decode(const DecodeOptions& options) const {
  SBX_CHECK(document_->line != nullptr, "a line is decoded that was not read");
  if (document_->line->is_decision) return decode_decision(document_->object, *document_->line);
  return decode_document(document_->root, options);
}

bool TraceParser::recorded(std::string& text) const {
  text.clear();
  if (document_->line == nullptr || !document_->line->is_decision) return false;
  std::array<json::Element, kCompared.size()> values;
  std::array<bool, kCompared.size()> has{};
  for (const auto field : document_->object) {
    const auto at = std::ranges::find(kCompared, field.key);
    if (at == kCompared.end()) continue;
    values[static_cast<size_t>(at - kCompared.begin())] = field.value;
    has[static_cast<size_t>(at - kCompared.begin())] = true;
  }
  for (size_t i = 0; i < kCompared.size(); ++i) {
    text.append(text.empty() ? "{\"" : ",\"").append(kCompared[i]).append("\":");
    text.append(has[i] ? std::string(simdjson::minify(values[i])) : "null");
  }
  text += '}';
  return true;
}

}  // namespace sbx
