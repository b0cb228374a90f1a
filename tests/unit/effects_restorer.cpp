// SPDX-License-Identifier: Apache-2.0
// Answers have back what was taken out, wherever the bytes and the texts are cut.
#include <doctest/doctest.h>

#include "runtime/effects/restorer.h"

namespace sbx::effects {
namespace {

using Restores = std::vector<std::pair<std::string, std::string>>;

const Restores kRestores = {{"[EMAIL_1]", "a@b.de"}, {"[EMAIL_10]", "c@d.de"}};

// Cut into pieces of so many bytes.
std::string restored(const std::string& answer, bool is_event_stream, size_t piece) {
  Restorer restorer(kRestores, is_event_stream);
  std::string out;
  for (size_t at = 0; at < answer.size(); at += piece) out += restorer.feed(std::string_view(answer).substr(at, piece));
  return out + restorer.finish();
}

void check(const std::string& before, const std::string& after, bool is_event_stream = true) {
  for (const size_t piece : {size_t{1}, size_t{2}, size_t{7}, size_t{64}, before.size()}) {
    INFO(piece);
    CHECK(restored(before, is_event_stream, piece) == after);
  }
}

std::string chat(const std::string& text, const std::string& rest = R"(,"finish_reason":null)") {
  return R"(data: {"id":"x","choices":[{"index":0,"delta":{"content":)" + text + "}" + rest + "}]}\n\n";
}

TEST_CASE("one document") {
  check(R"({"choices":[{"message":{"content":"Hi [EMAIL_1] and [EMAIL_10] [EMAIL_2] ["}}]})",
        R"({"choices":[{"message":{"content":"Hi a@b.de and c@d.de [EMAIL_2] ["}}]})", false);
  check(R"({"content":[{"type":"thinking","thinking":"[EMAIL_1]"},{"type":"text","text":"[EMAIL_1]"}]})",
        R"({"content":[{"type":"thinking","thinking":"[EMAIL_1]"},{"type":"text","text":"a@b.de"}]})", false);
  check("no JSON [EMAIL_1]", "no JSON a@b.de", false);
}

TEST_CASE("a chat whose placeholder comes in pieces") {
  check(chat("\"Hi [EM\"") + chat("\"AIL_\"") + chat("\"1] and\"") + "data: [DONE]\n\n",
        chat("\"Hi \"") + chat("\"\"") + chat("\"a@b.de and\"") + "data: [DONE]\n\n");
}

TEST_CASE("what becomes no placeholder goes on") {
  check(chat("\"a [EM\"") + chat("\"BER]\"") + "data: [DONE]\n\n", chat("\"a \"") + chat("\"[EMBER]\"") + "data: [DONE]\n\n");
  const std::string end = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
  check(chat("\"a [\"") + end, chat("\"a \"") + chat("\"[\"") + end);
  check(chat("\"a [\"") + "data: [DONE]\n\n", chat("\"a \"") + chat("\"[\"") + "data: [DONE]\n\n");
  check(chat("\"a [\""), chat("\"a \"") + chat("\"[\""));
  check(chat("\"[EMAIL_1]\"", R"(,"finish_reason":"stop")"), chat("\"a@b.de\"", R"(,"finish_reason":"stop")"));
}

TEST_CASE("events that say nothing of it stay as they came") {
  const std::string answer = ": ping\n\nevent: x\r\ndata: { \"a\" : [1] }\r\n\r\n" + chat("\"list [1] \\u0041\"") + "data: [DONE]\n\n";
  check(answer, answer);
  Restorer none({}, true);
  CHECK(none.feed("data: [EM") == "data: [EM");
}

TEST_CASE("choices and tools are texts of their own") {
  const auto choice = [](const std::string& index, const std::string& text) {
    return R"(data: {"choices":[{"index":)" + index + R"(,"delta":{"content":")" + text + "\"}}]}\n\n";
  };
  check(choice("0", "[EMAIL") + choice("1", "x [EM") + choice("0", "_1]") + choice("1", "AIL_10]"),
        choice("0", "") + choice("1", "x ") + choice("0", "a@b.de") + choice("1", "c@d.de"));
  const auto tool = [](const std::string& text) {
    return R"(data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":")" + text + "\"}}]}}]}\n\n";
  };
  check(tool(R"({\"to\":\"[EMAIL)") + tool(R"(_1]\"})"), tool(R"({\"to\":\")") + tool(R"(a@b.de\"})"));
}

TEST_CASE("Messages") {
  const auto delta = [](const std::string& text) {
    return "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + text +
           "\"}}\n\n";
  };
  const std::string thinking =
      "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"[EMAIL_1]\"}}\n\n";
  const std::string stop = "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":1}\n\n";
  const std::string ping = "event: ping\ndata: {\"type\":\"ping\"}\n\n";
  check(thinking + delta("[EMAIL_") + ping + delta("1]") + delta(" [E") + stop, thinking + delta("") + ping + delta("a@b.de") + delta(" ") + delta("[E") + stop);
}

TEST_CASE("Responses, whose texts come in full at their end too") {
  const auto delta = [](const std::string& text) {
    return R"(data: {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":")" + text + "\"}\n\n";
  };
  const auto done = [](const std::string& text) { return R"(data: {"type":"response.output_text.done","text":")" + text + "\"}\n\n"; };
  check(delta("to [EMA") + delta("IL_1") + delta("]") + done("to [EMAIL_1]"), delta("to ") + delta("") + delta("a@b.de") + done("to a@b.de"));
}

}  // namespace
}  // namespace sbx::effects
