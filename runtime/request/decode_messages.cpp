// SPDX-License-Identifier: Apache-2.0
// Anthropic Messages.
#include "runtime/request/decoders.h"

namespace sbx {

namespace {

using json::At;
using json::Faults;

// `source` holds a `url`, a `file_id`, or inline data that we do not keep.
std::string source_of(json::Object block) {
  json::Object source;
  const auto value = json::member(block, "source");
  if (!value || value->get(source) != simdjson::SUCCESS) return {};
  const std::string_view url = json::loose_text(source, "url");
  return url.empty() ? std::string(json::loose_text(source, "file_id")) : url_without_data(url);
}

void decode_content(json::Element content, const At& at, Message& message, Faults& faults);

void decode_result(json::Object block, const At& at, Message& message, Faults& faults) {
  Message inner;
  const auto content = json::member(block, "content");
  if (content && content->is_object()) {
    inner.parts.push_back({Part::Kind::Text, json::printed(*content)});
  } else if (content) {
    decode_content(*content, at / "content", inner, faults);
  }
  Part result{Part::Kind::ToolResult, {}, {}, std::string(json::loose_text(block, "tool_use_id"))};
  for (const Part& part : inner.parts) {
    if (part.kind != Part::Kind::Text) continue;
    if (!result.text.empty()) result.text += '\n';
    result.text += part.text;
  }
  message.parts.push_back(std::move(result));
  for (Part& part : inner.parts) {
    if (part.kind == Part::Kind::Image || part.kind == Part::Kind::File) message.parts.push_back(std::move(part));
  }
}

void decode_block(json::Element value, const At& at, Message& message, Faults& faults) {
  std::string_view plain;
  if (value.get(plain) == simdjson::SUCCESS) {
    message.parts.push_back({Part::Kind::Text, std::string(plain)});
    return;
  }
  const auto block = json::object(value, at, faults);
  if (!block) return;
  const std::string_view kind = json::loose_text(*block, "type");
  if (kind == "text") {
    const auto said = json::member(*block, "text");
    const auto text = said ? json::text(*said, at / "text", faults) : std::nullopt;
    if (text) message.parts.push_back({Part::Kind::Text, std::string(*text)});
  } else if (kind == "image") {
    message.parts.push_back({Part::Kind::Image, source_of(*block)});
  } else if (kind == "document") {
    message.parts.push_back({Part::Kind::File, source_of(*block), std::string(json::loose_text(*block, "title"))});
  } else if (kind == "tool_use" || kind == "server_tool_use" || kind == "mcp_tool_use") {
    Part call{Part::Kind::ToolUse, {}, std::string(json::loose_text(*block, "name")), std::string(json::loose_text(*block, "id"))};
    if (const auto input = json::member(*block, "input")) call.text = json::printed(*input);
    message.parts.push_back(std::move(call));
  } else if (kind.ends_with("tool_result")) {
    decode_result(*block, at, message, faults);
  } else if (kind == "thinking" || kind == "redacted_thinking") {
    message.parts.push_back({Part::Kind::Thinking, std::string(json::loose_text(*block, "thinking"))});
  }
}

void decode_content(json::Element content, const At& at, Message& message, Faults& faults) {
  std::string_view plain;
  if (content.get(plain) == simdjson::SUCCESS) {
    message.parts.push_back({Part::Kind::Text, std::string(plain)});
    return;
  }
  json::Array blocks;
  if (content.get(blocks) != simdjson::SUCCESS) return faults.wrong_type(at, content, "a string or a list of blocks");
  size_t i = 0;
  for (const json::Element block : blocks) decode_block(block, at[i++], message, faults);
}

void decode_message(json::Element value, const At& at, Request& request, Faults& faults) {
  const auto fields = json::object(value, at, faults);
  if (!fields) return;
  const auto role = json::member(*fields, "role");
  const auto name = role ? json::text(*role, at / "role", faults) : std::nullopt;
  Message message{name == "assistant" ? Role::Assistant : name == "system" ? Role::System : Role::User};
  if (const auto content = json::member(*fields, "content")) decode_content(*content, at / "content", message, faults);
  request.messages.push_back(std::move(message));
}

void decode_tools(json::Object body, const At& at, Request& request, Faults& faults) {
  if (const auto tools = json::member(body, "tools")) {
    const At here = at / "tools";
    const auto list = json::array(*tools, here, faults);
    size_t i = 0;
    if (list) {
      for (const json::Element tool : *list) {
        const auto fields = json::object(tool, here[i++], faults);
        if (!fields) continue;
        request.tools.push_back({std::string(json::loose_text(*fields, "name")), std::string(json::loose_text(*fields, "description"))});
      }
    }
  }
  json::Object choice;
  const auto value = json::member(body, "tool_choice");
  if (!value || value->get(choice) != simdjson::SUCCESS) return;
  const std::string_view kind = json::loose_text(choice, "type");
  if (kind == "auto") request.tool_choice = ToolChoice::Auto;
  if (kind == "none") request.tool_choice = ToolChoice::None;
  if (kind == "any") request.tool_choice = ToolChoice::Required;
  if (kind == "tool") {
    request.tool_choice = ToolChoice::Tool;
    request.tool_choice_name = json::loose_text(choice, "name");
  }
}

// `output_format`, or `output_config.format`: `{"type": "json_schema", …}`.
void decode_format(json::Object body, Request& request) {
  json::Object config = body;
  json::Object format;
  auto value = json::member(body, "output_format");
  const auto outer = json::member(body, "output_config");
  if (!value && outer && outer->get(config) == simdjson::SUCCESS) value = json::member(config, "format");
  if (!value || value->get(format) != simdjson::SUCCESS) return;
  if (json::loose_text(format, "type") == "json_schema") request.format = Format::JsonSchema;
}

}  // namespace

void decode_messages(json::Object body, const At& at, Request& request, Faults& faults) {
  decode_common(body, at, {"max_tokens"}, request, faults);
  if (const auto system = json::member(body, "system")) {
    Message message{Role::System};
    decode_content(*system, at / "system", message, faults);
    request.messages.push_back(std::move(message));
  }
  if (const auto messages = json::member(body, "messages")) {
    const At here = at / "messages";
    const auto list = json::array(*messages, here, faults);
    size_t i = 0;
    if (list) {
      for (const json::Element message : *list) decode_message(message, here[i++], request, faults);
    }
  }
  decode_tools(body, at, request, faults);
  decode_format(body, request);
}

}  // namespace sbx
