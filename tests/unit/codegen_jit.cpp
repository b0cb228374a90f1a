// SPDX-License-Identifier: Apache-2.0
// tests: R0750 R0751. Native code in this process: both tiers, replacement while it serves, memory after many policies.
#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "compiler/codegen/jit.h"
#include "tests/unit/codegen_rig.h"

using namespace sbx;
using namespace sbx::codegen;
using namespace sbx::test;

namespace {

std::unique_ptr<Program> compiled(Module module, JitOptions options) {
  Result<std::unique_ptr<Program>> program = jit(std::move(module), options);
  REQUIRE(program.ok());
  return std::move(*program);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
constexpr bool kSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool kSanitized = false;
#endif

long resident_kilobytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  long total = 0;
  long resident = 0;
  if (file == nullptr || std::fscanf(file, "%ld %ld", &total, &resident) != 2) resident = 0;
  if (file != nullptr) std::fclose(file);
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

}  // namespace

TEST_CASE("every lookup finds the winner, in both tiers") {
  for (const uint32_t size : {1U, 5U, 60U, 70U, 400U, 600U, 1300U}) {
    for (const bool optimized : {false, true}) {
      const auto program = compiled(ladder(size), {.only_unoptimized = !optimized, .wait_for_optimized = optimized});
      CHECK(program->matcher->name() == (optimized ? "native" : "unoptimized"));
      for (uint32_t i = 0; i < size; ++i) {
        REQUIRE(winner_of(*program, {int64_t{i} * 10}) == i);
        REQUIRE(winner_of(*program, {int64_t{i} * 10 + 9}) == i);
      }
      CHECK(winner_of(*program, {int64_t{size} * 10}) == SBX_NO_ROUTE);
    }
  }
}

TEST_CASE("a policy without routes decides nothing") {
  Module module;
  module.manifest.name = "empty";
  ir::GraphBuilder graph(module);
  graph.set_routes({});
  const auto program = compiled(std::move(module), {.wait_for_optimized = true});
  CHECK(winner_of(*program, {}) == SBX_NO_ROUTE);
}

TEST_CASE("better code replaces the first while decisions are made") {
  const auto program = compiled(ladder(200), {});
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      for (int64_t i = 0; !done; i = (i + 1) % 200) wrong += winner_of(*program, {i * 10}) != i;
    });
  }
  CHECK(wait_for_optimized(*program, std::chrono::minutes(2)));
  done = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(program->matcher->name() == "native");
  const CodeFacts known = facts(*program);
  CHECK(known.first_native_ms > 0);
  CHECK(known.optimized_ms > known.first_native_ms);
  CHECK(known.code_bytes > known.table_bytes);
}

TEST_CASE("a program that goes takes its background work with it") {
  for (int i = 0; i < 20; ++i) compiled(ladder(300), {}).reset();
  const auto last = compiled(ladder(3), {});
  CHECK(wait_for_optimized(*last, std::chrono::minutes(2)));
}

// 300 policies in everyday runs, 10,000 in `tests/run --full`.
TEST_CASE("loading and unloading policies leaves memory flat") {
  const int count = std::getenv("SBX_FULL") != nullptr ? 10'000 : 300;
  const auto load = [](int i) {
    const auto program = compiled(ladder(50), {.only_unoptimized = i % 10 != 0, .wait_for_optimized = i % 10 == 0});
    REQUIRE(winner_of(*program, {105}) == 10);
  };
  for (int i = 0; i < 100; ++i) load(i);
  const long before = resident_kilobytes();
  for (int i = 0; i < count; ++i) load(i);
  if (kSanitized) return;  // a sanitizer keeps what is freed
  CHECK(resident_kilobytes() - before < 4096 + count / 4);
}
