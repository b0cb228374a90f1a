// SPDX-License-Identifier: Apache-2.0
// Fields of the request, and values of clients as the types that a policy declares.
#include "runtime/signals/prompt_tokens.h"
#include "runtime/signals/typed.h"
#include "tests/unit/signals_rig.h"

using namespace sbx;
using namespace sbx::signals;

namespace {

Reading field(const char* kind, const Request& request, Type type = {TypeKind::Text}) {
  return read_one(info_of(kind, {}, std::move(type)), request);
}
bool is_unknown(const Reading& reading) { return reading.state == ReadingState::Unknown; }

Type labels(std::vector<std::string> members) { return {.kind = TypeKind::Label, .members = std::move(members)}; }

}  // namespace

TEST_CASE("a bare request") {
  Request request = request_of("hello");
  CHECK(word(field("text", request)) == "hello");
  CHECK(raw(field("turns", request, {TypeKind::Int})) == 1);
  CHECK(raw(field("messages.count", request, {TypeKind::Int})) == 1);
  CHECK(raw(field("tools.count", request, {TypeKind::Int})) == 0);
  CHECK(word(field("tool_choice", request, labels({"auto", "none", "required", "tool"}))) == "none");
  CHECK(word(field("format", request, labels({"text", "json", "json_schema"}))) == "text");
  CHECK(word(field("dialect", request, labels({"chat", "responses", "messages", "embeddings"}))) == "chat");
  for (const char* kind : {"request.model", "request.path", "user.id", "user.tier", "session.id", "session.previous_model"})
    CHECK(is_unknown(field(kind, request)));
  CHECK(is_unknown(field("user.roles", request, {TypeKind::Set})));
  CHECK(is_unknown(field("max_tokens", request, {TypeKind::Tokens})));
  CHECK(is_unknown(field("temperature", request, {TypeKind::Number})));
  CHECK(is_unknown(field("session.idle", request, {TypeKind::Duration})));
  CHECK(std::get<bool>(field("session.open_tool_loop", request, {}).value) == false);
}

TEST_CASE("a conversation is counted by who speaks, and by calls of tools") {
  Request request = request_of("find it");
  request.messages.push_back({Role::Assistant, {{Part::Kind::ToolUse, "{}", "find", "c1"}, {Part::Kind::ToolUse, "{}", "find", "c2"}}});
  request.messages.push_back({Role::Tool, {{Part::Kind::ToolResult, "here", "find", "c1"}}});
  request.messages.push_back({Role::Assistant, {{.text = "found"}}});
  summarize(request);
  CHECK(raw(field("replies.count", request, {TypeKind::Int})) == 2);
  CHECK(raw(field("tool_calls.count", request, {TypeKind::Int})) == 2);
  CHECK(raw(field("tool_results.count", request, {TypeKind::Int})) == 1);
}

TEST_CASE("a request with everything") {
  Request request = request_of("hello");
  request.model = "auto";
  request.path = "/v1/chat/completions";
  request.tools = {{"search", "finds"}, {"read", ""}};
  request.stream = true;
  request.max_tokens = 100;
  request.temperature = 700'000;
  request.user = {.id = "u", .tier = "pro", .region = "eu", .team = "t", .roles = {{"admin", "dev"}}, .groups = {{}}};
  request.session = {.id = "s", .previous_model = "small", .idle_ms = 1500, .open_tool_loop = true};
  request.events = {{"deploy", "high"}, {"deploy", "low"}, {"", "low"}};
  request.headers = {{"x-role", "analyst"}, {"x-amount", " $12.50 "}};
  request.metadata = {{"flagged", "true"}};
  CHECK(word(field("request.model", request)) == "auto");
  CHECK(std::get<std::vector<std::string>>(field("tools.names", request, {TypeKind::Set}).value) ==
        std::vector<std::string>{"search", "read"});
  CHECK(word(field("tool_choice", request, labels({"auto", "none", "required", "tool"}))) == "auto");
  CHECK(std::get<bool>(field("stream", request, {}).value));
  CHECK(raw(field("max_tokens", request, {TypeKind::Tokens})) == 100);
  CHECK(raw(field("temperature", request, {TypeKind::Number})) == 700'000);
  CHECK(word(field("user.tier", request, labels({"free", "pro"}))) == "pro");
  CHECK(is_unknown(field("user.tier", request, labels({"free", "gold"}))));
  CHECK(std::get<std::vector<std::string>>(field("user.roles", request, {TypeKind::Set}).value).size() == 2);
  CHECK(field("user.groups", request, {TypeKind::Set}).state == ReadingState::Known);
  CHECK(raw(field("session.idle", request, {TypeKind::Duration})) == 1'500'000);
  CHECK(std::get<std::vector<std::string>>(field("event.types", request, {TypeKind::Set}).value) == std::vector<std::string>{"deploy"});
  CHECK(std::get<std::vector<std::string>>(field("event.severities", request, {TypeKind::Set}).value) ==
        std::vector<std::string>{"high", "low"});
  auto named = [&](const char* kind, const char* parameter, const char* name, Type type) {
    return read_one(info_of(kind, {{parameter, {std::string(name)}}}, std::move(type)), request);
  };
  CHECK(word(named("header", "name", "X-Role", labels({"viewer", "analyst"}))) == "analyst");
  CHECK(is_unknown(named("header", "name", "x-none", {TypeKind::Text})));
  CHECK(raw(named("header", "name", "x-amount", {TypeKind::Money})) == 12'500'000);
  CHECK(std::get<bool>(named("metadata", "key", "flagged", {}).value));
}

TEST_CASE("texts of clients as declared types") {
  auto value = [](const char* text, Type type) { return typed(std::string_view(text), type); };
  CHECK(raw(value(" 12 ", {TypeKind::Int})) == 12);
  CHECK(is_unknown(value("12.5", {TypeKind::Int})));
  CHECK(is_unknown(value("-1", {TypeKind::Tokens})));
  CHECK(raw(value("0.3333335", {TypeKind::Probability})) == 333'334);
  CHECK(is_unknown(value("1.5", {TypeKind::Probability})));
  CHECK(raw(value("200ms", {TypeKind::Duration})) == 200'000);
  CHECK(raw(value("1.5h", {TypeKind::Duration})) == 5'400'000'000);
  CHECK(is_unknown(value("200", {TypeKind::Duration})));
  CHECK(is_unknown(value("yes", {TypeKind::Bool})));
  CHECK(is_unknown(value("", {TypeKind::Money})));
  CHECK(std::get<std::vector<std::string>>(value("a, b,,c ", {TypeKind::Set}).value) == std::vector<std::string>{"a", "b", "c"});
  CHECK(word(value(" as is ", {TypeKind::Text})) == " as is ");
}

TEST_CASE("the clock on a wall") {
  Request request = request_of("x");
  request.time_us = 1774746000LL * 1'000'000;  // 2026-03-29 01:00 UTC, a Sunday
  auto at = [&](const char* kind, const char* zone, Type type) {
    return read_one(info_of(kind, {{"zone", {std::string(zone)}}}, std::move(type)), request);
  };
  CHECK(raw(at("time.hour", "Europe/Berlin", {TypeKind::Int})) == 3);
  CHECK(raw(at("time.hour", "UTC", {TypeKind::Int})) == 1);
  Type week = labels({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"});
  CHECK(word(at("time.weekday", "Europe/Berlin", week)) == "sunday");
  CHECK(word(at("time.weekday", "America/New_York", week)) == "saturday");
}

TEST_CASE("tokens of the whole prompt grow with it") {
  Request request = request_of("hello world");
  int64_t before = prompt_tokens(request);
  CHECK(before == 6);
  request.tools = {{"search", "finds pages"}};
  CHECK(prompt_tokens(request) > before);
  request.images = 1;
  CHECK(prompt_tokens(request) > before + 765);
}
