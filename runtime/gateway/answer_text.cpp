// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/answer_text.h"

#include <simdjson.h>

#include <map>

namespace sbx::gateway {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

/// What is said, by who says it: choices and items come in turns in a stream.
class Said {
 public:
  void add(const object& of, std::string_view member, const std::string& by) {
    std::string_view text;
    if (of[member].get(text) == simdjson::SUCCESS) by_[by] += text;
  }

  /// A text, or a list of parts that have one.
  void add_content(const object& of, std::string_view member, const std::string& by) {
    add(of, member, by);
    each(of, member, [&](const object& part) {
      for (const std::string_view name : {"text", "refusal"}) add(part, name, by);
    });
  }

  void add_calls(const object& message, const std::string& by) {
    each(message, "tool_calls", [&](const object& call) {
      object function;
      if (call["function"].get(function) == simdjson::SUCCESS) add(function, "arguments", by + " call " + number(call, "index"));
    });
  }

  void add_document(const element& document, const std::string& by) { by_[by] += simdjson::minify(document); }

  template <class Take>
  static void each(const object& of, std::string_view member, const Take& take) {
    array list;
    if (of[member].get(list) != simdjson::SUCCESS) return;
    for (const element one : list) {
      object item;
      if (one.get(item) == simdjson::SUCCESS) take(item);
    }
  }

  static std::string number(const object& of, std::string_view member) {
    int64_t value = 0;
    return of[member].get(value) == simdjson::SUCCESS ? std::to_string(value) : std::string("0");
  }

  [[nodiscard]] std::string all() const {
    std::string text;
    for (const auto& [by, said] : by_) {
      if (!said.empty()) text += (text.empty() ? "" : "\n") + said;
    }
    return text;
  }

 private:
  std::map<std::string, std::string> by_;
};

/// Chat Completions: whole messages, or what a stream adds to them.
void read_choices(const object& root, Said& said) {
  Said::each(root, "choices", [&](const object& choice) {
    const std::string by = "choice " + Said::number(choice, "index");
    for (const std::string_view name : {"message", "delta"}) {
      object message;
      if (choice[name].get(message) != simdjson::SUCCESS) continue;
      said.add_content(message, "content", by);
      said.add(message, "refusal", by);
      said.add_calls(message, by);
    }
  });
}

/// Messages: blocks of text, and inputs of tools.
void read_blocks(const object& root, Said& said) {
  Said::each(root, "content", [&](const object& block) {
    said.add(block, "text", "blocks");
    element input;
    if (block["input"].get(input) == simdjson::SUCCESS) said.add_document(input, "blocks call");
  });
}

/// Responses: items with parts, and arguments of functions.
void read_items(const object& root, Said& said) {
  Said::each(root, "output", [&](const object& item) {
    said.add_content(item, "content", "items");
    said.add(item, "arguments", "items call");
  });
}

/// One event of Messages or Responses, which say their type; what they say at the end was said in pieces before.
void read_typed(const object& event, std::string_view type, Said& said) {
  object delta;
  if (type == "content_block_delta" && event["delta"].get(delta) == simdjson::SUCCESS) {
    said.add(delta, "text", "block " + Said::number(event, "index"));
    said.add(delta, "partial_json", "block call " + Said::number(event, "index"));
  } else if (type.ends_with(".delta")) {
    said.add(event, "delta", "item " + Said::number(event, "output_index"));
  }
}

bool read_document(std::string_view json, Said& said, std::string* choices) {
  simdjson::dom::parser parser;
  object root;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return false;
  std::string_view type;
  if (root["type"].get(type) == simdjson::SUCCESS && choices == nullptr) {
    read_typed(root, type, said);
    return true;
  }
  read_choices(root, said);
  read_blocks(root, said);
  read_items(root, said);
  element list;
  if (choices != nullptr && root["choices"].get(list) == simdjson::SUCCESS) *choices = simdjson::minify(list);
  return true;
}

const Error kUnreadable{"R0730", "the answer is not JSON"};

}  // namespace

Result<AnswerText> read_answer(std::string_view content_type, std::string_view body) {
  Said said;
  AnswerText answer;
  if (!content_type.starts_with("text/event-stream")) {
    if (!read_document(body, said, &answer.choices)) return kUnreadable;
    answer.text = said.all();
    return answer;
  }
  while (!body.empty()) {
    std::string_view line = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(body.size(), line.size() + 1));
    if (!line.starts_with("data:")) continue;
    line.remove_prefix(line.starts_with("data: ") ? 6 : 5);
    if (line.starts_with("[DONE]")) continue;
    if (!read_document(line, said, nullptr)) return kUnreadable;
  }
  answer.text = said.all();
  return answer;
}

}  // namespace sbx::gateway
