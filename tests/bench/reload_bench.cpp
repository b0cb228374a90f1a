// SPDX-License-Identifier: Apache-2.0
// How long a gateway's policies take to load while it decides, and what is left of them in memory: reload_bench POLICY [SECONDS]
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "compiler/codegen/object.h"
#include "compiler/driver/policy_loader.h"
#include "compiler/pipeline.h"
#include "runtime/gateway/policies.h"

using namespace sbx;
using Clock = std::chrono::steady_clock;

namespace {

long resident_kb(const std::string& process) {
  std::ifstream status("/proc/" + process + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
  }
  return 0;
}

/// Milliseconds of processor time of a process and of its children that have ended.
double cpu_ms(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  text.erase(0, text.rfind(')') + 2);
  long user = 0, system = 0, children_user = 0, children_system = 0;
  std::sscanf(text.c_str(), "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld %ld %ld", &user, &system, &children_user,
              &children_system);
  return static_cast<double>(user + system + children_user + children_system) * 1000 / static_cast<double>(sysconf(_SC_CLK_TCK));
}

size_t open_files() {
  return static_cast<size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator()));
}

double ms_since(Clock::time_point begin) { return std::chrono::duration<double, std::milli>(Clock::now() - begin).count(); }

struct Bench {
  gateway::Policies& policies;
  driver::CandidateLoader& loader;
  std::atomic<uint64_t> decided = 0, failed = 0;

  void load_for(const char* what, double seconds, double each_ms, const std::vector<std::string>& bodies) {
    std::vector<double> took;
    long early = 0;
    const Clock::time_point begin = Clock::now();
    const double cpu = cpu_ms(loader.process());
    const uint64_t decided_before = decided;
    for (size_t i = 0; ms_since(begin) < seconds * 1000; ++i) {
      const Clock::time_point start = Clock::now();
      const auto answer = policies.answer({"POST", "/admin/policies", {}, bodies[i % bodies.size()]});
      took.push_back(ms_since(start));
      if (!answer || answer->status != 200) std::printf("%s\n", answer ? answer->body.c_str() : "no answer"), ++failed;
      if (early == 0 && ms_since(begin) > seconds * 100) early = resident_kb("self");
      std::this_thread::sleep_until(begin + std::chrono::duration_cast<Clock::duration>(
                                                std::chrono::duration<double, std::milli>(each_ms * static_cast<double>(i + 1))));
    }
    const double whole = ms_since(begin);
    std::ranges::sort(took);
    const auto at = [&](double share) {
      return took[std::min(took.size() - 1, static_cast<size_t>(share * static_cast<double>(took.size())))];
    };
    std::printf(
        "%-16s %5zu loads in %5.1f s: p50 %7.2f ms  p99 %7.2f ms  max %7.2f ms; loader's processor %6.2f ms each; resident %ld kB after a "
        "tenth, "
        "%ld kB at the end (loader %ld kB); %zu files open, %llu generations; %llu decisions\n",
        what, took.size(), whole / 1000, at(0.5), at(0.99), took.back(),
        (cpu_ms(loader.process()) - cpu) / static_cast<double>(took.size()), early, resident_kb("self"),
        resident_kb(std::to_string(loader.process())), open_files(), static_cast<unsigned long long>(loader.alive()),
        static_cast<unsigned long long>(decided - decided_before));
    std::fflush(stdout);
  }
};

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 2;
  const double seconds = count > 2 ? std::stod(arguments[2]) : 10;
  const std::string stdlib = SBX_SOURCE_DIR "/stdlib";
  std::ifstream file(arguments[1]);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const gateway::PolicySettings settings{.path = arguments[1], .watch = false};
  auto loader = driver::CandidateLoader::start(settings, stdlib);
  if (!loader) return 1;
  gateway::Policies policies(settings, **loader);
  const Clock::time_point start = Clock::now();
  const gateway::LoadedPolicy first = policies.load_path();
  if (!first.generation) return std::puts(first.document.c_str()), 1;
  std::printf("the first load after %.0f ms\n", ms_since(start));

  std::vector<std::string> texts, objects;
  for (int i = 0; i < 8; ++i)
    texts.push_back(text + "\nalways { rule number_" + std::to_string(i) + " { header \"x-number\" = \"" + std::to_string(i) + "\" } }\n");
  for (const std::string& one : texts) {
    const Result<Checked> checked = check_text(arguments[1], one, {.stdlib = stdlib, .analyze = false});
    if (!checked || checked->diags.has_errors()) return std::puts("the policy cannot have another rule"), 1;
    Result<std::string> object = codegen::build(lower_policy(*checked, 0));
    if (!object) return std::puts(object.error().message.c_str()), 1;
    objects.push_back(std::move(*object));
  }

  Bench bench{policies, **loader};
  std::atomic<bool> stop = false;
  std::thread load([&] {
    Request request;
    request.messages = {{Role::User, {{.text = "URGENT: please help"}}}};
    summarize(request);
    while (!stop) {
      const auto pick = policies.pick(request);
      if (!pick.generation->decide(request, {})) ++bench.failed;
      ++bench.decided;
    }
  });
  bench.load_for("objects, 20 a s", seconds, 50, objects);
  bench.load_for("objects", seconds / 2, 0, objects);
  bench.load_for("new texts", seconds, 0, texts);
  bench.load_for("known texts", seconds / 2, 0, {texts[0], texts[1]});
  bench.load_for("the same text", seconds / 2, 0, {texts[0]});
  bench.load_for("with a comment", seconds / 2, 0,
                 {"// one\n" + texts[0], "// one\n// two\n" + texts[0], "// one\n// two\n// three\n" + texts[0]});
  stop = true;
  load.join();
  std::printf("%llu failed\n", static_cast<unsigned long long>(bench.failed.load()));
  return bench.failed == 0 ? 0 : 1;
}
