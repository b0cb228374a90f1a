// SPDX-License-Identifier: Apache-2.0
// What personas say and adapters are called, in each dialect.
#include "runtime/effects/add_context.h"
#include "tests/unit/effects_rig.h"

namespace sbx::test {
namespace {

using effects::Outgoing;
using enum effects::Provider;
using enum Dialect;

TEST_CASE("a persona speaks before the request's system, or in its place") {
  struct Row {
    Dialect dialect;
    std::string field;
    std::string before, after;
    std::string left_out;
  };
  const std::string user = R"({"role":"user","content":"hi"})";
  const std::vector<Row> rows = {
      {Chat, "inject", R"("messages":[)" + user + "]", R"("messages":[{"role":"system","content":"Be \"kind\"."},)" + user + "]"},
      {Chat, "inject", R"("messages":[ {"role":"system","content":"Be br\u0069ef."} , )" + user + "]",
       R"("messages":[ {"role":"system","content":"Be \"kind\".\n\nBe br\u0069ef."} , )" + user + "]"},
      {Chat, "inject", R"("messages":[{"role":"developer","content":[{"type":"text","text":"Be brief."}]}])",
       R"("messages":[{"role":"developer","content":[{"type":"text","text":"Be \"kind\"."},{"type":"text","text":"Be brief."}]}])"},
      {Chat, "replace", R"("messages":[{"role":"system","content":"x"},)" + user + R"(,{"role":"developer","content":"y"}])",
       R"("messages":[{"role":"system","content":"Be \"kind\"."},)" + user + "]"},
      {Chat, "inject", R"("messages":[])", R"("messages":[{"role":"system","content":"Be \"kind\"."}])"},
      {Chat, "inject", R"("n":1)", R"("n":1)", "persona: the request has no list of messages"},
      {Responses, "inject", R"("input":"hi")", R"("input":"hi","instructions":"Be \"kind\".")"},
      {Responses, "inject", R"("instructions":"Be brief.","input":"hi")", R"("instructions":"Be \"kind\".\n\nBe brief.","input":"hi")"},
      {Responses, "inject", R"("instructions":null,"input":"hi")", R"("instructions":"Be \"kind\".","input":"hi")"},
      {Responses, "replace", R"("input":[{"role":"developer","content":"x"},)" + user + "]",
       R"("input":[)" + user + R"(],"instructions":"Be \"kind\".")"},
      {Messages, "inject", R"("messages":[])", R"("messages":[],"system":"Be \"kind\".")"},
      {Messages, "inject", R"("system":"Be brief.")", R"("system":"Be \"kind\".\n\nBe brief.")"},
      {Messages, "inject", R"("system":[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}])",
       R"("system":[{"type":"text","text":"Be \"kind\"."},{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}])"},
      {Messages, "replace", R"("system":[{"type":"text","text":"x"}])", R"("system":"Be \"kind\".")"},
      {Embeddings, "inject", R"("input":"x")", R"("input":"x")", "persona: nobody speaks in an embedding"},
  };
  for (const Row& row : rows) {
    INFO(row.before);
    const Outgoing outgoing =
        Attempted().target("persona", "kind", {{row.field, {"Be \"kind\"."}}}).applied(row.dialect, OpenAi, R"({"model":"m",)" + row.before + "}");
    CHECK(outgoing.body == R"({"model":"m",)" + row.after + "}");
    CHECK(left_out(outgoing) == row.left_out);
  }
  CHECK(Attempted().word("persona", "none").applied(Messages, OpenAi, R"({"model":"m"})").body == R"({"model":"m"})");
}

TEST_CASE("an adapter goes by its own name where adapters are served") {
  const auto said = [](Attempted attempted, effects::Provider provider) {
    const Outgoing outgoing = attempted.applied(Chat, provider, R"({"model":"auto"})");
    return outgoing.body + left_out(outgoing);
  };
  CHECK(said(Attempted().target("adapter", "legal", {{"base", {"m"}}}), Vllm) == R"({"model":"legal"})");
  CHECK(said(Attempted().target("adapter", "legal", {{"base", {"m"}}, {"name", {"lora/legal"}}}), Vllm) == R"({"model":"lora/legal"})");
  CHECK(said(Attempted().target("adapter", "legal", {{"base", {"other"}}}), Vllm) ==
        R"({"model":"m"}adapter: `legal` is laid over `other`, not over `m`)");
  CHECK(said(Attempted().target("adapter", "legal", {{"base", {"m"}}}), OpenAi) ==
        R"({"model":"m"}adapter: this provider lays no adapter over a model)");
}

TEST_CASE("what was found stands before what the user said last, and nothing else changes") {
  struct Row {
    Dialect dialect;
    std::string before, after;  // of what holds the messages; empty: there is no text of a user
  };
  const std::vector<Row> rows = {
      {Chat, R"("messages":[{"role":"user","content":"a"},{"role":"user","content":"\u00e9?"},{"role":"assistant","content":"c"}])",
       R"("messages":[{"role":"user","content":"a"},{"role":"user","content":"F \"1\"\n\n\u00e9?"},{"role":"assistant","content":"c"}])"},
      {Chat, R"("messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"u"}},{"type":"text","text":"a"},{"type":"text","text":"b"}]}])",
       R"("messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"u"}},{"type":"text","text":"F \"1\"\n\na"},{"type":"text","text":"b"}]}])"},
      {Messages, R"("messages":[{"role":"user","content":"a"},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"x"}]}])",
       R"("messages":[{"role":"user","content":"F \"1\"\n\na"},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"x"}]}])"},
      {Responses, R"("input":"a")", R"("input":"F \"1\"\n\na")"},
      {Responses, R"("input":[{"role":"user","content":[{"type":"input_text","text":"a"}]},{"type":"function_call_output","output":"x"}])",
       R"("input":[{"role":"user","content":[{"type":"input_text","text":"F \"1\"\n\na"}]},{"type":"function_call_output","output":"x"}])"},
      {Chat, R"("messages":[{"role":"system","content":"a"}])", ""},
      {Chat, R"("messages":"odd")", ""},
      {Embeddings, R"("input":"a")", ""},
  };
  for (const Row& row : rows) {
    INFO(row.before);
    const auto laid = effects::with_context("{" + row.before + "}", row.dialect, "F \"1\"");
    REQUIRE(laid.ok());
    CHECK(laid->value_or("") == (row.after.empty() ? "" : "{" + row.after + "}"));
  }
  CHECK_FALSE(effects::with_context("[]", Chat, "x").ok());
}

TEST_CASE("passages are numbered, and as many as their bound holds") {
  const std::vector<effects::Passage> passages{{"one two three", "a.md"}, {"four", ""}, {std::string(400, 'x'), "b"}};
  CHECK(effects::context_of("Found:", passages, std::nullopt).passages == 3);
  const effects::Context bounded = effects::context_of("Found:", passages, 30);
  CHECK(bounded.passages == 2);
  CHECK(bounded.text == "Found:\n\n[1] a.md\none two three\n\n[2]\nfour");
  CHECK(effects::context_of("Found:", passages, 1).passages == 0);
}

}  // namespace
}  // namespace sbx::test
