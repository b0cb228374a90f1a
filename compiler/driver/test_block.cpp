// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/test_block.h"

#include <algorithm>
#include <array>

#include "compiler/sema/types.h"
#include "compiler/syntax/print.h"
#include "compiler/syntax/tokens.h"
#include "runtime/base/variant.h"
#include "runtime/request/readings.h"

namespace sbx::driver {
namespace {

using syntax::quoted;

// A label as a bare word, where it reads as one.
std::string word(const std::string& text) {
  constexpr std::array<std::string_view, 20> kTaken = {"and",  "or",    "not",     "is",     "in",   "over", "when",
                                                       "true", "false", "unknown", "then",   "else", "if",   "given",
                                                       "step", "where", "expect",  "failed", "has",  "for"};
  const bool is_word = !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  return is_word && std::ranges::find(kTaken, text) == kTaken.end() && !syntax::starts_declaration(text) ? text : quoted(text);
}

std::string value_text(const Constant& constant, const Type& type) {
  return std::visit(overloaded{
                        [](std::monostate) { return std::string("unknown"); },
                        [](bool value) { return std::string(value ? "true" : "false"); },
                        [&](const Decimal& value) { return sema::written(type, value); },
                        [&](const std::string& value) { return type.kind == TypeKind::Text ? quoted(value) : word(value); },
                        [&](const ConstantList& list) {
                          std::string text;
                          for (const Constant& item : list) text += (text.empty() ? "" : ", ") + value_text(item, type);
                          return "[" + text + "]";
                        },
                        [](const ConstantRecord&) { return std::string(); },
                    },
                    constant.value);
}

// `please well well well` → `please`: a word that is said three times at the end is there for the length.
std::string without_padding(const std::string& text) {
  const size_t space = text.rfind(' ');
  const std::string last = text.substr(space == std::string::npos ? 0 : space + 1);
  size_t end = text.size(), times = 0;
  while (!last.empty() && end >= last.size() && text.compare(end - last.size(), last.size(), last) == 0) {
    end -= last.size();
    ++times;
    if (end == 0 || text[end - 1] != ' ') break;
    --end;
  }
  return times < 3 ? text : text.substr(0, end);
}

constexpr const char* kBetween = " . ";  // as a witness joins what it says

std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  size_t begin = 0;
  for (size_t end; (end = text.find(kBetween, begin)) != std::string::npos; begin = end + 3)
    parts.push_back(text.substr(begin, end - begin));
  parts.push_back(text.substr(begin));
  return parts;
}

std::string given_text(const TestBlock& block, const Manifest& manifest) {
  const sema::RequestDraft& request = block.request;
  std::string text;
  const auto add = [&](const std::string& name, const std::string& value) { text += " " + name + ": " + value; };
  if (!request.text.empty()) add("text", quoted(request.text));
  if (!request.system.empty()) add("text.system", quoted(request.system));
  if (request.model != sema::RequestDraft{}.model && (manifest.serves.empty() || request.model != manifest.serves.front()))
    add("request.model", quoted(request.model));
  std::string tools;
  for (const std::string& tool : request.tools) tools += (tools.empty() ? "" : ", ") + quoted(tool);
  if (!tools.empty()) add("tools", "[" + tools + "]");
  if (request.images > 0) add("images.count", std::to_string(request.images));
  if (request.audio > 0) add("audio.count", std::to_string(request.audio));
  for (const auto& [name, value] : request.body) add(name, to_string(value));
  for (const auto& [signal, reading] : block.readings) {
    const std::string confidence = reading.confidence ? " " + to_string(*reading.confidence) : "";
    add(reading.name, reading.unknown ? "unknown" : value_text(reading.value, manifest.signals[signal].type) + confidence);
  }
  return text.empty() ? " text: \"\"" : text;
}

std::string expected_text(const ExpectedValue& expected) {
  if (!expected.is_list) return expected.values.front();
  std::string text;
  for (const std::string& value : expected.values) text += (text.empty() ? "" : ", ") + value;
  return "[" + text + "]";
}

// A choice that is not what it is without anybody choosing.
std::optional<std::string> chosen(const Manifest& manifest, const SlotValue& value) {
  const Slot& slot = manifest.slots[value.slot];
  const auto* label = std::get_if<std::string>(&value.value.value);
  if (slot.kind != Slot::Kind::Choice || slot.type.kind != TypeKind::Label || label == nullptr || slot.keyed) return std::nullopt;
  return slot.initial == value.value ? std::nullopt : std::optional(*label);
}

}  // namespace

TestStep TestBlock::step() const {
  TestStep step{.request_json = request.json(), .given = {}, .expect = {}};
  for (const auto& [signal, reading] : readings) step.given.push_back(reading);
  return step;
}

sema::RequestDraft draft_of(const Request& request) {
  sema::RequestDraft draft;
  draft.text = without_padding(request.text);
  draft.system = request.text_system;
  draft.model = request.model;
  for (const Tool& tool : request.tools) draft.tools.push_back(tool.name);
  draft.images = request.images;
  draft.audio = request.audio;
  if (request.stream) draft.body["stream"] = Constant{true};
  if (request.max_tokens) draft.body["max_tokens"] = Constant{Decimal{*request.max_tokens, 0}};
  if (request.temperature) draft.body["temperature"] = Constant{to_decimal(*request.temperature, TypeKind::Number)};
  return draft;
}

size_t pieces_of(const std::string& text) { return parts_of(text).size(); }

std::string without_piece(const std::string& text, size_t piece) {
  std::vector<std::string> parts = parts_of(text);
  parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(piece));
  std::string result;
  for (size_t i = 0; i < parts.size(); ++i) result += (i == 0 ? "" : kBetween) + parts[i];
  return result;
}

Decimal shortest(Decimal value) {
  while (value.scale > 0 && value.digits % 10 == 0) value = {value.digits / 10, value.scale - 1};
  return value;
}

std::vector<ExpectedValue> expectations_of(const Manifest& manifest, const Decision& decision) {
  std::vector<ExpectedValue> expect;
  const auto add = [&](std::string name, std::string value) { expect.push_back({std::move(name), {std::move(value)}, false}); };
  add("route", decision.route ? manifest.routes[*decision.route].name : "otherwise");
  const bool is_told = decision.outcome == OutcomeKind::Route || decision.outcome == OutcomeKind::Otherwise;
  if (!is_told) add("outcome", std::string(to_string(decision.outcome)));
  if (decision.denied) add("status", std::to_string(decision.denied->status));
  if (!decision.attempts.empty()) add("model", manifest.models[decision.attempts.front().model].name);
  for (const SlotValue& slot : decision.slots) {
    if (const auto label = chosen(manifest, slot)) add(manifest.slots[slot.slot].name, word(*label));
  }
  if (decision.rules.empty()) return expect;
  expect.push_back({"rules", {}, true});
  for (const RuleId rule : decision.rules) expect.back().values.push_back(manifest.rules[rule].name);
  return expect;
}

std::string text_of(const std::string& title, const TestBlock& block, const std::vector<ExpectedValue>& expect, const Manifest& manifest) {
  std::string expected;
  for (const ExpectedValue& one : expect) expected += " " + one.name + ": " + expected_text(one);
  return "test " + quoted(title) + " {\ngiven {" + given_text(block, manifest) + " }\nexpect {" + expected + " }\n}\n";
}

}  // namespace sbx::driver
