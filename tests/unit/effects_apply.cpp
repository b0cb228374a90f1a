// SPDX-License-Identifier: Apache-2.0
// What each slot makes of a client's body, by dialect and kind of provider, to the byte.
#include "doctest/doctest.h"
#include "runtime/effects/outgoing.h"
#include "runtime/request/decode.h"

using namespace sbx;
using effects::Provider;

namespace {

struct Laid {
  std::string slot;
  Constant value;
  std::string key;
};

Constant text(std::string value) { return {std::move(value)}; }
Constant number(int64_t value) { return {Decimal{value, 0}}; }
Constant list(std::vector<std::string> names) {
  ConstantList items;
  for (std::string& name : names) items.push_back(text(std::move(name)));
  return {std::move(items)};
}

effects::Outgoing outgoing(Dialect dialect, Provider provider, const Model& model, const std::vector<Laid>& laid, std::string_view body) {
  Manifest manifest;
  Attempt attempt{.model = manifest.models.add(model)};
  for (const Laid& one : laid) {
    const SlotId slot = manifest.slots.add({.name = one.slot, .keyed = one.slot == "header"});
    attempt.slots.push_back({slot, one.key, one.value});
  }
  const Decoded decoded = decode_request(body, {.dialect = dialect});
  REQUIRE(decoded.request.ok());
  Result<effects::Outgoing> made = effects::apply(manifest, attempt, *decoded.request, body, provider);
  REQUIRE(made.ok());
  return std::move(*made);
}

const Model kPlain{.name = "m", .served_name = "served"};
const Model kSwitching{.name = "m", .served_name = "served", .reasoning = {"off", "low", "high"}};
const Model kQwen{.name = "m", .served_name = "Qwen/Qwen3-8B"};
const Model kDeepseek{.name = "m", .served_name = "deepseek-v3.1"};

}  // namespace

TEST_CASE("only the model's name changes where the policy says nothing else") {
  const std::string body = "{ \"messages\" : [ {\"role\":\"user\",\"content\":\"h\\u00e9 \\/ \"} ],\n \"model\":\"auto\", \"unknown\":{\"x\":[1.0 , 2e3]} }";
  CHECK(outgoing(Dialect::Chat, Provider::OpenAi, kPlain, {}, body).body ==
        "{ \"messages\" : [ {\"role\":\"user\",\"content\":\"h\\u00e9 \\/ \"} ],\n \"model\":\"served\", \"unknown\":{\"x\":[1.0 , 2e3]} }");
  CHECK(outgoing(Dialect::Messages, Provider::Anthropic, kPlain, {}, R"({"messages":[]})").body == R"({"model":"served","messages":[]})");
}

TEST_CASE("reasoning, in each interface's words") {
  struct Row {
    Dialect dialect;
    Provider provider;
    Model model;
    const char* effort;
    const char* body;
    const char* becomes;
  };
  for (const Row& row : {
           Row{Dialect::Chat, Provider::OpenAi, kPlain, "low", R"({"model":"a"})", R"({"reasoning_effort":"low","model":"served"})"},
           Row{Dialect::Chat, Provider::OpenAi, kPlain, "low", R"({"model":"a","reasoning_effort":"high"})", R"({"model":"served","reasoning_effort":"low"})"},
           Row{Dialect::Chat, Provider::OpenAi, kPlain, "off", R"({"model":"a","reasoning_effort":"high"})", R"({"model":"served"})"},
           Row{Dialect::Chat, Provider::Azure, kSwitching, "off", R"({"model":"a"})", R"({"reasoning_effort":"none","model":"served"})"},
           Row{Dialect::Chat, Provider::Vllm, kQwen, "off", R"({"model":"a"})", R"({"chat_template_kwargs":{"enable_thinking":false},"model":"Qwen/Qwen3-8B"})"},
           Row{Dialect::Chat, Provider::Vllm, kQwen, "high", R"({"model":"a","chat_template_kwargs":{"x":1}})",
               R"({"model":"Qwen/Qwen3-8B","chat_template_kwargs":{"enable_thinking":true,"x":1}})"},
           Row{Dialect::Chat, Provider::Vllm, kDeepseek, "off", R"({"model":"a","chat_template_kwargs":null})", R"({"model":"deepseek-v3.1","chat_template_kwargs":{"thinking":false}})"},
           Row{Dialect::Responses, Provider::OpenAi, kPlain, "high", R"({"model":"a","input":"x"})", R"({"reasoning":{"effort":"high"},"model":"served","input":"x"})"},
           Row{Dialect::Responses, Provider::OpenAi, kPlain, "off", R"({"model":"a","input":"x","reasoning":{"effort":"low","summary":"auto"}})",
               R"({"model":"served","input":"x","reasoning":{"summary":"auto"}})"},
           Row{Dialect::Messages, Provider::Anthropic, kPlain, "low", R"({"model":"a","max_tokens":4000,"messages":[]})",
               R"({"thinking":{"type":"enabled","budget_tokens":2048},"model":"served","max_tokens":4000,"messages":[]})"},
           Row{Dialect::Messages, Provider::Anthropic, kPlain, "high", R"({"model":"a","max_tokens":4000,"messages":[]})",
               R"({"thinking":{"type":"enabled","budget_tokens":3999},"model":"served","max_tokens":4000,"messages":[]})"},
           Row{Dialect::Messages, Provider::Anthropic, kPlain, "off", R"({"model":"a","thinking":{"type":"enabled","budget_tokens":2048},"max_tokens":4000,"messages":[]})",
               R"({"model":"served","max_tokens":4000,"messages":[]})"},
       }) {
    CAPTURE(row.body);
    CAPTURE(row.effort);
    CHECK(outgoing(row.dialect, row.provider, row.model, {{"reasoning", text(row.effort), ""}}, row.body).body == row.becomes);
  }
}

TEST_CASE("what an interface cannot say is noted") {
  const effects::Outgoing few = outgoing(Dialect::Messages, Provider::Anthropic, kPlain, {{"reasoning", text("high"), ""}}, R"({"model":"a","max_tokens":100,"messages":[]})");
  CHECK(few.body == R"({"model":"served","max_tokens":100,"messages":[]})");
  REQUIRE(few.left_out.size() == 1);
  CHECK(few.left_out[0].first == "reasoning");
}

TEST_CASE("a limit of tokens lowers what the client asks for, and never raises it") {
  struct Row {
    Dialect dialect;
    Provider provider;
    const char* body;
    const char* becomes;
  };
  for (const Row& row : {
           Row{Dialect::Chat, Provider::OpenAi, R"({"max_tokens":900,"model":"a"})", R"({"max_tokens":500,"model":"served"})"},
           Row{Dialect::Chat, Provider::OpenAi, R"({"max_tokens":100,"model":"a"})", R"({"max_tokens":100,"model":"served"})"},
           Row{Dialect::Chat, Provider::OpenAi, R"({"max_completion_tokens":900,"model":"a"})", R"({"max_completion_tokens":500,"model":"served"})"},
           Row{Dialect::Chat, Provider::OpenAi, R"({"model":"a"})", R"({"max_completion_tokens":500,"model":"served"})"},
           Row{Dialect::Chat, Provider::Vllm, R"({"model":"a"})", R"({"max_tokens":500,"model":"served"})"},
           Row{Dialect::Responses, Provider::OpenAi, R"({"model":"a","input":"x"})", R"({"max_output_tokens":500,"model":"served","input":"x"})"},
           Row{Dialect::Messages, Provider::Anthropic, R"({"model":"a","max_tokens":501,"messages":[]})", R"({"model":"served","max_tokens":500,"messages":[]})"},
           Row{Dialect::Embeddings, Provider::OpenAi, R"({"model":"a","input":"x"})", R"({"model":"served","input":"x"})"},
       }) {
    CAPTURE(row.body);
    CHECK(outgoing(row.dialect, row.provider, kPlain, {{"max_tokens", number(500), ""}}, row.body).body == row.becomes);
  }
}

TEST_CASE("tools that are left keep their definitions") {
  const std::string one = R"({"type":"function","function":{"name":"one","parameters":{}}})", two = R"({"type":"function", "function":{"name":"two"}})";
  const std::string body = R"({"model":"a","tools":[)" + one + " , " + two + R"(],"tool_choice":{"type":"function","function":{"name":"two"}},"parallel_tool_calls":true})";
  const auto kept = [&](std::vector<std::string> names) { return outgoing(Dialect::Chat, Provider::OpenAi, kPlain, {{"tools", list(std::move(names)), ""}}, body); };
  CHECK(kept({"one", "two"}).body == R"({"model":"served","tools":[)" + one + " , " + two + R"(],"tool_choice":{"type":"function","function":{"name":"two"}},"parallel_tool_calls":true})");
  CHECK(kept({"one"}).body == R"({"model":"served","tools":[)" + one + R"(],"parallel_tool_calls":true})");
  CHECK(kept({}).body == R"({"model":"served"})");
  const effects::Outgoing more = kept({"two", "three"});
  REQUIRE(more.left_out.size() == 1);
  CHECK(more.left_out[0].second.find("`three`") != std::string::npos);
  CHECK(outgoing(Dialect::Messages, Provider::Anthropic, kPlain, {{"tools", list({"b"}), ""}}, R"({"model":"a","tools":[{"name":"a"},{"name":"b"}],"messages":[]})").body ==
        R"({"model":"served","tools":[{"name":"b"}],"messages":[]})");
  CHECK(outgoing(Dialect::Responses, Provider::OpenAi, kPlain, {{"tools", list({"web_search"}), ""}}, R"({"model":"a","tools":[{"type":"web_search"},{"type":"function","name":"f"}],"input":""})").body ==
        R"({"model":"served","tools":[{"type":"web_search"}],"input":""})");
}

TEST_CASE("headers go beside the body") {
  const effects::Outgoing made = outgoing(Dialect::Chat, Provider::OpenAi, kPlain, {{"header", text("eu"), "x-region"}}, R"({"model":"a"})");
  REQUIRE(made.headers.size() == 1);
  CHECK(made.headers[0] == std::pair<std::string, std::string>{"x-region", "eu"});
}
