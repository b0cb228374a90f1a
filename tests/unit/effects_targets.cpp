// SPDX-License-Identifier: Apache-2.0
// What personas say and adapters are called, in each dialect.
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

TEST_CASE("what is not carried out yet is said") {
  CHECK(left_out(Attempted().word("retriever", "docs").word("guardrail", "none").applied(Chat, OpenAi, "{}")) ==
        "retriever: `docs` is not carried out yet");
}

}  // namespace
}  // namespace sbx::test
