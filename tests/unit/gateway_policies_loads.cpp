// SPDX-License-Identifier: Apache-2.0
// tests: R0770 R0771 R0772. What is loaded, and what is not: the policy that serves stays the same then, and it is said why.
#include <sys/wait.h>

#include <csignal>
#include <thread>

#include "tests/unit/gateway_policies_rig.h"

using namespace sbx;
using namespace sbx::test;

TEST_CASE("the policy of the settings is checked, tested, compiled and serves") {
  Gateway gateway;
  CHECK(gateway.policies->pick({}).generation == nullptr);
  CHECK(gateway.status()["generation"].is_null());
  std::vector<std::string> told;
  gateway.policies->on_load = [&](const gateway::LoadedPolicy& loaded, bool) { told.push_back(loaded.generation ? "active" : "rejected"); };
  const gateway::LoadedPolicy loaded = gateway.policies->load_path();
  REQUIRE(loaded.generation);
  CHECK(loaded.generation->number == 1);
  CHECK(loaded.diff.empty());
  CHECK(loaded.files == std::vector{gateway.settings.path});
  CHECK(gateway.serving() == "m1");
  const Json status = gateway.status();
  CHECK(status["policy"]["name"] == "p1");
  CHECK(status["last_load"]["result"] == "active");
  CHECK(status["last_load"]["findings"]["schema"] == "signalbox.check/1");
  CHECK(told == std::vector<std::string>{"active"});
}

TEST_CASE("a candidate is compared with the policy that serves") {
  Gateway gateway;
  REQUIRE(gateway.policies->load_path().generation);
  Json same = Json::parse(gateway.post(numbered(1) + "// a comment\n").body);
  CHECK(same["generation"] == 2);
  CHECK(same["diff"]["equivalent"] == true);
  CHECK(same["diff"]["regions"] == 0);
  const http::Response changed = gateway.post(numbered(2));
  CHECK(changed.status == 200);
  CHECK(Json::parse(changed.body)["diff"]["equivalent"] == false);
  CHECK(Json::parse(changed.body)["diff"]["regions"] > 0);
  CHECK(gateway.serving() == "m2");
  const Json document = gateway.json("GET", "/admin/policies/3?diff=1");
  CHECK(document["schema"] == "signalbox.diff/1");
  CHECK(document["old"]["name"] == "p1");
  CHECK(document["regions"][0]["witness"]["verified"] == true);
}

TEST_CASE("before a policy decides for all it is told, and not before") {
  Gateway gateway;
  std::vector<std::string> told;
  gateway.policies->before_active = [&](const Manifest& manifest) { told.push_back(manifest.name + " after " + gateway.serving()); };
  REQUIRE(gateway.policies->load_path().generation);
  REQUIRE(gateway.post(numbered(2), "?activate=0").status == 200);
  CHECK(told == std::vector<std::string>{"p1 after "});
  gateway.ask("POST", "/admin/policies/2/activate");
  gateway.ask("POST", "/admin/policies/1/activate");
  CHECK(told == std::vector<std::string>{"p1 after ", "p2 after m1", "p1 after m2"});
}

TEST_CASE("files that a policy uses are read from beside it, and compared as they were") {
  Gateway gateway("policy p serves \"auto\"\nuse \"models.sbx\"\nroute r when tokens > 100 { model = a }\notherwise { model = b }\n");
  gateway.folder.write("models.sbx", "model a { provider: x }\nmodel b { provider: y }\n");
  const gateway::LoadedPolicy first = gateway.policies->load_path();
  INFO(first.document);
  REQUIRE(first.generation);
  CHECK(first.files.size() == 2);
  gateway.folder.write("models.sbx", "model a { provider: z }\nmodel b { provider: y }\n");
  const gateway::LoadedPolicy second = gateway.policies->load_path();
  REQUIRE(second.generation);
  CHECK(Json::parse(second.diff)["regions"] == 1);
}

TEST_CASE("what is refused leaves the policy that serves alone") {
  Gateway gateway;
  REQUIRE(gateway.policies->load_path().generation);
  const auto refused = [&](const std::string& text) {
    const http::Response answer = gateway.post(text);
    CHECK(answer.status == 422);
    CHECK(gateway.serving() == "m1");
    CHECK(gateway.status()["generation"] == 1);
    CHECK(gateway.status()["last_load"]["result"] == "rejected");
    return Json::parse(answer.body);
  };
  SUBCASE("it does not parse") { CHECK(refused("policy p serves {")["findings"][0]["name"] == "syntax"); }
  SUBCASE("two routes conflict") {
    const Json document = refused(
        "policy p serves \"auto\"\nmodel a { provider: x }\nmodel b { provider: y }\nroute one when tokens > 5 { model = a }\n"
        "route two when tokens < 9 { model = b }\notherwise { deny 404 \"-\" }\n");
    CHECK(document["findings"][0]["name"] == "conflict");
    CHECK(document["findings"][0]["witness"]["verified"] == true);
  }
  SUBCASE("a test of its own fails") {
    const Json document = refused(numbered(2) + "test \"wrong\" { given { text: \"calm\" } expect { route: r2 } }\n");
    CHECK(document["schema"] == "signalbox.test/1");
    CHECK(document["summary"]["failed"] == 1);
    CHECK(gateway.status()["last_load"]["reason"] == "R0770: 1 of 2 tests failed, the first is `wrong`");
  }
  SUBCASE("there is no policy in it") { CHECK(refused("// nothing\n")["error"]["code"] == "R0703"); }
  SUBCASE("it is a damaged object") {
    std::string object = object_of(numbered(2));
    object[object.size() / 2] ^= 1;
    CHECK(refused(object)["error"]["code"] == "R0755");
  }
  SUBCASE("its file is not there") {
    const http::Response answer =
        gateway.ask("POST", "/admin/policies", R"({"path":"/nowhere/p.sbx"})", {{"content-type", "application/json"}});
    CHECK(answer.status == 422);
    CHECK(Json::parse(answer.body)["error"]["code"] == "R0701");
  }
  SUBCASE("it names files that are not there") { refused("use \"nowhere.sbx\"\n" + numbered(2)); }
}

namespace {

/// A policy whose analysis has more to do than there is time for.
std::string endless() {
  std::string text = "policy big serves \"auto\"\nmodel m { provider: a }\n";
  for (int i = 0; i < 40; ++i) text += "signal s" + std::to_string(i) + " = keywords(any: [\"word" + std::to_string(i) + "\"])\n";
  text += "first all {\n";
  for (int i = 0; i < 4000; ++i) {
    text += "  route r" + std::to_string(i) + " when tokens > " + std::to_string(100'000 - i) + " and s" + std::to_string(i % 40) +
            " and not s" + std::to_string((i * 7 + 3) % 40) + " { model = m }\n";
  }
  return text + "}\notherwise { deny 404 \"-\" }\n";
}

pid_t child_of(pid_t parent) {
  for (;;) {
    std::ifstream children("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children");
    pid_t child = 0;
    if (children >> child) return child;
    std::this_thread::yield();
  }
}

}  // namespace

TEST_CASE("a candidate that takes too long is given up") {
  Gateway gateway(numbered(1), {.watch = false}, {.time = std::chrono::milliseconds(1500)});
  REQUIRE(gateway.policies->load_path().generation);
  const http::Response answer = gateway.post(endless());
  CHECK(answer.status == 422);
  CHECK(Json::parse(answer.body)["error"]["code"] == "R0771");
  CHECK(gateway.serving() == "m1");
  CHECK(gateway.post(numbered(2)).status == 200);
  CHECK(gateway.serving() == "m2");
}

TEST_CASE("a crash while a candidate is looked at is only its own") {
  Gateway gateway;
  REQUIRE(gateway.policies->load_path().generation);
  for (const int signal : {SIGSEGV, SIGABRT, SIGKILL}) {
    std::thread killer([&] { kill(child_of(gateway.loader->process()), signal); });
    const http::Response answer = gateway.post(endless());
    killer.join();
    CHECK(answer.status == 422);
    // A sanitizer reports a crash for longer than a look may take.
    if (driver::kLimitsMemory) CHECK(Json::parse(answer.body)["error"]["code"] == "R0772");
    CHECK(gateway.serving() == "m1");
  }
  CHECK(gateway.post(numbered(2)).status == 200);
}

TEST_CASE("the memory of a look is limited") {
  if (!driver::kLimitsMemory) return;
  Gateway gateway(numbered(1), {.watch = false}, {.memory_bytes = 1 << 20});  // a small policy does with what the process has
  REQUIRE(gateway.policies->load_path().generation);
  const http::Response answer = gateway.post(endless());
  CHECK(answer.status == 422);
  CHECK(Json::parse(answer.body)["error"]["code"] == "R0772");
  CHECK(gateway.post(numbered(2)).status == 200);
}

TEST_CASE("without the process that looks at texts, objects are still loaded") {
  Gateway gateway;
  REQUIRE(gateway.policies->load_path().generation);
  kill(gateway.loader->process(), SIGKILL);
  const http::Response answer = gateway.post(numbered(2));
  CHECK(answer.status == 422);
  CHECK(Json::parse(answer.body)["error"]["code"] == "R0772");
  CHECK(gateway.post(object_of(numbered(3))).status == 200);
  CHECK(gateway.serving() == "m3");
}

TEST_CASE("policies end while one is being loaded") {
  Gateway gateway;
  REQUIRE(gateway.policies->load_path().generation);
  int status = 0;
  std::thread loads([&] { status = gateway.post(endless()).status; });
  child_of(gateway.loader->process());
  gateway.loader->stop();
  loads.join();
  CHECK(status == 422);
}
