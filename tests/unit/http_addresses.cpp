// SPDX-License-Identifier: Apache-2.0
#include "doctest/doctest.h"
#include "runtime/http/address.h"
#include "runtime/http/message.h"

using namespace sbx::http;

TEST_CASE("places to listen") {
  CHECK(parse_address("127.0.0.1:80")->port == "80");
  CHECK(parse_address(":0")->host == "127.0.0.1");
  CHECK(parse_address("[::1]:443")->host == "::1");
  CHECK(parse_address("unix:/run/s")->path == "/run/s");
  CHECK(parse_address("localhost:1")->is_local());
  CHECK_FALSE(parse_address("0.0.0.0:1")->is_local());
  CHECK_FALSE(parse_address("[::]:1")->is_local());
  for (const char* wrong : {"", "host", "host:", "host:x", "host:65536", "[::1:80", "unix:", ":-1", "a b:1", "host:123456"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_address(wrong).ok());
  }
  CHECK_FALSE(parse_address("unix:/" + std::string(120, 'x')).ok());
}

TEST_CASE("servers to call") {
  CHECK(parse_url("http://h")->address.port == "80");
  CHECK(parse_url("https://h/v1/")->address.port == "443");
  CHECK(parse_url("https://h/v1/")->base == "/v1");
  CHECK(parse_url("https://h:8443/a/b")->authority == "h:8443");
  CHECK(parse_url("http://[::1]:9")->address.host == "::1");
  CHECK(parse_url("unix:/run/s:/base")->base == "/base");
  for (const char* wrong : {"", "h", "ftp://h", "http://", "http://h:x", "http://h/?q", "http://u@h", "unix:"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_url(wrong).ok());
  }
}

TEST_CASE("headers and queries") {
  Headers headers{{"A", "1"}, {"b", "2"}, {"a", "3"}};
  CHECK(find(headers, "a") == "1");
  CHECK_FALSE(find(headers, "c"));
  set(headers, "a", "4");
  CHECK(headers.size() == 2);
  const Request request{.method = "GET", .target = "/p?x=a%20b+c&y&z="};
  CHECK(request.path() == "/p");
  CHECK(request.query("x") == "a b c");
  CHECK(request.query("y") == "");
  CHECK(request.query("z") == "");
  CHECK_FALSE(request.query("w"));
}
