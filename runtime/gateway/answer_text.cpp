// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/answer_text.h"

#include <simdjson.h>

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace sbx::gateway {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

template <class Take>
void each(const object& of, std::string_view member, const Take& take) {
  array list;
  if (of[member].get(list) != simdjson::SUCCESS) return;
  for (const element one : list) {
    object item;
    if (one.get(item) == simdjson::SUCCESS) take(item);
  }
}

std::string number(const object& of, std::string_view member) {
  int64_t value = 0;
  return of[member].get(value) == simdjson::SUCCESS ? std::to_string(value) : std::string("0");
}

/// What is said, by who says it, in the order in which each began: in a stream they come in turns.
class Said {
 public:
  void add(const object& of, std::string_view member, const std::string& by) {
    std::string_view text;
    if (of[member].get(text) == simdjson::SUCCESS) said_by(by) += text;
  }
  void add_document(const object& of, std::string_view member, const std::string& by) {
    element document;
    if (of[member].get(document) == simdjson::SUCCESS) said_by(by) += simdjson::minify(document);
  }

  /// A text, or a list of parts that have one.
  void add_content(const object& of, std::string_view member, const std::string& by) {
    add(of, member, by);
    size_t part = 0;
    each(of, member, [&](const object& one) {
      const std::string name = by + " part " + std::to_string(part++);
      for (const std::string_view text : {"text", "refusal"}) add(one, text, name);
    });
  }

  [[nodiscard]] std::string all() const {
    std::string text;
    for (const std::string& said : said_) {
      if (!said.empty()) text += (text.empty() ? "" : "\n") + said;
    }
    return text;
  }

 private:
  std::string& said_by(const std::string& by) {
    const auto [place, is_new] = places_.emplace(by, said_.size());
    return is_new ? said_.emplace_back() : said_[place->second];
  }

  std::vector<std::string> said_;
  std::unordered_map<std::string, size_t> places_;
};

void read_calls(const object& message, const std::string& by, Said& said) {
  int64_t place = 0;
  each(message, "tool_calls", [&](const object& call) {
    int64_t index = 0;
    if (call["index"].get(index) != simdjson::SUCCESS) index = place;  // a whole message has them in order
    ++place;
    const std::string name = by + " call " + std::to_string(index);
    object function;
    if (call["function"].get(function) == simdjson::SUCCESS) said.add(function, "arguments", name);
    if (call["custom"].get(function) == simdjson::SUCCESS) said.add(function, "input", name);
  });
  object old;
  if (message["function_call"].get(old) == simdjson::SUCCESS) said.add(old, "arguments", by + " call");
}

/// Chat Completions: whole messages, or what a stream adds to them.
void read_choices(const object& root, Said& said) {
  each(root, "choices", [&](const object& choice) {
    const std::string by = "choice " + number(choice, "index");
    for (const std::string_view name : {"message", "delta"}) {
      object message, audio;
      if (choice[name].get(message) != simdjson::SUCCESS) continue;
      for (const std::string_view thought : {"reasoning_content", "reasoning"}) said.add(message, thought, by + " thought");
      said.add_content(message, "content", by);
      said.add(message, "refusal", by);
      if (message["audio"].get(audio) == simdjson::SUCCESS) said.add(audio, "transcript", by + " audio");
      read_calls(message, by, said);
    }
  });
}

/// Messages: blocks of text, and inputs of tools.
void read_blocks(const object& root, Said& said) {
  size_t place = 0;
  each(root, "content", [&](const object& block) {
    const std::string by = "block " + std::to_string(place++);
    for (const std::string_view text : {"thinking", "text"}) said.add(block, text, by);
    said.add_document(block, "input", by);
  });
}

/// Responses: items with parts, and what functions and tools are called with.
void read_items(const object& root, Said& said) {
  size_t place = 0;
  each(root, "output", [&](const object& item) {
    const std::string by = "item " + std::to_string(place++);
    for (const std::string_view parts : {"summary", "content"}) said.add_content(item, parts, by);
    for (const std::string_view text : {"arguments", "input"}) said.add(item, text, by);
  });
}

/// One event of Messages or Responses, which say their type; what they say at the end was said in pieces before.
void read_typed(const object& event, std::string_view type, Said& said) {
  object delta;
  if (type == "content_block_delta" && event["delta"].get(delta) == simdjson::SUCCESS) {
    for (const std::string_view text : {"thinking", "text", "partial_json"}) said.add(delta, text, "block " + number(event, "index"));
  } else if (type.ends_with(".delta")) {
    said.add(event, "delta", "item " + number(event, "output_index") + " part " + number(event, "content_index"));
  }
}

bool read_event(std::string_view json, Said& said) {
  simdjson::dom::parser parser;
  object event;
  if (parser.parse(json.data(), json.size()).get(event) != simdjson::SUCCESS) return false;
  std::string_view type;
  if (event["type"].get(type) == simdjson::SUCCESS)
    read_typed(event, type, said);
  else
    read_choices(event, said);
  return true;
}

bool read_whole(std::string_view json, Said& said, std::string& choices) {
  simdjson::dom::parser parser;
  object root;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return false;
  read_choices(root, said);
  read_blocks(root, said);
  read_items(root, said);
  element list;
  if (root["choices"].get(list) == simdjson::SUCCESS) choices = simdjson::minify(list);
  return true;
}

const Error kUnreadable{"R0730", "the answer is not JSON"};

}  // namespace

Result<AnswerText> read_answer(std::string_view content_type, std::string_view body) {
  Said said;
  AnswerText answer;
  if (!content_type.starts_with("text/event-stream")) {
    if (!read_whole(body, said, answer.choices)) return kUnreadable;
    answer.text = said.all();
    return answer;
  }
  while (!body.empty()) {
    std::string_view line = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(body.size(), line.size() + 1));
    if (!line.starts_with("data:")) continue;
    line.remove_prefix(std::string_view("data:").size());
    const size_t begin = line.find_first_not_of(" \r");
    if (begin == std::string_view::npos || line.substr(begin).starts_with("[DONE]")) continue;
    if (!read_event(line, said)) return kUnreadable;
  }
  answer.text = said.all();
  return answer;
}

}  // namespace sbx::gateway
