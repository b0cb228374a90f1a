// SPDX-License-Identifier: Apache-2.0
// A prompt that is too long goes on shorter, in each dialect; what the user asks and what belongs together stays.
#include <algorithm>
#include <array>
#include <random>

#include "runtime/effects/edit_json.h"
#include "runtime/signals/prompt_tokens.h"
#include "runtime/text/characters.h"
#include "tests/unit/effects_rig.h"

namespace sbx::test {
namespace {

using effects::Outgoing;
using enum effects::Provider;
using enum Dialect;

Outgoing compressed(Dialect dialect, int64_t limit, std::string_view body) { return Attempted().limit("prompt_tokens", limit).applied(dialect, Vllm, body); }

Request decoded(Dialect dialect, std::string_view body) {
  Decoded decoded = decode_request(body, {.dialect = dialect});
  REQUIRE(decoded.request.ok());
  return std::move(*decoded.request);
}
int64_t tokens(Dialect dialect, std::string_view body) { return signals::prompt_tokens(decoded(dialect, body)); }

std::string lines(const std::string& about, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "Line " + std::to_string(i) + " says something about " + about + ".\\n";
  return text;
}

const std::string kLong = lines("gardens", 40) + "The key of the safe is 4711.\\n" + lines("rivers", 40);

TEST_CASE("a result of a tool is cut first, to what bears on the question") {
  const std::string key = "The key of the safe is 4711.";
  struct Row {
    Dialect dialect;
    std::string before, after;  // what stands before and behind the result
  };
  const std::vector<Row> rows = {
      {Chat,
       R"({ "model":"m" , "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"earlier \u0071uestion"},{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"1","content":")",
       R"("},{"role":"user","content":"what is the k\u0065y of the safe?"}], "x":1.0})"},
      {Responses,
       R"({"model":"m","instructions":"Be brief.","input":[{"role":"user","content":"earlier"},{"type":"function_call","call_id":"1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"1","output":")",
       R"("},{"role":"user","content":[{"type":"input_text","text":"what is the key of the safe?"}]}]})"},
      {Messages,
       R"({"model":"m","system":"Be brief.","messages":[{"role":"user","content":"earlier"},{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":[{"type":"text","text":")",
       R"("}]},{"type":"text","text":"what is the key of the safe?"}]}]})"},
  };
  for (const Row& row : rows) {
    INFO(row.before);
    const std::string body = row.before + kLong + row.after;
    const Outgoing outgoing = compressed(row.dialect, 200, body);
    CHECK(left_out(outgoing) == "");
    CHECK(tokens(row.dialect, outgoing.body) <= 200);
    CHECK(outgoing.body.starts_with(row.before));
    CHECK(outgoing.body.ends_with(row.after));
    CHECK(outgoing.body.find(key) != std::string::npos);
    CHECK(outgoing.body.find("[…]\\n") != std::string::npos);
    CHECK(compressed(row.dialect, 200, outgoing.body).body == outgoing.body);
    CHECK(compressed(row.dialect, 100'000, body).body == body);
  }
}

TEST_CASE("the oldest results go before the latest, and results before what was said") {
  const std::string call = R"({"role":"assistant","tool_calls":[{"id":"ID","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"ID","content":")";
  const auto step = [&](const std::string& id, const std::string& text) {
    std::string said = call + text + R"("})";
    for (size_t at = said.find("ID"); at != std::string::npos; at = said.find("ID")) said.replace(at, 2, id);
    return said;
  };
  const std::string first = step("1", lines("tigers", 60)), second = step("2", lines("lions", 60));
  const std::string said = R"({"role":"user","content":")" + lines("cats", 60) + R"("})";
  const std::string body = R"({"model":"m","messages":[)" + said + "," + first + "," + second + R"(,{"role":"user","content":"so?"}]})";
  const int64_t whole = tokens(Chat, body);
  const Outgoing little = compressed(Chat, whole - 100, body);
  CHECK(little.body.find(first) == std::string::npos);
  CHECK(little.body.find(second) != std::string::npos);
  CHECK(little.body.find(said) != std::string::npos);
  const Outgoing more = compressed(Chat, whole - 500, body);
  CHECK(more.body.find(second) == std::string::npos);
  CHECK(more.body.find(said) != std::string::npos);
  CHECK(tokens(Chat, more.body) <= whole - 500);
}

TEST_CASE("old turns go whole, and calls with their results") {
  struct Row {
    Dialect dialect;
    std::string before, after;
  };
  const std::string system = R"({"role":"system","content":"Be brief."})";
  const std::string chat_call = R"({"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"1","content":"ok"})";
  const std::string asked = R"({"role":"user","content":"and now?"})";
  const std::string calls = R"({"type":"reasoning","id":"r","summary":[]},{"type":"function_call","call_id":"1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"1","output":"ok"})";
  const std::string use = R"({"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"tool_use","id":"1","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"ok"}]})";
  const std::string a = R"({"role":"user","content":"a"},{"role":"assistant","content":"b"})";
  const std::vector<Row> rows = {
      {Chat, R"("messages":[)" + a + "," + system + "," + chat_call + R"(,{"role":"assistant","content":"c"},)" + asked + "]", R"("messages":[)" + system + "," + asked + "]"},
      {Chat, R"("messages":[)" + system + "," + asked + "," + chat_call + "," + chat_call + "]", R"("messages":[)" + system + "," + asked + "," + chat_call + "]"},
      {Responses, R"("input":[)" + a + "," + calls + "," + asked + "," + calls + "]", R"("input":[)" + asked + "," + calls + "]"},
      {Messages, R"("messages":[)" + a + "," + asked + "," + use + "," + use + "]", R"("messages":[)" + asked + "," + use + "]"},
  };
  for (const Row& row : rows) {
    INFO(row.before);
    const Outgoing outgoing = compressed(row.dialect, 1, R"({"model":"m",)" + row.before + "}");
    CHECK(outgoing.body == R"({"model":"m",)" + row.after + "}");
    CHECK(left_out(outgoing) == "prompt_tokens: " + std::to_string(tokens(row.dialect, outgoing.body)) + " tokens are left, which cannot be cut further");
  }
}

TEST_CASE("images, files and what is cited stay, with the turn that they are in") {
  const std::vector<std::pair<Dialect, std::string>> rows = {
      {Chat, R"("messages":[{"role":"user","content":[{"type":"text","text":"x"},{"type":"image_url","image_url":{"url":"https://x/y.png"}}]},{"role":"assistant","content":"a"},{"role":"user","content":"so?"}])"},
      {Responses, R"("input":[{"role":"user","content":[{"type":"input_file","file_id":"f"}]},{"type":"item_reference","id":"i"},{"role":"user","content":"so?"}])"},
      {Messages, R"("messages":[{"role":"user","content":[{"type":"document","source":{"type":"text","data":"a long document of words"}}]},{"role":"assistant","content":[{"type":"text","text":"as it says there in so many words","citations":[{"cited_text":"x"}]}]},{"role":"user","content":"so?"}])"},
  };
  for (const auto& [dialect, members] : rows) {
    const std::string body = R"({"model":"m",)" + members + "}";
    CHECK(compressed(dialect, 1, body).body == body);
  }
}

TEST_CASE("what is asked is what the decoders take for it") {
  const std::vector<std::pair<Dialect, std::string>> rows = {
      {Messages, R"("messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"tool","content":"not known there, so a user asks"}])"},
      {Chat, R"("messages":[{"role":"user","content":"a user asks this"},{"role":"user","content":[{"type":"text"}]}])"},
      {Chat, R"("messages":[{"role":"user","content":"a user asks this"},{"role":"user","content":[{"type":"input_text","text":"not known there"}]}])"},
  };
  for (const auto& [dialect, members] : rows) {
    const std::string body = R"({"model":"m",)" + members + "}";
    CHECK(decoded(dialect, compressed(dialect, 1, body).body).text == decoded(dialect, body).text);
  }
}

TEST_CASE("what cannot be cut is said, and an embedding stays") {
  const std::string asked = R"({"model":"m","messages":[{"role":"user","content":")" + kLong + R"("}]})";
  CHECK(compressed(Chat, 100, asked).body == asked);
  CHECK(left_out(compressed(Chat, 100, asked)) == "prompt_tokens: " + std::to_string(tokens(Chat, asked)) + " tokens are left, which cannot be cut further");
  const std::string input = R"({"model":"m","input":["some words to embed"]})";
  CHECK(compressed(Embeddings, 1, input).body == input);
  CHECK(left_out(compressed(Embeddings, 1, input)) == "prompt_tokens: what is embedded is not cut");
  CHECK(left_out(compressed(Embeddings, 100, input)) == "");
}

TEST_CASE("personal data is taken out first, and a persona is counted and not cut") {
  const std::string body = R"({"model":"m","messages":[{"role":"user","content":")" + kLong + R"(a@b.de"},{"role":"user","content":"mail of a@b.de?"}]})";
  Attempted both = Attempted().limit("prompt_tokens", 150).slot("redact", {ConstantList{{std::string("email")}}}, Slot::Kind::Set);
  CHECK(both.applied(Chat, Vllm, body).body.find("a@b.de") == std::string::npos);
  const std::string long_body = R"({"model":"m","messages":[{"role":"user","content":")" + kLong + R"("},{"role":"assistant","content":"b"},{"role":"user","content":"so?"}]})";
  Attempted spoken = Attempted().limit("prompt_tokens", 150).target("persona", "p", {{"inject", {std::string("You are a careful lawyer who says where things are unsure.")}}});
  const Outgoing outgoing = spoken.applied(Chat, Vllm, long_body);
  CHECK(outgoing.body.find("careful lawyer") != std::string::npos);
  CHECK(tokens(Chat, outgoing.body) <= 150);
}

// Conversations of all shapes: with and without tools, in order and not, of several scripts.
class Talk {
 public:
  explicit Talk(uint32_t seed, Dialect dialect) : random_(seed), dialect_(dialect) {}

  std::string body() {
    std::string list;
    const size_t count = below(14);
    for (size_t i = 0; i <= count; ++i) list += (i == 0 ? "" : ",") + entry();
    const bool is_responses = dialect_ == Responses;
    const std::string system = dialect_ == Messages ? R"("system":"Be brief.",)" : is_responses ? R"("instructions":"Be brief.",)" : "";
    return R"({"model":"m",)" + system + (is_responses ? R"("input":[)" : R"("messages":[)") + list + "]}";
  }
  size_t below(size_t limit) { return random_() % limit; }

 private:
  std::string text() {
    constexpr std::array<std::string_view, 12> kWords = {"pump ", "failed. ", "noon\n", "\r\n\r\n", "漢字。", "это ", "🌍", "{\"a\":[1,2]}", "   ", "[…] ", "\x01\x02", "d\u0301"};
    std::string text;
    const size_t count = below(3) == 0 ? 300 : below(20);
    for (size_t i = 0; i < count; ++i) text += kWords[below(kWords.size())];
    return effects::json_text(text);
  }
  std::string content() {
    const std::string kind = dialect_ == Responses ? "input_text" : "text";
    if (below(2) == 0) return text();
    const std::string image = dialect_ == Responses ? R"({"type":"input_image","file_id":"i"})" : R"({"type":"image_url","image_url":{"url":"u"}})";
    return R"([{"type":")" + kind + R"(","text":)" + text() + "}" + (below(4) == 0 ? "," + image : "") + "]";
  }
  std::string id() { return "\"c" + std::to_string(below(6) == 0 ? below(3) : last_call_) + "\""; }
  std::string entry() {
    switch (below(6)) {
      case 0:
        return R"({"role":"assistant","content":)" + content() + "}";
      case 1:
      case 2:
        ++last_call_;
        if (dialect_ == Chat) return R"({"role":"assistant","content":null,"tool_calls":[{"id":)" + id() + R"(,"function":{"name":"f","arguments":"{}"}}]})";
        if (dialect_ == Responses) return R"({"type":"function_call","name":"f","arguments":"{}","call_id":)" + id() + "}";
        return R"({"role":"assistant","content":[{"type":"tool_use","name":"f","input":{},"id":)" + id() + "}]}";
      case 3:
      case 4:
        if (dialect_ == Chat) return R"({"role":"tool","tool_call_id":)" + id() + R"(,"content":)" + content() + "}";
        if (dialect_ == Responses) return R"({"type":"function_call_output","call_id":)" + id() + R"(,"output":)" + content() + "}";
        return R"({"role":"user","content":[{"type":"tool_result","tool_use_id":)" + id() + R"(,"content":)" + content() + "}" +
               (below(3) == 0 ? R"(,{"type":"text","text":)" + text() + "}" : "") + "]}";
    }
    const bool is_system = dialect_ == Chat && below(5) == 0;
    return std::string(R"({"role":")") + (is_system ? "system" : "user") + R"(","content":)" + content() + "}";
  }

  std::mt19937 random_;
  Dialect dialect_;
  size_t last_call_ = 0;
};

// Results without a call before them, and calls without a result behind them. Of several calls with one id the last is answered.
size_t strays(const Request& request) {
  std::vector<std::pair<std::string, bool>> calls;
  size_t found = 0;
  for (const Message& message : request.messages) {
    for (const Part& part : message.parts) {
      if (part.kind == Part::Kind::ToolUse) calls.emplace_back(part.id, false);
      if (part.kind != Part::Kind::ToolResult) continue;
      const auto call = std::find_if(calls.rbegin(), calls.rend(), [&](const auto& one) { return one.first == part.id; });
      found += call == calls.rend();
      if (call != calls.rend()) call->second = true;
    }
  }
  return found + static_cast<size_t>(std::ranges::count(calls, false, &std::pair<std::string, bool>::second));
}

TEST_CASE("of any conversation: shorter, valid, what is asked as it was, calls with their results, and cut once for all") {
  for (uint32_t seed = 0; seed < 3000; ++seed) {
    const Dialect dialect = std::array{Chat, Responses, Messages}[seed % 3];
    Talk talk(seed, dialect);
    const std::string body = talk.body();
    const int64_t limit = static_cast<int64_t>(talk.below(1200));
    CAPTURE(seed);
    const Request before = decoded(dialect, body);
    const Outgoing outgoing = compressed(dialect, limit, body);
    const Request after = decoded(dialect, outgoing.body);
    const int64_t left = signals::prompt_tokens(after);
    CHECK(text::is_valid_utf8(outgoing.body));
    CHECK(outgoing.body.size() <= body.size());
    CHECK(left <= signals::prompt_tokens(before));
    CHECK((left <= limit) == outgoing.left_out.empty());
    CHECK(after.text == before.text);
    CHECK(after.text_system == before.text_system);
    CHECK(after.images == before.images);
    CHECK(strays(after) <= strays(before));
    if (signals::prompt_tokens(before) <= limit) CHECK(outgoing.body == body);
    CHECK(compressed(dialect, limit, outgoing.body).body == outgoing.body);
  }
}

}  // namespace
}  // namespace sbx::test
