// SPDX-License-Identifier: Apache-2.0
// What a debugger and a profiler see of native code.
#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "compiler/codegen/jit.h"
#include "tests/unit/codegen_rig.h"

using namespace sbx;
using namespace sbx::codegen;
using namespace sbx::test;

namespace {

std::string output_of(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "";
  std::string text;
  std::array<char, 4096> buffer{};
  while (const size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) text.append(buffer.data(), size);
  pclose(pipe);
  return text;
}

}  // namespace

// The case below runs this one in a debugger.
TEST_CASE("a debugged policy decides" * doctest::skip(std::getenv("SBX_DEBUGGED") == nullptr)) {
  const auto program = jit(ladder(9), {.wait_for_optimized = true});
  REQUIRE(program.ok());
  CHECK(winner_of(**program, {65}) == 6);
}

TEST_CASE("gdb stops at the line of the route that wins") {
  if (std::system("command -v gdb > /dev/null 2>&1") != 0) {
    MESSAGE("gdb is not installed");
    return;
  }
  const std::string text = output_of(
      "SBX_DEBUGGED=1 gdb -q -batch -nx -ex 'set breakpoint pending on' -ex 'set debuginfod enabled off' -ex 'break p.sbx:7' -ex run "
      "-ex backtrace --args /proc/" +
      std::to_string(getpid()) + "/exe '--test-case=a debugged policy decides' 2>&1");
  INFO(text);
  CHECK(text.find("policy:r6") != std::string::npos);
  CHECK(text.find("p.sbx:7") != std::string::npos);
}

TEST_CASE("perf finds policies and routes by name") {
  setenv("SIGNALBOX_PERF", "1", 1);
  const auto program = jit(ladder(9), {.wait_for_optimized = true});
  unsetenv("SIGNALBOX_PERF");
  REQUIRE(program.ok());
  CHECK(winner_of(**program, {65}) == 6);
  const std::string path = "/tmp/perf-" + std::to_string(getpid()) + ".map";
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  std::remove(path.c_str());
  CHECK(text.str().find(" policy:ladder\n") != std::string::npos);
  CHECK(text.str().find(" policy:r6\n") != std::string::npos);
}
