// SPDX-License-Identifier: Apache-2.0
// Real bodies of each dialect become the same plain request.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "runtime/request/decode.h"
#include "runtime/request/dialect.h"

namespace sbx {
namespace {

std::string file(const std::string& name) {
  std::ifstream in(std::string(SBX_SOURCE_DIR) + "/tests/data/requests/" + name, std::ios::binary);
  REQUIRE(in);
  return {std::istreambuf_iterator<char>(in), {}};
}

Request decoded(const std::string& bytes, const DecodeOptions& options = {}) {
  Decoded result = decode_request(bytes, options);
  INFO((result.request ? "" : result.request.error().message));
  REQUIRE(result.request.ok());
  return *result.request;
}

TEST_CASE("a chat body with tools, an image and an open tool loop") {
  const Request request = decoded(file("chat_tools.json"));
  CHECK(request.dialect == Dialect::Chat);
  CHECK(request.model == "auto");
  CHECK(request.text == "What is the weather in Riga\nand in Oslo?");
  CHECK(request.text_all == "You are a travel desk.\nWhat is the weather in Riga\nand in Oslo?\n12 degrees");
  CHECK(request.text_system == "You are a travel desk.");
  CHECK(request.turns == 1);
  CHECK(request.images == 1);
  CHECK(request.audio == 0);
  REQUIRE(request.messages.size() == 4);
  CHECK(request.messages[0].role == Role::System);
  CHECK(request.messages[1].parts[2].text == "data:image/png;base64");
  CHECK(request.messages[2].parts[0].kind == Part::Kind::ToolUse);
  CHECK(request.messages[2].parts[0].text == R"({"city":"Riga"})");
  CHECK(request.messages[3].role == Role::Tool);
  CHECK(request.messages[3].parts[0].kind == Part::Kind::ToolResult);
  CHECK(request.messages[3].parts[0].id == "call_1");
  REQUIRE(request.tools.size() == 2);
  CHECK(request.tools[0].description == "Current weather");
  CHECK(request.tools[1].name == "hotels");
  CHECK(request.tool_choice == ToolChoice::Tool);
  CHECK(request.tool_choice_name == "weather");
  CHECK(request.format == Format::JsonSchema);
  CHECK(request.stream);
  CHECK(request.max_tokens == 512);
  CHECK(request.temperature == 200'000);
  CHECK(request.metadata_of("project") == "x");
  CHECK(request.session.open_tool_loop);
}

TEST_CASE("a responses body") {
  const Request request = decoded(file("responses_tools.json"));
  CHECK(request.dialect == Dialect::Responses);
  CHECK(request.text == "And in feet?");
  CHECK(request.text_system == "Answer briefly.");
  CHECK(request.text_all == "Answer briefly.\nHow high is the tower?\n330 m\n330 m.\nAnd in feet?");
  CHECK(request.turns == 2);
  CHECK(request.images == 1);
  CHECK(request.tools.size() == 2);
  CHECK(request.tools[1].name == "web_search");
  CHECK(request.tool_choice == ToolChoice::Required);
  CHECK(request.format == Format::Json);
  CHECK(request.max_tokens == 900);
  CHECK(request.temperature == 1'000'000);
  CHECK_FALSE(request.session.open_tool_loop);
}

TEST_CASE("a messages body") {
  const Request request = decoded(file("messages_tools.json"));
  CHECK(request.dialect == Dialect::Messages);
  CHECK(request.text == "What is wrong here?");
  CHECK(request.text_system == "You mend code.");
  CHECK(request.text_all == "You mend code.\nWhat is wrong here?\nLet me look.\nint main;");
  CHECK(request.turns == 1);
  CHECK(request.images == 1);
  CHECK(request.tool_choice == ToolChoice::Required);
  CHECK(request.max_tokens == 1024);
  CHECK(request.messages[2].parts[2].text == R"({"path":"a.c"})");
  CHECK(request.session.open_tool_loop);
}

TEST_CASE("what a dialect is judged by") {
  struct Row {
    const char* body;
    Dialect dialect;
  };
  const Row rows[] = {
      {R"({"messages":[]})", Dialect::Chat},
      {R"({})", Dialect::Chat},
      {R"({"input":"hi"})", Dialect::Responses},
      {R"({"messages":[],"system":"s"})", Dialect::Messages},
      {R"({"messages":[],"system":null})", Dialect::Chat},
      {R"({"messages":[{"role":"user","content":[{"type":"text","text":"a"}]}]})", Dialect::Chat},
      {R"({"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"1"}]}]})", Dialect::Messages},
      {R"({"messages":[{"role":"user","content":[{"type":"image","source":{}}]}]})", Dialect::Messages},
      {R"({"headers":{"Anthropic-Version":"2023-06-01"},"body":{"messages":[]}})", Dialect::Messages},
      {R"({"path":"/v1/embeddings","body":{"input":["a","b"]}})", Dialect::Embeddings},
      {R"({"path":"/proxy/v1/messages/count_tokens?x=1","body":{"messages":[]}})", Dialect::Messages},
      {R"({"path":"/v1/chat/completions","body":{"input":"x"}})", Dialect::Chat},
      {R"({"path":"/other","body":{"input":"x"}})", Dialect::Responses},
  };
  for (const Row& row : rows) {
    INFO(row.body);
    CHECK(decoded(row.body).dialect == row.dialect);
  }
  CHECK(decoded(R"({"input":["a","b"]})", {.dialect = Dialect::Embeddings}).text == "a\nb");
  CHECK(decoded(R"({"path":"/v1/responses","body":{"input":"x"}})", {.dialect = Dialect::Chat}).dialect == Dialect::Responses);
  CHECK_FALSE(dialect_of_path("/v1/models"));
}

TEST_CASE("what is wrong is named by its path") {
  struct Row {
    const char* body;
    const char* message;
  };
  const Row rows[] = {
      {R"({"messages":"hi"})", "`messages` is a string, not a list"},
      {R"({"messages":[{"role":"user","content":3}]})", "`messages[0].content` is a number, not a string or a list of parts"},
      {R"({"messages":[{"role":"user","content":[{"type":"text","text":{}}]}]})",
       "`messages[0].content[0].text` is an object, not a string"},
      {R"({"messages":[7]})", "`messages[0]` is a number, not an object"},
      {R"({"model":[],"messages":[]})", "`model` is a list, not a string"},
      {R"({"input":7})", "`input` is a number, not a string or a list of items"},
      {R"({"body":{"messages":[],"stream":"yes"}})", "`body.stream` is a string, not a Boolean"},
      {R"([])", "the document is a list, not an object"},
  };
  for (const Row& row : rows) {
    INFO(row.body);
    const Decoded result = decode_request(row.body);
    REQUIRE_FALSE(result.request.ok());
    CHECK(result.request.error().code == "R0732");
    CHECK(result.request.error().message == row.message);
  }
}

TEST_CASE("a tool loop is open until somebody speaks") {
  const auto open = [](const std::string& messages) {
    return decoded(R"({"messages":[{"role":"user","content":"go"},)" + messages + "]}").session.open_tool_loop;
  };
  const std::string call = R"({"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]})";
  const std::string result = R"({"role":"tool","tool_call_id":"1","content":"r"})";
  CHECK(open(call));
  CHECK(open(call + "," + result));
  CHECK_FALSE(open(call + "," + result + R"(,{"role":"assistant","content":"done"})"));
  CHECK_FALSE(open(call + "," + result + R"(,{"role":"user","content":"stop"})"));
}

}  // namespace
}  // namespace sbx
