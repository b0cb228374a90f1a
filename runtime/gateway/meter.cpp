// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/meter.h"

#include <simdjson.h>

namespace sbx::gateway {

namespace {

using Object = simdjson::dom::object;

void take(const Object& object, std::string_view name, std::optional<int64_t>& into) {
  int64_t number = 0;
  if (object[name].get(number) == simdjson::SUCCESS) into = number;
}

void take(const Object& object, std::string_view name, std::string& into) {
  std::string_view text;
  if (object[name].get(text) == simdjson::SUCCESS && !text.empty()) into = text;
}

/// Both OpenAI's names and Anthropic's; later events of a stream correct earlier ones.
void take_usage(const Object& object, observe::Usage& usage) {
  take(object, "prompt_tokens", usage.input_tokens);
  take(object, "completion_tokens", usage.output_tokens);
  take(object, "input_tokens", usage.input_tokens);
  take(object, "output_tokens", usage.output_tokens);
  take(object, "cache_read_input_tokens", usage.cached_input_tokens);
  Object details;
  for (const std::string_view name : {"prompt_tokens_details", "input_tokens_details"}) {
    if (object[name].get(details) == simdjson::SUCCESS) take(details, "cached_tokens", usage.cached_input_tokens);
  }
  for (const std::string_view name : {"completion_tokens_details", "output_tokens_details"}) {
    if (object[name].get(details) == simdjson::SUCCESS) take(details, "reasoning_tokens", usage.reasoning_tokens);
  }
}

/// Whether a line of a stream can say something that is kept; most lines are a few words of the answer.
bool tells(std::string_view line) {
  return line.find("\"usage\"") != std::string_view::npos || line.find("_reason\":\"") != std::string_view::npos ||
         line.find("_reason\": \"") != std::string_view::npos || line.find("\"response\"") != std::string_view::npos;
}

}  // namespace

Meter::Meter(std::string_view content_type) : is_stream_(content_type.starts_with("text/event-stream")) {}

void Meter::read(std::string_view piece) {
  if (lost_) return;
  if (!is_stream_) {
    lost_ = kept_.size() + piece.size() > kMost;
    if (!lost_) kept_ += piece;
    return;
  }
  while (!piece.empty()) {
    const size_t end = piece.find('\n');
    const std::string_view part = piece.substr(0, end);
    if (kept_.size() + part.size() <= kMost) kept_ += part;
    if (end == std::string_view::npos) return;
    piece.remove_prefix(end + 1);
    const bool first = id_.empty();
    if (kept_.starts_with("data:") && (first || tells(kept_))) read_document(std::string_view(kept_).substr(5));
    kept_.clear();
  }
}

bool Meter::read_document(std::string_view json) {
  simdjson::dom::parser parser;
  Object root, inner;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return false;
  take(root, "model", model_);
  take(root, "id", id_);
  take(root, "stop_reason", finish_reason_);
  if (root["usage"].get(inner) == simdjson::SUCCESS) take_usage(inner, usage_);
  if (root["delta"].get(inner) == simdjson::SUCCESS) take(inner, "stop_reason", finish_reason_);
  simdjson::dom::array choices;
  if (root["choices"].get(choices) == simdjson::SUCCESS && choices.at(0).get(inner) == simdjson::SUCCESS) take(inner, "finish_reason", finish_reason_);
  for (const std::string_view name : {"message", "response"}) {
    if (root[name].get(inner) != simdjson::SUCCESS) continue;
    take(inner, "model", model_);
    take(inner, "id", id_);
    take(inner, "status", finish_reason_);
    Object usage;
    if (inner["usage"].get(usage) == simdjson::SUCCESS) take_usage(usage, usage_);
  }
  return true;
}

void Meter::finish(observe::Served& served) {
  is_whole_ = is_stream_ ? !finish_reason_.empty() : lost_ || read_document(kept_);
  served.usage = usage_;
  served.finish_reason = std::move(finish_reason_);
  served.response_model = std::move(model_);
  served.response_id = std::move(id_);
}

}  // namespace sbx::gateway
