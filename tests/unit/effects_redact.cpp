// SPDX-License-Identifier: Apache-2.0
// Personal data leaves every text of a request, in each dialect, and nothing else changes.
#include "tests/unit/effects_rig.h"

namespace sbx::test {
namespace {

using effects::Outgoing;
using enum effects::Provider;
using enum Dialect;

Attempted redacting(const std::vector<std::string>& kinds, bool restores = true) {
  ConstantList list;
  for (const std::string& kind : kinds) list.push_back({kind});
  return Attempted().slot("redact", {std::move(list)}, Slot::Kind::Set).slot("restore", {restores});
}

TEST_CASE("texts of all messages") {
  struct Row {
    Dialect dialect;
    std::string before, after;
  };
  const std::vector<Row> rows = {
      {Chat, R"("messages":[{"role":"system","content":"From a@b.de"},{"role":"user","content":[{"type":"text","text":"I am c@d.de, not a\u0040b.de"}]}])",
       R"("messages":[{"role":"system","content":"From [EMAIL_1]"},{"role":"user","content":[{"type":"text","text":"I am [EMAIL_2], not [EMAIL_1]"}]}])"},
      {Chat, R"("messages":[{"role":"user","content":"line\na@b.de \u00e9"},{"role":"user","content":"as it \u0063ame"}])",
       R"("messages":[{"role":"user","content":"line\n[EMAIL_1] é"},{"role":"user","content":"as it \u0063ame"}])"},
      {Chat, R"("messages":[{"role":"assistant","tool_calls":[{"id":"a@b.de","function":{"name":"f","arguments":"{\"to\":\"a@b.de\",\"card\": 4111111111111111,\"n\":1}"}}]}])",
       R"("messages":[{"role":"assistant","tool_calls":[{"id":"a@b.de","function":{"name":"f","arguments":"{\"to\":\"[EMAIL_1]\",\"card\": \"[CARD_1]\",\"n\":1}"}}]}])"},
      {Chat, R"("messages":[{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{\"cc\":\"c@d.de\",\"to\":\"a@b.de"}}]}])",
       R"("messages":[{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{\"cc\":\"[EMAIL_1]\",\"to\":\"[EMAIL_2]"}}]}])"},
      {Chat, R"("messages":[{"role":"tool","tool_call_id":"1","content":"+14155552671"}],"user":"a@b.de")",
       R"("messages":[{"role":"tool","tool_call_id":"1","content":"+14155552671"}],"user":"[EMAIL_1]")"},
      {Chat, R"("messages":[{"role":"user","content":"[EMAIL_1] is a@b.de"}])", R"("messages":[{"role":"user","content":"[EMAIL_1] is [EMAIL_2]"}])"},
      {Responses, R"("instructions":"a@b.de","input":[{"role":"user","content":[{"type":"input_text","text":"c@d.de"}]},{"type":"function_call_output","call_id":"1","output":"a@b.de"}])",
       R"("instructions":"[EMAIL_1]","input":[{"role":"user","content":[{"type":"input_text","text":"[EMAIL_2]"}]},{"type":"function_call_output","call_id":"1","output":"[EMAIL_1]"}])"},
      {Responses, R"("input":"a@b.de")", R"("input":"[EMAIL_1]")"},
      {Messages, R"("system":[{"type":"text","text":"a@b.de"}],"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":[{"type":"text","text":"c@d.de"}]}]},{"role":"assistant","content":[{"type":"thinking","thinking":"a@b.de","signature":"x"},{"type":"tool_use","id":"1","name":"f","input":{"deep":[{"a":"a@b.de"}]}}]}])",
       R"("system":[{"type":"text","text":"[EMAIL_1]"}],"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":[{"type":"text","text":"[EMAIL_2]"}]}]},{"role":"assistant","content":[{"type":"thinking","thinking":"a@b.de","signature":"x"},{"type":"tool_use","id":"1","name":"f","input":{"deep":[{"a":"[EMAIL_1]"}]}}]}])"},
      {Embeddings, R"("input":["a@b.de","x"])", R"("input":["[EMAIL_1]","x"])"},
  };
  for (const Row& row : rows) {
    INFO(row.before);
    CHECK(redacting({"email", "card"}).applied(row.dialect, OpenAi, R"({"model":"m",)" + row.before + "}").body == R"({"model":"m",)" + row.after + "}");
  }
}

TEST_CASE("what is to come back is told only where it was asked for") {
  const std::string body = R"({"model":"m","messages":[{"role":"user","content":"a@b.de, a@b.de, c@d.de"}]})";
  CHECK(redacting({"email"}).applied(Chat, OpenAi, body).restores ==
        std::vector<std::pair<std::string, std::string>>{{"[EMAIL_1]", "a@b.de"}, {"[EMAIL_2]", "c@d.de"}});
  CHECK(redacting({"email"}, false).applied(Chat, OpenAi, body).restores.empty());
}

TEST_CASE("what cannot be looked into is said, and what the policy says itself stays") {
  const std::string image = R"({"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/a@b.de"}}]}]})";
  const Outgoing outgoing = redacting({"email"}).applied(Chat, OpenAi, image);
  CHECK(outgoing.body == image);
  CHECK(left_out(outgoing) == "redact: images, audio and files are not looked into");
  CHECK(redacting({"email"}).target("persona", "desk", {{"inject", {"Ask help@b.de."}}}).applied(Messages, OpenAi, R"({"model":"m","system":"a@b.de"})").body ==
        R"({"model":"m","system":"Ask help@b.de.\n\n[EMAIL_1]"})");
}

}  // namespace
}  // namespace sbx::test
