// SPDX-License-Identifier: Apache-2.0
// OpenAI Chat Completions, and what the dialects share.
#include "runtime/request/decoders.h"

namespace sbx {

namespace {

using json::At;
using json::Faults;

// `image_url` is an object with a `url`, or the URL itself.
std::string url_in(json::Object part, std::string_view key) {
  const auto value = json::member(part, key);
  json::Object inner;
  if (value && value->get(inner) == simdjson::SUCCESS) return url_without_data(json::loose_text(inner, "url"));
  return url_without_data(json::loose_text(part, key));
}

void decode_part(json::Element value, const At& at, Message& message, Faults& faults) {
  std::string_view plain;
  if (value.get(plain) == simdjson::SUCCESS) {
    message.parts.push_back({Part::Kind::Text, std::string(plain)});
    return;
  }
  const auto part = json::object(value, at, faults);
  if (!part) return;
  const std::string_view kind = json::loose_text(*part, "type");
  if (kind == "text" || kind == "refusal") {
    const auto said = json::member(*part, kind);
    const auto text = said ? json::text(*said, at / kind, faults) : std::nullopt;
    if (text) message.parts.push_back({Part::Kind::Text, std::string(*text)});
  } else if (kind == "image_url") {
    message.parts.push_back({Part::Kind::Image, url_in(*part, "image_url")});
  } else if (kind == "input_audio" || kind == "audio_url") {
    message.parts.push_back({Part::Kind::Audio, kind == "audio_url" ? url_in(*part, kind) : std::string()});
  } else if (kind == "file") {
    Part file{Part::Kind::File};
    const auto inner = json::member(*part, "file");
    json::Object fields;
    if (inner && inner->get(fields) == simdjson::SUCCESS) {
      file.text = json::loose_text(fields, "file_id");
      file.name = json::loose_text(fields, "filename");
    }
    message.parts.push_back(std::move(file));
  }
}

void decode_content(json::Element content, const At& at, Message& message, Faults& faults) {
  std::string_view plain;
  if (content.get(plain) == simdjson::SUCCESS) {
    message.parts.push_back({Part::Kind::Text, std::string(plain)});
    return;
  }
  json::Array parts;
  if (content.get(parts) != simdjson::SUCCESS) return faults.wrong_type(at, content, "a string or a list of parts");
  size_t i = 0;
  for (const json::Element part : parts) decode_part(part, at[i++], message, faults);
}

Part tool_use(json::Object function, std::string_view id) {
  Part part{Part::Kind::ToolUse, {}, std::string(json::loose_text(function, "name")), std::string(id)};
  if (const auto arguments = json::member(function, "arguments")) part.text = json::printed(*arguments);
  return part;
}

void decode_tool_calls(json::Object fields, const At& at, Message& message, Faults& faults) {
  if (const auto calls = json::member(fields, "tool_calls")) {
    const At here = at / "tool_calls";
    const auto list = json::array(*calls, here, faults);
    size_t i = 0;
    if (list) {
      for (const json::Element call : *list) {
        const auto object = json::object(call, here[i++], faults);
        if (!object) continue;
        const auto function = json::member(*object, json::loose_text(*object, "type") == "custom" ? "custom" : "function");
        json::Object inner;
        if (!function || function->get(inner) != simdjson::SUCCESS) inner = *object;
        message.parts.push_back(tool_use(inner, json::loose_text(*object, "id")));
      }
    }
  }
  json::Object old;  // `function_call`, as it was before tools
  const auto call = json::member(fields, "function_call");
  if (call && call->get(old) == simdjson::SUCCESS) message.parts.push_back(tool_use(old, {}));
}

Role role_of(std::string_view role) {
  if (role == "system" || role == "developer") return Role::System;
  if (role == "assistant") return Role::Assistant;
  if (role == "tool" || role == "function") return Role::Tool;
  return Role::User;
}

void decode_message(json::Element value, const At& at, Request& request, Faults& faults) {
  const auto fields = json::object(value, at, faults);
  if (!fields) return;
  const auto role = json::member(*fields, "role");
  const auto role_name = role ? json::text(*role, at / "role", faults) : std::nullopt;
  Message message{role_of(role_name.value_or("user"))};
  const std::string_view thought = json::loose_text(*fields, "reasoning_content");
  if (!thought.empty()) message.parts.push_back({Part::Kind::Thinking, std::string(thought)});
  if (const auto content = json::member(*fields, "content")) decode_content(*content, at / "content", message, faults);
  if (message.role == Role::Assistant) decode_tool_calls(*fields, at, message, faults);
  if (message.role == Role::Tool) {
    Part result{
        Part::Kind::ToolResult, {}, std::string(json::loose_text(*fields, "name")), std::string(json::loose_text(*fields, "tool_call_id"))};
    for (const Part& part : message.parts) {
      if (part.kind != Part::Kind::Text) continue;
      if (!result.text.empty()) result.text += '\n';
      result.text += part.text;
    }
    std::erase_if(message.parts, [](const Part& part) { return part.kind == Part::Kind::Text; });
    message.parts.insert(message.parts.begin(), std::move(result));
  }
  request.messages.push_back(std::move(message));
}

// `tools` wraps each function, `functions` did not.
void decode_tools(json::Object body, std::string_view key, const At& at, Request& request, Faults& faults) {
  const auto tools = json::member(body, key);
  if (!tools) return;
  const At here = at / key;
  const auto list = json::array(*tools, here, faults);
  if (!list) return;
  size_t i = 0;
  for (const json::Element tool : *list) {
    const auto object = json::object(tool, here[i++], faults);
    if (!object) continue;
    json::Object inner = *object;
    for (const std::string_view wrapper : {"function", "custom"}) {
      json::Object wrapped;
      const auto value = json::member(*object, wrapper);
      if (value && value->get(wrapped) == simdjson::SUCCESS) inner = wrapped;
    }
    request.tools.push_back({std::string(json::loose_text(inner, "name")), std::string(json::loose_text(inner, "description"))});
  }
}

void decode_tool_choice(json::Object body, std::string_view key, Request& request) {
  const auto choice = json::member(body, key);
  if (!choice) return;
  json::Object object;
  if (choice->get(object) == simdjson::SUCCESS) {
    json::Object inner = object;
    const auto function = json::member(object, "function");
    if (function && function->get(inner) != simdjson::SUCCESS) inner = object;
    request.tool_choice = ToolChoice::Tool;
    request.tool_choice_name = json::loose_text(inner, "name");
    return;
  }
  const std::string_view word = json::loose_text(body, key);
  if (word == "auto") request.tool_choice = ToolChoice::Auto;
  if (word == "none") request.tool_choice = ToolChoice::None;
  if (word == "required") request.tool_choice = ToolChoice::Required;
}

void decode_format(json::Object body, Request& request) {
  json::Object format;
  const auto value = json::member(body, "response_format");
  if (!value || value->get(format) != simdjson::SUCCESS) return;
  const std::string_view kind = json::loose_text(format, "type");
  if (kind == "json_object") request.format = Format::Json;
  if (kind == "json_schema") request.format = Format::JsonSchema;
}

}  // namespace

std::string url_without_data(std::string_view url) {
  if (url.starts_with("data:")) url = url.substr(0, url.find(','));
  return std::string(url.substr(0, 4096));
}

void decode_common(json::Object body, const At& at, std::initializer_list<std::string_view> limits, Request& request, Faults& faults) {
  if (const auto model = json::member(body, "model")) request.model = json::text(*model, at / "model", faults).value_or("");
  if (const auto stream = json::member(body, "stream")) request.stream = json::boolean(*stream, at / "stream", faults).value_or(false);
  if (const auto value = json::member(body, "temperature")) {
    if (const auto temperature = json::number(*value, at / "temperature", faults)) request.temperature = json::millionths(*temperature);
  }
  for (const std::string_view key : limits) {
    const auto limit = json::member(body, key);
    if (limit) request.max_tokens = json::count(*limit, at / key, faults);
  }
  if (const auto value = json::member(body, "metadata")) {
    if (const auto metadata = json::object(*value, at / "metadata", faults)) {
      for (const auto field : *metadata) {
        if (!field.value.is_null()) request.metadata.emplace_back(field.key, json::printed(field.value));
      }
    }
  }
}

void decode_chat(json::Object body, const At& at, Request& request, Faults& faults) {
  decode_common(body, at, {"max_tokens", "max_completion_tokens"}, request, faults);
  if (const auto messages = json::member(body, "messages")) {
    const At here = at / "messages";
    const auto list = json::array(*messages, here, faults);
    size_t i = 0;
    if (list) {
      for (const json::Element message : *list) decode_message(message, here[i++], request, faults);
    }
  }
  decode_tools(body, "functions", at, request, faults);
  decode_tools(body, "tools", at, request, faults);
  decode_tool_choice(body, "function_call", request);
  decode_tool_choice(body, "tool_choice", request);
  decode_format(body, request);
}

}  // namespace sbx
