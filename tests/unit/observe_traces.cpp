// SPDX-License-Identifier: Apache-2.0
// Spans, and the collector that gets them: a real server of HTTP on a port of this machine.
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "runtime/observe/spans.h"
#include "tests/unit/observe_rig.h"

using namespace sbx;
using namespace sbx::test;
using namespace std::chrono_literals;

namespace {

/// Takes posts one after the other and keeps them; or takes connections and says nothing.
class Collector {
 public:
  explicit Collector(bool answers = true, int port = 0) : answers_(answers), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int yes = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(static_cast<uint16_t>(port))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(listen(listener_, 8) == 0);
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~Collector() {
    stop_ = true;
    thread_.join();
    close(listener_);
  }

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::vector<Json> spans() {
    const std::lock_guard lock(mutex_);
    std::vector<Json> all;
    for (const std::string& body : bodies_) {
      const Json document = Json::parse(body);
      for (const Json& resource : document["resourceSpans"]) {
        for (const Json& scope : resource["scopeSpans"]) {
          for (const Json& span : scope["spans"]) all.push_back(span);
        }
      }
    }
    return all;
  }
  std::vector<std::string> heads() {
    const std::lock_guard lock(mutex_);
    return heads_;
  }

 private:
  void run() {
    while (!stop_) {
      pollfd wait{listener_, POLLIN, 0};
      if (poll(&wait, 1, 20) != 1) continue;
      const int peer = accept(listener_, nullptr, nullptr);
      if (peer < 0) continue;
      if (answers_)
        serve(peer);
      else
        while (!stop_) std::this_thread::sleep_for(5ms);
      close(peer);
    }
  }
  void serve(int peer) {
    std::string text;
    size_t body = std::string::npos, length = 0;
    char buffer[65536];
    while (body == std::string::npos || text.size() < body + length) {
      const ssize_t got = recv(peer, buffer, sizeof buffer, 0);
      if (got <= 0) return;
      text.append(buffer, static_cast<size_t>(got));
      if (body == std::string::npos && (body = text.find("\r\n\r\n")) != std::string::npos) {
        body += 4;
        length = std::stoul(text.substr(text.find("content-length: ") + 16));
      }
    }
    {
      const std::lock_guard lock(mutex_);
      heads_.push_back(text.substr(0, body));
      bodies_.push_back(text.substr(body));
    }
    const std::string answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    CHECK(send(peer, answer.data(), answer.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(answer.size()));
  }

  bool answers_;
  int listener_, port_ = 0;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;  // guards heads_, bodies_
  std::vector<std::string> heads_, bodies_;
  std::thread thread_;
};

Json attributes(const Json& span) {
  Json all = Json::object();
  for (const Json& one : span["attributes"]) all[one["key"].get<std::string>()] = one["value"].begin().value();
  return all;
}

double metric(const observe::Observer& observer, const std::string& name) {
  const std::string text = "\n" + observer.metrics({});
  const size_t at = text.find("\n" + name + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
}

template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 1500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

}  // namespace

TEST_CASE("a request is a span of a server, and each call one of a client below it") {
  const auto generation = generation_of(kPolicy, 7);
  observe::Served served = served_by(generation, chat("a", "URGENT: the lights are out", R"("path":"/v1/chat/completions","user":{"tier":"pro"})"));
  observe::AttemptRecord failed = served.attempts.front();
  failed.status = 503;
  failed.outcome = "5xx";
  failed.span_id = "00f067aa0ba902b7";
  served.attempts.insert(served.attempts.begin(), failed);
  served.parent_span_id = "b7ad6b7169203331";
  served.response_model = "gpt-5-2025";
  served.finish_reason = "stop";
  observe::SpanIds ids;
  const std::vector<std::string> all = observe::spans(served, ids);
  REQUIRE(all.size() == 3);
  const Json server = Json::parse(all[0]), first = Json::parse(all[1]), second = Json::parse(all[2]);
  CHECK(server["name"] == "POST /v1/chat/completions");
  CHECK(server["kind"] == 2);
  CHECK(server["traceId"] == "0af7651916cd43dd8448eb211c80319c");
  CHECK(server["parentSpanId"] == "b7ad6b7169203331");
  CHECK(server["spanId"].get<std::string>().size() == 16);
  CHECK(server["startTimeUnixNano"] == "1764162000000000000");
  CHECK(server["endTimeUnixNano"] == "1764162000900000000");
  const Json said = attributes(server);
  CHECK(said["signalbox.policy.name"] == "desk");
  CHECK(said["signalbox.policy.revision"] == generation->manifest().revision);
  CHECK(said["signalbox.route"] == "hurry");
  CHECK(said["signalbox.outcome"] == "route");
  CHECK(said["signalbox.decision.id"] == "a");
  CHECK(said["signalbox.generation"] == "7");
  CHECK(said["gen_ai.request.model"] == "auto");
  CHECK(said["gen_ai.usage.input_tokens"] == "1000");
  CHECK(said["http.response.status_code"] == "200");

  CHECK(first["name"] == "chat gpt-5");
  CHECK(first["kind"] == 3);
  CHECK(first["spanId"] == "00f067aa0ba902b7");
  CHECK(first["parentSpanId"] == server["spanId"]);
  CHECK(first["status"]["code"] == 2);
  CHECK(attributes(first)["error.type"] == "503");
  CHECK(!attributes(first).contains("gen_ai.response.model"));
  const Json answer = attributes(second);
  CHECK(second["parentSpanId"] == server["spanId"]);
  CHECK(second["status"] == Json::object());
  CHECK(answer["gen_ai.provider.name"] == "openai");
  CHECK(answer["gen_ai.request.model"] == "gpt-5");
  CHECK(answer["gen_ai.response.model"] == "gpt-5-2025");
  CHECK(answer["gen_ai.response.finish_reasons"]["values"][0]["stringValue"] == "stop");
  CHECK(answer["server.address"] == "127.0.0.1");
  CHECK(answer["server.port"] == "8001");
  CHECK(answer["signalbox.attempt"] == "2");
  for (const std::string& one : all) CHECK(one.find("lights") == std::string::npos);
}

TEST_CASE("a collector gets them by OTLP over HTTP") {
  const auto generation = generation_of(kPolicy);
  Collector collector;
  {
    auto made = observe::Observer::make({}, {.endpoint = collector.url(), .headers = {{"x-key", "k"}}, .service_name = "desk"});
    REQUIRE(made.ok());
    for (int i = 0; i < 1000; ++i) (*made)->served(served_by(generation, chat("r" + std::to_string(i), "hello")));
    observe::Served unsampled = served_by(generation, chat("no", "hello"));
    unsampled.sampled = false;
    (*made)->served(std::move(unsampled));
    CHECK(eventually([&] { return metric(**made, "signalbox_spans_total") == 2000; }));
    (*made)->served(served_by(generation, chat("last", "hello")));
  }  // what is queued is sent
  const std::vector<Json> spans = collector.spans();
  CHECK(spans.size() == 2002);
  std::map<std::string, int> children;
  std::set<std::string> ids;
  for (const Json& span : spans) {
    ids.insert(span["spanId"].get<std::string>());
    if (span.contains("parentSpanId")) ++children[span["parentSpanId"].get<std::string>()];
  }
  CHECK(ids.size() == 2002);
  CHECK(children.size() == 1001);
  for (const auto& [parent, count] : children) CHECK((count == 1 && ids.contains(parent)));
  REQUIRE(!collector.heads().empty());
  CHECK(collector.heads()[0].starts_with("POST /v1/traces HTTP/1.1\r\n"));
  CHECK(collector.heads()[0].find("x-key: k\r\n") != std::string::npos);
}

TEST_CASE("a collector that is away costs spans, and is told once; when it is back they are sent") {
  const auto generation = generation_of(kPolicy);
  int port = 0;
  { port = Collector().port(); }
  std::mutex mutex;
  std::vector<std::string> complaints;
  auto made = observe::Observer::make({}, {.endpoint = "http://127.0.0.1:" + std::to_string(port)}, [&](std::string_view line) {
    const std::lock_guard lock(mutex);
    complaints.emplace_back(line);
  });
  REQUIRE(made.ok());
  for (int i = 0; i < 10; ++i) (*made)->served(served_by(generation, chat("a", "hello")));
  CHECK(eventually([&] { return metric(**made, R"(signalbox_spans_dropped_total{reason="send_failed"})") == 20; }));
  (*made)->served(served_by(generation, chat("b", "hello")));
  CHECK(eventually([&] { return metric(**made, R"(signalbox_spans_dropped_total{reason="send_failed"})") == 22; }));
  Collector back(true, port);
  (*made)->served(served_by(generation, chat("c", "hello")));
  CHECK(eventually([&] { return metric(**made, "signalbox_spans_total") == 2; }));
  const std::lock_guard lock(mutex);
  REQUIRE(complaints.size() == 2);
  CHECK(complaints[0] == "the collector at `http://127.0.0.1:" + std::to_string(port) + "` takes no spans: refused");
  CHECK(complaints[1] == "the collector at `http://127.0.0.1:" + std::to_string(port) + "` takes spans again; 22 were dropped");
}

TEST_CASE("a collector that hangs holds up neither those who serve, nor the log, nor the end") {
  const auto generation = generation_of(kPolicy);
  Collector collector(false);
  const Folder folder;
  const auto begin = std::chrono::steady_clock::now();
  {
    auto made = observe::Observer::make({.path = folder.file("log")}, {.endpoint = collector.url()});
    REQUIRE(made.ok());
    for (int i = 0; i < 1000; ++i) (*made)->served(served_by(generation, chat("a", "hello")));
    CHECK(eventually([&] { return metric(**made, "signalbox_log_lines_total") == 1000; }));
  }
  CHECK(std::chrono::steady_clock::now() - begin < 4s);
}

TEST_CASE("an address that is none is said at once") {
  const auto made = observe::Observer::make({}, {.endpoint = "collector"});
  REQUIRE(!made.ok());
  CHECK(made.error().code == "R0703");
}
