// SPDX-License-Identifier: Apache-2.0
// The tools that are left, and what a request says of those that went.
#include "tests/unit/effects_rig.h"

namespace sbx::test {
namespace {

using effects::Outgoing;
using enum effects::Provider;
using enum Dialect;

TEST_CASE("tools are filtered in each dialect") {
  struct Row {
    Dialect dialect;
    std::vector<std::string> tools;
    std::string before, after;
    std::string left_out;
  };
  const std::string a = R"({"type":"function","function":{"name":"a", "x":1}})";
  const std::string b = R"({"type":"function","function":{"name":"b"}})";
  const std::string history = R"("messages":[{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"a","input":{}}]}])";
  const std::string forced_away = "tools: the request forces `b`, which the policy takes away: the model may choose";
  const std::vector<Row> rows = {
      {Chat, {"a", "b"}, R"("tools":[)" + a + "," + b + "]", R"("tools":[)" + a + "," + b + "]"},
      {Chat, {"a"}, R"("tools":[ )" + a + " , " + b + " ]", R"("tools":[ )" + a + " ]"},
      {Chat, {"b"}, R"("tools":[)" + a + "," + b + R"(],"tool_choice":"required")", R"("tools":[)" + b + R"(],"tool_choice":"required")"},
      {Chat, {}, R"("tools":[)" + a + R"(],"tool_choice":"required","parallel_tool_calls":true,"n":1)", R"("n":1)"},
      {Chat,
       {"a"},
       R"("tools":[)" + a + "," + b + R"(],"tool_choice":{"type":"function","function":{"name":"b"}})",
       R"("tools":[)" + a + R"(],"tool_choice":"auto")",
       forced_away},
      {Chat,
       {"a"},
       R"("tools":[)" + a + "," + b + R"(],"tool_choice":{"type":"function","function":{"name":"a"}})",
       R"("tools":[)" + a + R"(],"tool_choice":{"type":"function","function":{"name":"a"}})"},
      {Chat,
       {"a"},
       R"("tools":[)" + a + "," + b + R"(],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[)" + a + "," + b +
           "]}}",
       R"("tools":[)" + a + R"(],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[)" + a + "]}}"},
      {Chat,
       {"a"},
       R"("tools":[)" + a + "," + b + R"(],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[)" + b + "]}}",
       R"("tools":[)" + a + R"(],"tool_choice":"none")"},
      {Chat,
       {"a", "new"},
       R"("tools":[)" + a + "]",
       R"("tools":[)" + a + "]",
       "tools: the request does not describe `new`, so it cannot be added"},
      {Chat,
       {"a"},
       R"("functions":[{"name":"a"},{"name":"b"}],"function_call":{"name":"b"})",
       R"("functions":[{"name":"a"}],"function_call":"auto")",
       forced_away},
      {Responses,
       {"web_search"},
       R"("tools":[{"type":"web_search"},{"type":"function","name":"b"}],"tool_choice":{"type":"function","name":"b"})",
       R"("tools":[{"type":"web_search"}],"tool_choice":"auto")",
       forced_away},
      {Responses, {}, R"("input":"a","tools":[{"type":"web_search"}])", R"("input":"a")"},
      {Messages,
       {"a"},
       R"("tools":[{"name":"a"},{"name":"b"}],"tool_choice":{"type":"tool","name":"b"})",
       R"("tools":[{"name":"a"}],"tool_choice":{"type":"auto"})",
       forced_away},
      {Messages, {}, R"("tools":[{"name":"a"}])", ""},
      {Messages, {}, history + R"(,"tools":[{"name":"a"}])", history + R"(,"tools":[{"name":"a"}],"tool_choice":{"type":"none"})"},
      {Messages, {}, R"("max_tokens":1)", R"("max_tokens":1)"},
  };
  for (const Row& row : rows) {
    INFO(row.before);
    const Outgoing outgoing = Attempted().tools(row.tools).applied(row.dialect, OpenAi, R"({"model":"m",)" + row.before + "}");
    CHECK(outgoing.body == R"({"model":"m")" + (row.after.empty() ? "" : "," + row.after) + "}");
    CHECK(left_out(outgoing) == row.left_out);
  }
}

}  // namespace
}  // namespace sbx::test
