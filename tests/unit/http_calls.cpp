// SPDX-License-Identifier: Apache-2.0
// Calls as a gateway makes them: answers as they come, and every way in which they do not.
#include <cstdlib>

#include "http_rig.h"

using namespace sbx::http;
using namespace std::chrono_literals;

namespace {

Pool pool_of(Rig& rig) { return Pool(rig.loop, *parse_url("unix:" + rig.path()), {}); }

struct Came {
  CallEnd end = CallEnd::Ok;
  int status = 0;
  std::string body;
  int pieces = 0;
};

Came call(Rig& rig, Pool& pool, const Request& request, const CallTimes& times = {}) {
  return rig.run([&]() -> Task<Came> {
    Call call(pool, times);
    Came came;
    came.end = co_await call.send(request, nullptr);
    if (came.end != CallEnd::Ok) co_return came;
    came.status = call.status();
    for (bool done = false; !done && came.end == CallEnd::Ok; ++came.pieces) came.end = co_await call.read(came.body, done);
    co_return came;
  });
}

}  // namespace

TEST_CASE("an answer comes with its head and body") {
  Rig rig(echo);
  Pool pool = pool_of(rig);
  const Came came = call(rig, pool, {.method = "POST", .target = "/x", .headers = {{"a", "b"}}, .body = "hello"});
  CHECK(came.end == CallEnd::Ok);
  CHECK(came.status == 200);
  CHECK(came.body == "POST /x hello");
}

TEST_CASE("pieces are handed on as they come, and the connection is used again") {
  Rig rig([](Exchange& exchange) -> Task<void> {
    exchange.begin(200, {}, std::nullopt);
    for (int i = 0; i < 3; ++i) {
      co_await exchange.write(std::to_string(i));
      co_await exchange.socket().loop().sleep_ms(5);
    }
    co_await exchange.end();
  });
  Pool pool = pool_of(rig);
  for (int i = 0; i < 3; ++i) {
    const Came came = call(rig, pool, {});
    CHECK(came.body == "012");
    CHECK(came.pieces >= 3);
  }
  CHECK(rig.server().connections() == 1);
}

TEST_CASE("a connection that the server closed meanwhile is replaced") {
  Rig rig(echo, {.idle_timeout = 60ms});
  Pool pool = pool_of(rig);
  CHECK(call(rig, pool, {}).end == CallEnd::Ok);
  while (rig.server().connections() > 0) std::this_thread::sleep_for(5ms);
  CHECK(call(rig, pool, {}).end == CallEnd::Ok);
}

TEST_CASE("nobody listens there") {
  Rig rig(echo);
  Pool pool(rig.loop, *parse_url("unix:/nowhere/at/all"), {});
  CHECK(call(rig, pool, {}).end == CallEnd::Refused);
  Pool closed(rig.loop, *parse_url("http://127.0.0.1:1"), {});
  CHECK(call(rig, closed, {}).end == CallEnd::Refused);
  Pool unnamed(rig.loop, *parse_url("http://no-such-host.invalid"), {});
  CHECK(call(rig, unnamed, {}).end == CallEnd::Refused);
}

TEST_CASE("a server that is slow is given up, before its answer and within it") {
  Rig rig([](Exchange& exchange) -> Task<void> {
    if (exchange.request().target == "/head") co_await exchange.socket().loop().sleep_ms(2000);
    exchange.begin(200, {}, std::nullopt);
    co_await exchange.write("half");
    co_await exchange.socket().loop().sleep_ms(2000);
  });
  Pool pool = pool_of(rig);
  const CallTimes times{.first_byte = 100ms, .idle = 100ms};
  CHECK(call(rig, pool, {.target = "/head"}, times).end == CallEnd::TimedOut);
  const Came half = call(rig, pool, {.target = "/body"}, times);
  CHECK(half.end == CallEnd::TimedOut);
  CHECK(half.body == "half");
}

TEST_CASE("an answer that breaks off is broken, not short") {
  Rig rig([](Exchange& exchange) -> Task<void> {
    exchange.begin(200, {}, exchange.request().target == "/length" ? std::optional<uint64_t>(10) : std::nullopt);
    co_await exchange.write("half");
    exchange.abort();
  });
  Pool pool = pool_of(rig);
  CHECK(call(rig, pool, {.target = "/length"}).end == CallEnd::Broken);
  CHECK(call(rig, pool, {.target = "/chunks"}).end == CallEnd::Broken);
}

TEST_CASE("bytes that are no HTTP are malformed") {
  Rig rig([](Exchange& exchange) -> Task<void> {
    co_await exchange.socket().write("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    exchange.abort();
  });
  Pool pool = pool_of(rig);
  CHECK(call(rig, pool, {}).end == CallEnd::Malformed);
}

TEST_CASE("answers that only say to wait are passed over, however they come") {
  Rig rig([](Exchange& exchange) -> Task<void> {
    const std::string interim = "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n";
    co_await exchange.socket().write("HTTP/1.1 100 Continue\r\n\r\n" + interim);
    if (exchange.request().target == "/apart") co_await exchange.socket().loop().sleep_ms(20);
    co_await exchange.socket().write(interim + "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi");
    exchange.abort();
  });
  Pool pool = pool_of(rig);
  for (const char* target : {"/together", "/apart"}) {
    const Request request{.method = "GET", .target = target};
    const Came came = call(rig, pool, request);
    CHECK(came.status == 200);
    CHECK(came.body == "hi");
  }
}

TEST_CASE("a call ends when the client that it is for hangs up") {
  Rig model([](Exchange& exchange) -> Task<void> {
    co_await exchange.socket().loop().sleep_ms(5000);
  });
  std::promise<CallEnd> ended;
  Rig gateway([&](Exchange& exchange) -> Task<void> {
    Pool pool(exchange.socket().loop(), *parse_url("unix:" + model.path()), {});
    Call call(pool, {});
    const Request request;
    ended.set_value(co_await call.send(request, &exchange.socket()));
  });
  const int client = gateway.connect();
  REQUIRE(::send(client, "GET / HTTP/1.1\r\nhost: x\r\n\r\n", 28, 0) == 28);
  ::close(client);
  CHECK(ended.get_future().get() == CallEnd::Left);
}

TEST_CASE("TLS: a certificate that is trusted, one that is not, and one for another name") {
  char name[] = "/tmp/sbx-tls-XXXXXX";
  const std::string folder = ::mkdtemp(name);
  const std::string make = "cd " + folder + " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout key.pem -out cert.pem -subj /CN=localhost -addext subjectAltName=DNS:localhost >/dev/null 2>&1";
  REQUIRE(std::system(make.c_str()) == 0);
  sbx::Result<Tls> ours = server_tls({folder + "/cert.pem", folder + "/key.pem", ""});
  REQUIRE(ours.ok());
  Rig rig(echo, {}, *ours);
  const auto end_of = [&](const TlsFiles& files, const std::string& host) {
    sbx::Result<Tls> tls = client_tls(files);
    REQUIRE(tls.ok());
    Url url{.tls = true, .address = {.host = host, .port = {}, .path = rig.path()}, .base = {}, .authority = host};
    Pool pool(rig.loop, url, *tls);
    const Came first = call(rig, pool, {.target = "/tls"});
    if (first.end == CallEnd::Ok) CHECK(call(rig, pool, {.target = "/tls"}).body == "GET /tls ");
    return first.end;
  };
  CHECK(end_of({"", "", folder + "/cert.pem"}, "localhost") == CallEnd::Ok);
  CHECK(end_of({}, "localhost") == CallEnd::Broken);
  CHECK(end_of({"", "", folder + "/cert.pem"}, "other.example") == CallEnd::Broken);
  CHECK(server_tls({folder + "/none.pem", folder + "/key.pem", ""}).error().code == "R0701");
  CHECK(server_tls({folder + "/key.pem", folder + "/key.pem", ""}).error().code == "R0757");
  std::filesystem::remove_all(folder);
}
