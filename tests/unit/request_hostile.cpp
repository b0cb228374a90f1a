// SPDX-License-Identifier: Apache-2.0
// Bytes that nobody means well with end in an error or a request, never in a crash.
#include <doctest/doctest.h>

#include "runtime/request/decode.h"

namespace sbx {
namespace {

std::string code_of(const std::string& bytes) {
  const Decoded result = decode_request(bytes);
  return result.request.ok() ? "ok" : result.request.error().code;
}

TEST_CASE("hostile bytes") {
  CHECK(code_of("") == "R0730");
  CHECK(code_of("   ") == "R0730");
  CHECK(code_of("{") == "R0730");
  CHECK(code_of("{\"messages\":[]} x") == "R0730");
  CHECK(code_of(std::string("{\"model\":\"a\0b\"}", 15)) == "R0730");
  CHECK(code_of("{\"model\":\"a\\u0000b\"}") == "ok");
  CHECK(code_of("{\"model\":\"\xff\xfe\"}") == "R0730");
  CHECK(code_of(std::string(100'000, '[')) == "R0730");
  CHECK(code_of("{\"a\":" + std::string(500, '[') + std::string(500, ']') + "}") == "ok");
  CHECK(code_of("{\"a\":1e999,\"b\":-123456789012345678901234567890,\"c\":\"1e999\"}") == "ok");  // nobody reads them
  CHECK(code_of("{\"a\":1e999,\"b\":01}") == "R0730");
  CHECK(code_of("{\"max_tokens\":18446744073709551615}") == "ok");
  CHECK(code_of("{\"max_tokens\":1e300}") == "ok");
  CHECK(code_of("{\"temperature\":-1e308}") == "ok");
  CHECK(code_of("\xEF\xBB\xBF{\"messages\":[]}") == "ok");
}

TEST_CASE("a key that is given twice is refused where it could decide, since readers differ in which one counts") {
  for (const char* twice : {R"({"model":"a","messages":[],"model":"b"})", R"({"messages":[{"role":"user","content":"a","content":"b"}]})",
                            R"({"messages":[{"role":"user","content":[{"type":"text","text":"a","\u0074ext":"b"}]}]})", R"({"body":{"model":"a","model":"a"}})",
                            R"({"messages":[{"role":"user","content":[{"type":"tool_result","content":[{"type":"text","text":"a","text":"b"}]}]}]})",
                            R"({"messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{}","arguments":""}}]}]})"}) {
    INFO(twice);
    CHECK(code_of(twice) == "R0732");
  }
  CHECK(decode_request(R"({"model":"a","messages":[],"model":"b"})").request.error().message == "`model` is given twice");
  CHECK(code_of(R"({"tools":[{"function":{"parameters":{"properties":{"a":{"b":{"x":1,"x":2}}}}}}],"messages":[]})") == "ok");  // a schema is the model's own
}

TEST_CASE("a large body") {
  const std::string text(20'000'000, 'x');
  const Decoded result = decode_request("{\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}");
  REQUIRE(result.request.ok());
  CHECK(result.request->text.size() == text.size());
}

TEST_CASE("odd shapes are passed by where they do not matter") {
  CHECK(code_of(
            R"({"messages":[{"role":"user","content":[{"type":"hologram"},{"no":"type"},"plain"]},{"role":"alien","content":"x"},{}]})") ==
        "ok");
  CHECK(code_of(R"({"messages":null,"tools":null,"tool_choice":7,"response_format":"json","metadata":null,"stream":null})") == "ok");
  CHECK(code_of(R"({"input":[{"type":"item_reference","id":"i"},{"type":"web_search_call","status":"completed"}]})") == "ok");
  CHECK(code_of(R"({"input":[1,2,3]})") == "R0732");
  CHECK(code_of(R"({"path":"/v1/embeddings","body":{"input":[[1,2],[3]]}})") == "ok");
}

}  // namespace
}  // namespace sbx
