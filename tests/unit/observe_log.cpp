// SPDX-License-Identifier: Apache-2.0
// The decision log: what a line says, what it must not, and what happens when the disk does not take it.
#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "runtime/observe/log_file.h"
#include "runtime/observe/log_line.h"
#include "tests/unit/observe_rig.h"

using namespace sbx;
using namespace sbx::test;
using namespace std::chrono_literals;

namespace {

/// What was complained of.
struct Complaints {
  std::mutex mutex;
  std::vector<std::string> all;
  observe::Observer::Complain hear() {
    return [this](std::string_view line) {
      const std::lock_guard lock(mutex);
      all.emplace_back(line);
    };
  }
  size_t count() {
    const std::lock_guard lock(mutex);
    return all.size();
  }
};

double metric(const observe::Observer& observer, const std::string& name) {
  const std::string text = "\n" + observer.metrics({});
  const size_t at = text.find("\n" + name + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
}

template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

}  // namespace

TEST_CASE("a line is a decision and what came of it") {
  const auto generation = generation_of(kPolicy, 7);
  observe::Served served = served_by(generation, chat("a", "URGENT: the lights are out", R"("user":{"tier":"pro"})"));
  const Json line = Json::parse(observe::log_line(served, {}));
  CHECK(line["schema"] == "signalbox.decision/1");
  CHECK(line["id"] == "a");
  CHECK(line["policy"]["revision"] == generation->manifest().revision);
  CHECK(line["route"] == "hurry");
  CHECK(line["generation"] == 7);
  CHECK(line["ts"] == "2025-11-26T13:00:00.000000Z");
  CHECK(line["trace_id"] == "0af7651916cd43dd8448eb211c80319c");
  CHECK(line["attempts"] == Json::parse(R"([{"model":"large","endpoint":"http://127.0.0.1:8001/v1","status":200,"class":"ok","ms":880.0,"ttft_ms":45.0}])"));
  CHECK(line["usage"]["input_tokens"] == 1000);
  CHECK(line["usage"]["reasoning_tokens"].is_null());
  CHECK(line["cost_usd"] == 0.00006);
  CHECK(line["status"] == 200);
  CHECK(line["overhead_us"] == 120);
  CHECK(line["request"]["prompt_tokens"] > 0);
  CHECK(line["why"][0]["rule"] == "hurry");  // although it was decided without an explanation
  CHECK(line.dump().find("lights") == std::string::npos);
}

TEST_CASE("texts of the prompt are told only where the policy says them itself") {
  const auto generation = generation_of(kPolicy);
  observe::Served said = served_by(generation, chat("a", "drop tables"));
  CHECK(Json::parse(observe::log_line(said, {}))["readings"]["text"]["value"] == "drop tables");
  observe::Served other = served_by(generation, chat("b", "my secret"));
  const Json line = Json::parse(observe::log_line(other, {}));
  CHECK(line["readings"]["text"]["value"] == "***");
  CHECK(line.dump().find("secret") == std::string::npos);
}

TEST_CASE("masked values are gone wherever the line would tell them") {
  const auto generation = generation_of(kPolicy);
  observe::Served served = served_by(generation, chat("a", "URGENT", R"("user":{"id":"mallory","tier":"pro"})"));
  const Json line = Json::parse(observe::log_line(served, {"readings.user.id", "policy.file", "attempts.endpoint", "nothing.here"}));
  CHECK(line["readings"]["user.id"] == "***");
  CHECK(line["policy"]["file"] == "***");
  CHECK(line["why"][0]["rule"] == "barred");
  CHECK(line.dump().find("mallory\"") == line.dump().find("mallory\"", line.dump().find("\"test\"")));
  CHECK(line["why"][0]["value"] == "***");

  observe::Served hurry = served_by(generation, chat("b", "URGENT", R"("user":{"id":"u7","tier":"pro"})"));
  const Json all = Json::parse(observe::log_line(hurry, {"readings.*", "attempts.endpoint", "candidates.*.provider", "candidates.provider"}));
  CHECK(all["readings"]["user.id"] == "***");
  CHECK(all["readings"]["urgent"] == "***");
  CHECK(all["attempts"][0]["endpoint"] == "***");
  CHECK(all["candidates"][1]["provider"] == "***");
  for (const Json& why : all["why"]) CHECK(why["value"] == "***");
}

TEST_CASE("a share of the decisions, chosen by their ids") {
  int kept = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string id = "d-" + std::to_string(i);
    kept += observe::is_sampled(id, 0.1);
    CHECK(observe::is_sampled(id, 0.1) <= observe::is_sampled(id, 0.2));
  }
  CHECK(kept > 900);
  CHECK(kept < 1100);
  CHECK(observe::is_sampled("", 1));
  CHECK(!observe::is_sampled("d-1", 0));
}

TEST_CASE("a file that is large is renamed, and so many are kept") {
  const Folder folder;
  const std::string path = folder.file("log");
  Result<observe::LogFile> log = observe::LogFile::open(path, 100, 2);
  REQUIRE(log.ok());
  const std::string line = std::string(39, 'x') + "\n";
  for (int i = 0; i < 9; ++i) CHECK(log->write({line}) == 1);
  CHECK(contents(path) == line);
  CHECK(contents(path + ".1") == line + line);
  CHECK(contents(path + ".2") == line + line);
  CHECK(!std::filesystem::exists(path + ".3"));
  CHECK(log->write({line, line, line, line}) == 4);
  CHECK(contents(path) == line);
  CHECK(contents(path + ".1") == line + line);
  const std::string large(500, 'y');
  CHECK(log->write({large + "\n"}) == 1);  // larger than a file may be: a file of its own
  CHECK(contents(path) == large + "\n");
}

TEST_CASE("what was there before stays, and a file that was moved away is made again") {
  const Folder folder;
  const std::string path = folder.file("log");
  std::ofstream(path) << "old\n";
  Result<observe::LogFile> log = observe::LogFile::open(path, 0, 2);
  REQUIRE(log.ok());
  CHECK(log->write({"new\n"}) == 1);
  CHECK(contents(path) == "old\nnew\n");
  std::filesystem::rename(path, path + ".moved");
  CHECK(log->write({"newer\n"}) == 1);
  CHECK(contents(path) == "newer\n");
}

TEST_CASE("a path that cannot be opened is an error at once") {
  const auto made = observe::Observer::make({.path = "/nowhere/log.jsonl"}, {});
  REQUIRE(!made.ok());
  CHECK(made.error().code == "R0702");
  CHECK(made.error().message == "cannot open `/nowhere/log.jsonl`: No such file or directory");
}

TEST_CASE("a file that may not grow keeps whole lines, and goes on when it may") {
  const Folder folder;
  const std::string path = folder.file("log");
  const auto generation = generation_of(kPolicy);
  Complaints complaints;
  auto made = observe::Observer::make({.path = path}, {}, complaints.hear());
  REQUIRE(made.ok());
  observe::Observer& observer = **made;
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  rlimit small = before;
  small.rlim_cur = 10'000;
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  for (int i = 0; i < 50; ++i) observer.served(served_by(generation, chat("a" + std::to_string(i), "hello")));
  const bool dropped = eventually([&] { return metric(observer, R"(signalbox_log_lines_dropped_total{reason="write_failed"})") > 30; });
  REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK(dropped);
  CHECK(complaints.count() == 1);
  CHECK(complaints.all[0] == "the decision log drops lines: cannot write `" + path + "`: File too large");

  observer.served(served_by(generation, chat("again", "hello")));
  CHECK(eventually([&] { return complaints.count() == 2; }));
  const std::vector<Json> lines = lines_of(path);  // each is whole
  CHECK(lines.back()["id"] == "again");
  const double kept = metric(observer, "signalbox_log_lines_total");
  CHECK(kept == static_cast<double>(lines.size()));
  CHECK(kept + metric(observer, R"(signalbox_log_lines_dropped_total{reason="write_failed"})") == 51);
  CHECK(complaints.all[1].find("is written again; " + std::to_string(51 - lines.size()) + " lines were dropped") != std::string::npos);
}

TEST_CASE("a full disk") {
  const auto generation = generation_of(kPolicy);
  Complaints complaints;
  auto made = observe::Observer::make({.path = "/dev/full"}, {}, complaints.hear());
  REQUIRE(made.ok());
  for (int i = 0; i < 20; ++i) (*made)->served(served_by(generation, chat("a", "hello")));
  CHECK(eventually([&] { return metric(**made, R"(signalbox_log_lines_dropped_total{reason="write_failed"})") == 20; }));
  CHECK(complaints.count() == 1);
  CHECK(complaints.all[0] == "the decision log drops lines: cannot write `/dev/full`: No space left on device");
}

TEST_CASE("threads serve while lines are written: none is lost, torn or written twice") {
  const Folder folder;
  const std::string path = folder.file("log");
  const auto generation = generation_of(kPolicy);
  constexpr int kThreads = 4, kEach = 400;
  {
    auto made = observe::Observer::make({.path = path, .rotate_bytes = 200'000, .keep_files = 100}, {});
    REQUIRE(made.ok());
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i)
          (*made)->served(served_by(generation, chat(std::to_string(t) + "-" + std::to_string(i), i % 2 == 0 ? "urgent" : "hello")));
      });
    }
    for (int i = 0; i < 20; ++i) (void)(*made)->metrics({});
    for (std::thread& thread : threads) thread.join();
    const std::string text = (*made)->metrics({});
    CHECK(text.find("signalbox_requests_total{status=\"200\"} 1600\n") != std::string::npos);
  }  // what is queued is written
  std::set<std::string> ids;
  size_t lines = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder.path)) {
    for (const Json& line : lines_of(file.path().string())) {
      ids.insert(line["id"].get<std::string>());
      ++lines;
    }
  }
  CHECK(lines == kThreads * kEach);
  CHECK(ids.size() == kThreads * kEach);
}

TEST_CASE("a pipe that nobody reads costs lines, never time") {
  const Folder folder;
  const std::string path = folder.file("pipe");
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  const auto made = observe::Observer::make({.path = path}, {});
  CHECK(!made.ok());  // rather than waiting for a reader
}
