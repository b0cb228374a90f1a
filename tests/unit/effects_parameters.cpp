// SPDX-License-Identifier: Apache-2.0
// What each dialect and provider is told of the model, of how much to think and of how much to write: exact bytes.
#include "tests/unit/effects_rig.h"

namespace sbx::test {
namespace {

using effects::Outgoing;
using enum effects::Provider;
using enum Dialect;

TEST_CASE("the model is named as its provider calls it") {
  const Attempted attempted("org/m-1");
  CHECK(attempted.applied(Chat, OpenAi, R"({ "model" :"auto","messages":[ ] , "x_unknown":1.0})").body ==
        R"({ "model" :"org/m-1","messages":[ ] , "x_unknown":1.0})");
  CHECK(attempted.applied(Messages, Anthropic, R"({"messages":[]})").body == R"({"messages":[],"model":"org/m-1"})");
  CHECK(attempted.applied(Embeddings, Vllm, R"({"model":"org\/m-1","input":"a"})").body == R"({"model":"org\/m-1","input":"a"})");
}

TEST_CASE("limits of output") {
  struct Row {
    Dialect dialect;
    effects::Provider provider;
    std::string before, after;
  };
  const std::vector<Row> rows = {
      {Chat, OpenAi, R"({"model":"m"})", R"({"model":"m","max_completion_tokens":100})"},
      {Chat, Azure, R"({"model":"m"})", R"({"model":"m","max_completion_tokens":100})"},
      {Chat, Vllm, R"({"model":"m"})", R"({"model":"m","max_tokens":100})"},
      {Chat, Anthropic, R"({"model":"m"})", R"({"model":"m","max_tokens":100})"},
      {Chat, OpenAi, R"({"model":"m","max_tokens":50})", R"({"model":"m","max_tokens":50})"},
      {Chat, OpenAi, R"({"model":"m","max_tokens":1e3})", R"({"model":"m","max_tokens":100})"},
      {Chat, OpenAi, R"({"model":"m","max_tokens":null})", R"({"model":"m","max_completion_tokens":100})"},
      {Chat, OpenAi, R"({"max_tokens":1,"model":"m","max_completion_tokens":200})",
       R"({"max_tokens":1,"model":"m","max_completion_tokens":100})"},
      {Responses, OpenAi, R"({"model":"m","input":""})", R"({"model":"m","input":"","max_output_tokens":100})"},
      {Responses, OpenAi, R"({"model":"m","max_output_tokens":101})", R"({"model":"m","max_output_tokens":100})"},
      {Messages, Anthropic, R"({"model":"m","max_tokens":4096})", R"({"model":"m","max_tokens":100})"},
      {Embeddings, OpenAi, R"({"model":"m","input":""})", R"({"model":"m","input":""})"},
  };
  for (const Row& row : rows) {
    INFO(row.before);
    CHECK(Attempted().limit("max_tokens", 100).applied(row.dialect, row.provider, row.before).body == row.after);
  }
  const std::string count = R"({"model":"m","messages":[]})";
  CHECK(Attempted().limit("max_tokens", 100).applied(Messages, Anthropic, count, "/v1/messages/count_tokens").body == count);
}

struct Reasoned {
  Dialect dialect;
  effects::Provider provider;
  std::string model, mode;
  std::string before, after;  // behind `"model":…`
  std::string left_out;
  std::vector<std::string> modes;
};

void check(const std::vector<Reasoned>& rows) {
  for (const Reasoned& row : rows) {
    const std::string head = R"({"model":")" + row.model + "\"";
    INFO(row.model, " ", row.mode, " ", row.before);
    const Outgoing outgoing =
        Attempted(row.model, row.modes).word("reasoning", row.mode).applied(row.dialect, row.provider, head + row.before + "}");
    CHECK(outgoing.body == head + row.after + "}");
    CHECK(left_out(outgoing) == row.left_out);
  }
}

TEST_CASE("reasoning by a word") {
  check({
      {Chat, OpenAi, "gpt-5", "high", "", R"(,"reasoning_effort":"high")"},
      {Chat, OpenAi, "gpt-5", "low", R"(,"reasoning_effort" : "high","n":1)", R"(,"reasoning_effort" : "low","n":1)"},
      {Chat, OpenAi, "gpt-5-mini", "off", "", R"(,"reasoning_effort":"minimal")",
       "reasoning: `gpt-5-mini` always reasons: `off` is sent as `minimal`"},
      {Chat, OpenAi, "gpt-5.1", "off", "", R"(,"reasoning_effort":"none")"},
      {Chat, OpenAi, "gpt-5.1", "minimal", "", R"(,"reasoning_effort":"low")"},
      {Chat, OpenAi, "o3", "minimal", "", R"(,"reasoning_effort":"low")"},
      {Chat, OpenAi, "o3", "off", "", R"(,"reasoning_effort":"low")", "reasoning: `o3` always reasons: `off` is sent as `low`"},
      {Chat, OpenAi, "gpt-4o", "off", R"(,"reasoning_effort":"high")", ""},
      {Chat, OpenAi, "gpt-4o", "high", "", "", "reasoning: `gpt-4o` does not reason"},
      {Chat, Azure, "my-deployment", "medium", "", R"(,"reasoning_effort":"medium")"},
      {Chat, Azure, "my-deployment", "off", R"(,"reasoning_effort":"high")", ""},
      {Chat, Azure, "my-deployment", "off", "", R"(,"reasoning_effort":"none")", "", {"off", "low"}},
      {Responses, OpenAi, "gpt-5", "high", R"(,"input":"a")", R"(,"input":"a","reasoning":{"effort":"high"})"},
      {Responses, OpenAi, "gpt-5", "low", R"(,"reasoning":{"summary":"auto","effort":"high"})",
       R"(,"reasoning":{"summary":"auto","effort":"low"})"},
      {Responses, OpenAi, "gpt-4o", "off", R"(,"reasoning":{"effort":"high"},"input":"")", R"(,"input":"")"},
      {Embeddings, OpenAi, "gpt-5", "off", R"(,"input":"")", R"(,"input":"")"},
      {Embeddings, OpenAi, "gpt-5", "low", R"(,"input":"")", R"(,"input":"")", "reasoning: an embedding is not reasoned about"},
      {Messages, OpenAi, "gpt-5", "low", "", "", "reasoning: the dialect `messages` cannot say it to `gpt-5`"},
  });
}

TEST_CASE("reasoning in vLLM") {
  const std::string loses = "reasoning: `Qwen/Qwen3-8B` thinks or does not: `high` is sent as thinking";
  check({
      {Chat, Vllm, "Qwen/Qwen3-8B", "off", "", R"(,"chat_template_kwargs":{"enable_thinking":false})"},
      {Chat, Vllm, "Qwen/Qwen3-8B", "high", "", R"(,"chat_template_kwargs":{"enable_thinking":true})", loses},
      {Chat, Vllm, "Qwen/Qwen3-8B", "off", R"(,"chat_template_kwargs":{"enable_thinking":true,"x":1},"reasoning_effort":"low")",
       R"(,"chat_template_kwargs":{"enable_thinking":false,"x":1})"},
      {Chat, Vllm, "deepseek-v3.1", "off", "", R"(,"chat_template_kwargs":{"thinking":false})"},
      {Chat, Vllm, "openai/gpt-oss-20b", "medium", "", R"(,"reasoning_effort":"medium")"},
      {Responses, Vllm, "openai/gpt-oss-20b", "low", "", R"(,"reasoning":{"effort":"low"})"},
      {Responses, Vllm, "Qwen/Qwen3-8B", "off", "", "", "reasoning: the dialect `responses` cannot say it to vLLM"},
  });
}

TEST_CASE("reasoning of Claude") {
  const std::string forced = R"(,"max_tokens":9000,"tools":[{"name":"t"}],"tool_choice":{"type":"any"})";
  const std::string open_loop =
      R"(,"max_tokens":9000,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"t","input":{}}]},)"
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"x"}]}])";
  check({
      {Messages, Anthropic, "claude-sonnet-4-20250514", "low", R"(,"max_tokens":9000)",
       R"(,"max_tokens":9000,"thinking":{"type":"enabled","budget_tokens":2048})"},
      {Messages, Anthropic, "claude-sonnet-4-5", "high", R"(,"max_tokens":9000)",
       R"(,"max_tokens":9000,"thinking":{"type":"enabled","budget_tokens":4500})"},
      {Messages, Anthropic, "claude-3-7-sonnet-20250219", "high", R"(,"max_tokens":1000)", R"(,"max_tokens":1000)",
       "reasoning: less than 2048 tokens may be written: too few to think"},
      {Messages, Anthropic, "claude-3-5-haiku-20241022", "high", "", "", "reasoning: `claude-3-5-haiku-20241022` does not reason"},
      {Messages, Anthropic, "claude-opus-4-6", "medium", R"(,"temperature":0.2)",
       R"(,"thinking":{"type":"adaptive"},"output_config":{"effort":"medium"})",
       "reasoning: `temperature` is taken out: thinking does not allow it"},
      {Messages, Anthropic, "claude-opus-5", "minimal", R"(,"output_config":{"format":{}})",
       R"(,"output_config":{"format":{},"effort":"low"},"thinking":{"type":"adaptive"})"},
      {Messages, Anthropic, "claude-opus-4-6", "off", R"(,"thinking":{"type":"adaptive"},"output_config":{"effort":"high"})", ""},
      {Messages, Anthropic, "claude-opus-4-6", "low", forced, forced,
       "reasoning: the request forces a tool, which cannot be used with thinking"},
      {Messages, Anthropic, "claude-opus-4-6", "low", open_loop, open_loop, "reasoning: the open loop of tools began without thinking"},
      {Chat, Anthropic, "claude-sonnet-4-5", "low", "", R"(,"thinking":{"type":"enabled","budget_tokens":2048})"},
      {Chat, OpenAi, "anthropic/claude-sonnet-4.5", "off", "", ""},
      {Responses, Anthropic, "claude-sonnet-4-5", "low", "", "", "reasoning: the dialect `responses` cannot say it to `claude-sonnet-4-5`"},
  });
}

TEST_CASE("thinking stays below the limit that the policy sets") {
  const Outgoing outgoing = Attempted("claude-sonnet-4-5")
                                .limit("max_tokens", 3000)
                                .word("reasoning", "high")
                                .applied(Messages, Anthropic, R"({"model":"claude-sonnet-4-5"})");
  CHECK(outgoing.body == R"({"model":"claude-sonnet-4-5","max_tokens":3000,"thinking":{"type":"enabled","budget_tokens":1500}})");
}

TEST_CASE("a policy without slots changes nothing but the model") {
  for (const Dialect dialect : {Chat, Responses, Messages}) {
    const std::string body =
        R"({"model":"m","reasoning_effort":"high","thinking":{"type":"enabled"},"tools":[{"name":"x"}],"max_tokens":7, "z": [1.0]})";
    const Outgoing outgoing = Attempted().applied(dialect, OpenAi, body);
    CHECK(outgoing.body == body);
    CHECK(outgoing.headers.empty());
    CHECK(outgoing.left_out.empty());
  }
}

TEST_CASE("headers, and none that would frame the message or smuggle another") {
  const Outgoing outgoing = Attempted()
                                .header("x-lane", "express")
                                .header("Host", "evil")
                                .header("content-length", "0")
                                .header("x-a", "1\r\nx-b: 2")
                                .header("x b", "1")
                                .applied(Chat, OpenAi, R"({"model":"m"})");
  CHECK(outgoing.headers == std::vector<std::pair<std::string, std::string>>{{"x-lane", "express"}});
  CHECK(left_out(outgoing) ==
        "header \"Host\": the connection sets it itself; header \"content-length\": the connection sets it itself; "
        "header \"x-a\": its value holds a control character; header \"x b\": this is no name of a header");
}

}  // namespace
}  // namespace sbx::test
