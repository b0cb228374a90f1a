// SPDX-License-Identifier: Apache-2.0
// What was said in an answer, and what a server has found.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "runtime/gateway/answer_text.h"
#include "runtime/gateway/retrievers.h"

namespace sbx::gateway {
namespace {

TEST_CASE("what was said is read from whole answers and from streams, in all dialects") {
  struct Row {
    std::string type, body, said;
  };
  const std::string whole = "application/json", stream = "text/event-stream; charset=utf-8";
  const std::vector<Row> rows = {
      {whole, R"({"choices":[{"index":0,"message":{"content":"a"}},{"index":1,"message":{"content":[{"type":"text","text":"b"}],"refusal":"c"}}]})", "a\nb\nc"},
      {whole, R"({"choices":[{"message":{"content":null,"tool_calls":[{"function":{"name":"f","arguments":"{\"x\":1}"}}]}}]})", R"({"x":1})"},
      {whole, R"({"type":"message","content":[{"type":"text","text":"a"},{"type":"tool_use","input":{"k": "v"}}]})", "a\n{\"k\":\"v\"}"},
      {whole, R"({"output":[{"type":"message","content":[{"type":"output_text","text":"a"}]},{"type":"function_call","arguments":"{}"}]})", "a\n{}"},
      {whole, R"({"choices":[{"message":{"reasoning_content":"t","content":"a","function_call":{"arguments":"f"},"tool_calls":[{"function":{"arguments":"x"}},{"custom":{"input":"y"}}]}}]})",
       "t\na\nx\ny\nf"},
      {whole, R"({"output":[{"type":"reasoning","summary":[{"text":"t"}]},{"type":"custom_tool_call","input":"i"},{"content":[{"text":"a"},{"text":"b"}]}]})", "t\ni\na\nb"},
      {stream, "data:\n\ndata: {\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"text\":\"a\"}}\n\ndata: {\"type\":\"content_block_delta\",\"index\":10,\"delta\":{\"text\":\"b\"}}\n\n", "a\nb"},
      {whole, R"({"error":{"message":"no"}})", ""},
      {stream, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"sk\"}},{\"index\":1,\"delta\":{\"content\":\"x\"}}]}\r\n\r\ndata:{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"-1\"}}]}\n\ndata: [DONE]\n\n", "sk-1\nx"},
      {stream, "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"text\":\"b\"}}\n\n", "ab"},
      {stream, "data: {\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\"a\"}\n\ndata: {\"type\":\"response.completed\",\"response\":{\"output\":[{\"content\":[{\"text\":\"a\"}]}]}}\n\n", "a"},
      {stream, "", ""},
  };
  for (const Row& row : rows) {
    INFO(row.body);
    const Result<AnswerText> answer = read_answer(row.type, row.body);
    REQUIRE(answer.ok());
    CHECK(answer->text == row.said);
  }
  CHECK(read_answer(whole, R"({"choices":[{"message":{"content":"a"}}]})")->choices == R"([{"message":{"content":"a"}}])");
  CHECK_FALSE(read_answer(whole, "no").ok());
  CHECK_FALSE(read_answer(stream, "data: no\n\n").ok());
}

TEST_CASE("passages are read as many servers write them") {
  struct Row {
    std::string json;
    std::string passages;  // text@source, one after another
  };
  const std::vector<Row> rows = {
      {R"(["a","b"])", "a@ b@ "},
      {R"({"results":[{"text":"a","source":"s"}]})", "a@s "},
      {R"({"hits":[{"content":"a","title":"t","score":0.2},{"page_content":"b","url":"u","score":1}]})", "a@t b@u "},
      {R"({"data":[{"filename":"f","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]})", "a\nb@f "},
      {R"({"matches":[{"id":1},7,null,{"text":""}]})", ""},
  };
  for (const Row& row : rows) {
    INFO(row.json);
    const auto passages = read_passages(row.json, {});
    REQUIRE(passages.ok());
    std::string all;
    for (const effects::Passage& one : *passages) all += one.text + "@" + one.source + " ";
    CHECK(all == row.passages);
  }
  CHECK(read_passages(R"(["a","b","c"])", {.top = 2})->size() == 2);
  CHECK(read_passages(R"([{"text":"a","score":0.4},{"text":"b","score":0.6},{"text":"c"},"d"])", {.floor = 0.5})->size() == 1);
  for (const char* wrong : {"", "{}", R"({"results":{}})", "no"}) CHECK_FALSE(read_passages(wrong, {}).ok());
}

}  // namespace
}  // namespace sbx::gateway
