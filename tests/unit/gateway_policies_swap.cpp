// SPDX-License-Identifier: Apache-2.0
// Policies are swapped while threads decide by them: none fails, none is misrouted, and nothing is left over.
#include <array>
#include <atomic>
#include <thread>

#include "tests/unit/gateway_policies_rig.h"

using namespace sbx;
using namespace sbx::test;

namespace {

/// Decides until it is told to stop, and looks whether one policy alone has decided.
struct Load {
  Load(Gateway& gateway, int count) {
    for (int i = 0; i < count; ++i) threads.emplace_back([&gateway, this] { serve(gateway); });
  }
  void serve(Gateway& gateway) {
    const Request urgent = request_of("urgent");
    while (!stop) {
      const auto pick = gateway.policies->pick(urgent);
      const Result<Decision> decision = pick.generation->decide(urgent, {});
      const Manifest& manifest = pick.generation->manifest();
      if (!decision || decision->attempts.size() != 1)
        ++wrong;
      else if (manifest.models[decision->attempts.front().model].name.substr(1) != manifest.name.substr(1))
        ++wrong;
      ++decided;
    }
  }
  void end() {
    stop = true;
    for (std::thread& thread : threads) thread.join();
  }
  std::atomic<bool> stop = false;
  std::atomic<uint64_t> wrong = 0, decided = 0;
  std::vector<std::thread> threads;
};

/// Kilobytes that are in memory and our own.
long resident_kb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
  }
  return 0;
}

double ms_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

TEST_CASE("objects are swapped under load, and memory stays flat") {
  Gateway gateway(numbered(0), {.watch = false, .keep = 2});
  REQUIRE(gateway.policies->load_path().generation);
  std::array<std::string, 3> objects;
  for (int i = 0; i < 3; ++i) objects[i] = object_of(numbered(i));
  Load load(gateway, 2);
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  constexpr int kReloads = 60;
#else
  constexpr int kReloads = 2'000;
#endif
  long early = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < kReloads; ++i) {
    REQUIRE(gateway.post(objects[i % 3]).status == 200);
    if (i == kReloads / 10) early = resident_kb();
  }
  const double each = ms_since(begin) / kReloads;
  const long late = resident_kb();
  load.end();
  CHECK(load.wrong == 0);
  CHECK(load.decided > 100);
  CHECK(gateway.loader->alive() == 3);
  MESSAGE(kReloads, " objects under load: ", each, " ms each, ", load.decided.load(), " decisions, ", early, " kB after a tenth, ", late,
          " kB at the end");
  if (driver::kLimitsMemory) CHECK(late < early + 8'000);  // sanitizers keep what is freed
}

TEST_CASE("texts are swapped under load") {
  Gateway gateway(numbered(0), {.watch = false, .keep = 2});
  REQUIRE(gateway.policies->load_path().generation);
  Load load(gateway, 1);
  constexpr int kReloads = 40;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 1; i <= kReloads; ++i) REQUIRE(gateway.post(numbered(i)).status == 200);
  const double fresh = ms_since(begin) / kReloads;
  const auto again = std::chrono::steady_clock::now();
  for (int i = 1; i <= kReloads; ++i) REQUIRE(gateway.post(numbered(kReloads - i % 2)).status == 200);
  const double known = ms_since(again) / kReloads;
  load.end();
  CHECK(load.wrong == 0);
  CHECK(gateway.serving() == "m40");
  MESSAGE("texts under load: ", fresh, " ms each, ", known, " ms where the code is known");
}

TEST_CASE("operators change everything at once") {
  Gateway gateway(numbered(0), {.watch = false, .keep = 3});
  REQUIRE(gateway.policies->load_path().generation);
  const std::array objects{object_of(numbered(1)), object_of(numbered(2))};
  Load load(gateway, 1);
  std::vector<std::thread> operators;
  for (int who = 0; who < 3; ++who) {
    operators.emplace_back([&, who] {
      const auto ask = [&](const http::Request& request) { CHECK(gateway.policies->answer(request)); };
      for (int i = 0; i < 30; ++i) {
        const std::string number = std::to_string(i + 1);
        if (who == 0) ask({"POST", i % 2 == 0 ? "/admin/policies" : "/admin/policies?activate=0", {}, objects[i % 2]});
        if (who == 1) ask({"POST", "/admin/policies/" + number + "/activate", {}, ""});
        if (who == 1) ask({"GET", "/admin/policies", {}, ""});
        if (who == 2) ask({"PUT", "/admin/shadow", {}, "{\"generation\":" + number + "}"});
        if (who == 2) ask({"PUT", "/admin/canary", {}, "{\"generation\":" + number + ",\"percent\":50}"});
        static_cast<void>(gateway.policies->status_json());
      }
    });
  }
  for (std::thread& one : operators) one.join();
  load.end();
  CHECK(load.wrong == 0);
  CHECK(gateway.loader->alive() <= 6);
}
