// SPDX-License-Identifier: Apache-2.0
// OpenAI Responses, and Embeddings, whose `input` is a simpler one.
#include "runtime/request/decoders.h"

namespace sbx {

namespace {

using json::At;
using json::Faults;

void decode_part(json::Element value, const At& at, Message& message, Faults& faults) {
  std::string_view plain;
  if (value.get(plain) == simdjson::SUCCESS) {
    message.parts.push_back({Part::Kind::Text, std::string(plain)});
    return;
  }
  const auto part = json::object(value, at, faults);
  if (!part) return;
  const std::string_view kind = json::loose_text(*part, "type");
  if (kind == "input_text" || kind == "output_text" || kind == "text" || kind == "refusal") {
    const std::string_view key = kind == "refusal" ? "refusal" : "text";
    const auto said = json::member(*part, key);
    const auto text = said ? json::text(*said, at / key, faults) : std::nullopt;
    if (text) message.parts.push_back({Part::Kind::Text, std::string(*text)});
  } else if (kind == "input_image") {
    const std::string_view url = json::loose_text(*part, "image_url");
    message.parts.push_back({Part::Kind::Image, url.empty() ? std::string(json::loose_text(*part, "file_id")) : url_without_data(url)});
  } else if (kind == "input_audio") {
    message.parts.push_back({Part::Kind::Audio});
  } else if (kind == "input_file") {
    message.parts.push_back(
        {Part::Kind::File, std::string(json::loose_text(*part, "file_id")), std::string(json::loose_text(*part, "filename"))});
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

Role role_of(std::string_view role) {
  if (role == "system" || role == "developer") return Role::System;
  if (role == "assistant") return Role::Assistant;
  return Role::User;
}

std::string joined_texts(const Message& message) {
  std::string text;
  for (const Part& part : message.parts) {
    if (part.kind != Part::Kind::Text) continue;
    if (!text.empty()) text += '\n';
    text += part.text;
  }
  return text;
}

void decode_reasoning(json::Object item, Request& request) {
  Part thinking{Part::Kind::Thinking};
  json::Array summary;
  const auto value = json::member(item, "summary");
  if (value && value->get(summary) == simdjson::SUCCESS) {
    for (const json::Element piece : summary) {
      json::Object fields;
      if (piece.get(fields) == simdjson::SUCCESS) thinking.text += json::loose_text(fields, "text");
    }
  }
  request.messages.push_back({Role::Assistant, {std::move(thinking)}});
}

// Items: messages, calls (`function_call`, `web_search_call` …) and their outputs.
void decode_item(json::Element value, const At& at, Request& request, Faults& faults) {
  const auto item = json::object(value, at, faults);
  if (!item) return;
  const std::string_view kind = json::loose_text(*item, "type");
  const std::string id(json::loose_text(*item, "call_id"));
  if (kind == "reasoning") return decode_reasoning(*item, request);
  if (kind.ends_with("_output")) {
    Message result{Role::Tool};
    if (const auto output = json::member(*item, "output")) {
      if (output->is_object()) {
        result.parts.push_back({Part::Kind::Text, json::printed(*output)});
      } else {
        decode_content(*output, at / "output", result, faults);
      }
    }
    std::string text = joined_texts(result);
    std::erase_if(result.parts, [](const Part& part) { return part.kind == Part::Kind::Text; });
    result.parts.insert(result.parts.begin(), Part{Part::Kind::ToolResult, std::move(text), {}, id});
    request.messages.push_back(std::move(result));
    return;
  }
  if (kind.ends_with("_call")) {
    const std::string_view name = json::loose_text(*item, "name");
    Part call{Part::Kind::ToolUse, {}, std::string(name.empty() ? kind : name), id};
    for (const std::string_view key : {"arguments", "input"}) {
      if (const auto arguments = json::member(*item, key)) call.text = json::printed(*arguments);
    }
    request.messages.push_back({Role::Assistant, {std::move(call)}});
    return;
  }
  const auto content = json::member(*item, "content");
  if (!content) return;
  Message message{role_of(json::loose_text(*item, "role"))};
  decode_content(*content, at / "content", message, faults);
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
        std::string_view name = json::loose_text(*fields, "name");
        if (name.empty()) name = json::loose_text(*fields, "type");
        request.tools.push_back({std::string(name), std::string(json::loose_text(*fields, "description"))});
      }
    }
  }
  const auto choice = json::member(body, "tool_choice");
  if (!choice) return;
  json::Object object;
  if (choice->get(object) == simdjson::SUCCESS) {
    request.tool_choice = ToolChoice::Tool;
    request.tool_choice_name = json::loose_text(object, json::member(object, "name") ? "name" : "type");
    return;
  }
  const std::string_view word = json::loose_text(body, "tool_choice");
  if (word == "auto") request.tool_choice = ToolChoice::Auto;
  if (word == "none") request.tool_choice = ToolChoice::None;
  if (word == "required") request.tool_choice = ToolChoice::Required;
}

void decode_format(json::Object body, Request& request) {
  json::Object text;
  json::Object format;
  const auto outer = json::member(body, "text");
  if (!outer || outer->get(text) != simdjson::SUCCESS) return;
  const auto inner = json::member(text, "format");
  if (!inner || inner->get(format) != simdjson::SUCCESS) return;
  const std::string_view kind = json::loose_text(format, "type");
  if (kind == "json_object") request.format = Format::Json;
  if (kind == "json_schema") request.format = Format::JsonSchema;
}

}  // namespace

void decode_responses(json::Object body, const At& at, Request& request, Faults& faults) {
  decode_common(body, at, {"max_output_tokens"}, request, faults);
  const std::string_view instructions = json::loose_text(body, "instructions");
  if (!instructions.empty()) request.messages.push_back({Role::System, {{Part::Kind::Text, std::string(instructions)}}});
  if (const auto input = json::member(body, "input")) {
    const At here = at / "input";
    std::string_view plain;
    json::Array items;
    if (input->get(plain) == simdjson::SUCCESS) {
      request.messages.push_back({Role::User, {{Part::Kind::Text, std::string(plain)}}});
    } else if (input->get(items) == simdjson::SUCCESS) {
      size_t i = 0;
      for (const json::Element item : items) decode_item(item, here[i++], request, faults);
    } else {
      faults.wrong_type(here, *input, "a string or a list of items");
    }
  }
  decode_tools(body, at, request, faults);
  decode_format(body, request);
}

// A string or several; token numbers are not text.
void decode_embeddings(json::Object body, const At& at, Request& request, Faults& faults) {
  decode_common(body, at, {}, request, faults);
  const auto input = json::member(body, "input");
  if (!input) return;
  Message message;
  std::string_view plain;
  json::Array list;
  if (input->get(plain) == simdjson::SUCCESS) {
    message.parts.push_back({Part::Kind::Text, std::string(plain)});
  } else if (input->get(list) == simdjson::SUCCESS) {
    for (const json::Element item : list) {
      if (item.get(plain) == simdjson::SUCCESS) message.parts.push_back({Part::Kind::Text, std::string(plain)});
    }
  } else {
    faults.wrong_type(at / "input", *input, "a string or a list");
  }
  request.messages.push_back(std::move(message));
}

}  // namespace sbx
