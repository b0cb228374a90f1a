// SPDX-License-Identifier: Apache-2.0
// tests: R0761
// What the server makes of bytes: well-formed requests in every shape, and what it will not take.
#include "http_rig.h"

using namespace sbx::http;

TEST_CASE("a request is read whole, however its body is cut") {
  Rig rig(echo);
  struct Row {
    const char* bytes;
    const char* said;
  };
  for (const Row& row : {
           Row{"GET /a?b=c HTTP/1.1\r\nhost: x\r\n\r\n", "GET /a?b=c "},
           Row{"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhello", "POST / hello"},
           Row{"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3;ext=1\r\nllo\r\n0\r\nt: v\r\n\r\n", "POST / hello"},
           Row{"POST / HTTP/1.0\r\ncontent-length: 2\r\n\r\nhi", "POST / hi"},
       }) {
    CAPTURE(row.bytes);
    const std::string answer = rig.answers(row.bytes);
    CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(answer.ends_with(row.said));
  }
}

TEST_CASE("requests follow one another on a connection, also before the first is answered") {
  Rig rig(echo);
  const std::string answer = rig.answers("GET /1 HTTP/1.1\r\nhost: x\r\n\r\nPOST /2 HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\nxGET /3 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  CHECK(count(answer, "HTTP/1.1 200 OK") == 3);
  CHECK(answer.find("GET /1 ") < answer.find("POST /2 x"));
  CHECK(answer.find("POST /2 x") < answer.find("GET /3 "));
}

TEST_CASE("a client that asks before it sends is told to go on") {
  Rig rig(echo);
  const int descriptor = rig.connect();
  const std::string_view head = "POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n";
  REQUIRE(::send(descriptor, head.data(), head.size(), 0) == static_cast<ssize_t>(head.size()));
  char piece[256];
  const ssize_t size = ::recv(descriptor, piece, sizeof piece, 0);
  CHECK(std::string_view(piece, static_cast<size_t>(size)) == "HTTP/1.1 100 Continue\r\n\r\n");
  REQUIRE(::send(descriptor, "ok", 2, 0) == 2);
  const ssize_t rest = ::recv(descriptor, piece, sizeof piece, 0);
  CHECK(std::string_view(piece, static_cast<size_t>(rest)).ends_with("POST / ok"));
  ::close(descriptor);
}

TEST_CASE("what could be read in two ways, or is no HTTP, is refused and ends the connection") {
  Rig rig(echo, {.body_bytes = 64, .header_bytes = 512});
  struct Row {
    const char* what;
    std::string bytes;
    int status;
  };
  const std::string next = "GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n";
  for (const Row& row : {
           Row{"two lengths", "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab" + next, 400},
           Row{"a length and chunks", "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n" + next, 400},
           Row{"chunks and a length", "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n" + next, 400},
           Row{"a chunk of no size", "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n" + next, 400},
           Row{"a negative length", "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n" + next, 400},
           Row{"a NUL in a header", std::string("GET / HTTP/1.1\r\nhost: x\r\na: b\0c\r\n\r\n", 36) + next, 400},
           Row{"a header in two lines", "GET / HTTP/1.1\r\nhost: x\r\na: b\r\n c\r\n\r\n" + next, 400},
           Row{"a coding after chunked", "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n" + next, 400},
           Row{"an unknown coding", "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n" + next, 400},
           Row{"a space before the colon", "GET / HTTP/1.1\r\nhost : x\r\n\r\n" + next, 400},
           Row{"no HTTP", "hello there\r\n\r\n" + next, 400},
           Row{"an unknown version", "GET / HTTP/3.0\r\nhost: x\r\n\r\n" + next, 400},
           Row{"a large body", "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 65\r\n\r\n", 413},
           Row{"large chunks", "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n41\r\n" + std::string(65, 'x') + "\r\n0\r\n\r\n", 413},
           Row{"large headers", "GET / HTTP/1.1\r\nhost: x\r\na: " + std::string(600, 'x') + "\r\n\r\n", 431},
       }) {
    CAPTURE(row.what);
    const std::string answer = rig.answers(row.bytes);
    CHECK(answer.starts_with("HTTP/1.1 " + std::to_string(row.status)));
    CHECK(answer.find("smuggled") == std::string::npos);
    CHECK(answer.find("connection: close") != std::string::npos);
  }
}

TEST_CASE("an answer in pieces is chunked, and an old client's ends with the connection") {
  Rig rig([](Exchange& exchange) -> Task<void> {
    exchange.begin(200, {}, std::nullopt);
    co_await exchange.write("one");
    co_await exchange.write("");
    co_await exchange.write("two");
    co_await exchange.end();
  });
  CHECK(rig.answers("GET / HTTP/1.1\r\nhost: x\r\n\r\n").ends_with("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"));
  const std::string old = rig.answers("GET / HTTP/1.0\r\n\r\n");
  CHECK(old.ends_with("\r\n\r\nonetwo"));
  CHECK(old.find("chunked") == std::string::npos);
  const std::string head = rig.answers("HEAD / HTTP/1.1\r\nhost: x\r\n\r\n");
  CHECK(head.ends_with("\r\n\r\n"));
}

TEST_CASE("an answer that breaks off is not taken for a whole one") {
  Rig rig([](Exchange& exchange) -> Task<void> {
    exchange.begin(200, {}, std::nullopt);
    co_await exchange.write("half");
    exchange.abort();
  });
  CHECK(rig.answers("GET / HTTP/1.1\r\nhost: x\r\n\r\n").ends_with("4\r\nhalf\r\n"));
}

TEST_CASE("a client that is slow to ask is told so, and one that never asks is let go") {
  Rig rig(echo, {.request_timeout = std::chrono::milliseconds(100), .idle_timeout = std::chrono::milliseconds(100)});
  const int slow = rig.connect(), silent = rig.connect();
  REQUIRE(::send(slow, "GET / HT", 8, 0) == 8);
  char piece[256];
  const ssize_t size = ::recv(slow, piece, sizeof piece, 0);
  CHECK(std::string_view(piece, static_cast<size_t>(std::max<ssize_t>(size, 0))).starts_with("HTTP/1.1 408"));
  CHECK(::recv(silent, piece, sizeof piece, 0) == 0);
  ::close(slow);
  ::close(silent);
}

TEST_CASE("more connections than are allowed are told to come back") {
  Rig rig(echo, {.connections = 1});
  const int first = rig.connect();
  REQUIRE(::send(first, "GET / HTTP/1.1\r\nhost: x\r\n\r\n", 28, 0) == 28);
  char piece[256];
  REQUIRE(::recv(first, piece, sizeof piece, 0) > 0);
  CHECK(rig.answers("GET / HTTP/1.1\r\nhost: x\r\n\r\n").starts_with("HTTP/1.1 503"));
  CHECK(rig.server().refused() == 1);
  ::close(first);
}

TEST_CASE("draining lets a request end, and those who wait for the next one go") {
  std::promise<void> begun, go_on;
  std::shared_future<void> may_go_on = go_on.get_future().share();
  Rig rig([&](Exchange& exchange) -> Task<void> {
    begun.set_value();
    while (may_go_on.wait_for(std::chrono::seconds(0)) != std::future_status::ready) co_await exchange.socket().loop().sleep_ms(1);
    co_await exchange.answer(said("done"));
  });
  const int idle = rig.connect(), busy = rig.connect();
  REQUIRE(::send(busy, "GET / HTTP/1.1\r\nhost: x\r\n\r\n", 28, 0) == 28);
  begun.get_future().get();
  rig.server().drain();
  char piece[256];
  CHECK(::recv(idle, piece, sizeof piece, 0) == 0);
  go_on.set_value();
  std::string answer;
  for (ssize_t size = 0; (size = ::recv(busy, piece, sizeof piece, 0)) > 0;) answer.append(piece, static_cast<size_t>(size));
  CHECK(answer.ends_with("done"));
  ::close(idle);
  ::close(busy);
}

TEST_CASE("where somebody listens already, nobody else does") {
  Rig rig(echo);
  const auto nobody = [](int status, std::string_view, const Request&) { return Response{.status = status}; };
  CHECK(Server::listen("unix:" + rig.path(), {}, {}, echo, nobody).error().code == "R0761");
  CHECK(Server::listen("unix:/nowhere/at/all", {}, {}, echo, nobody).error().code == "R0761");
  CHECK(rig.answers("GET / HTTP/1.1\r\nhost: x\r\n\r\n").starts_with("HTTP/1.1 200"));
}
