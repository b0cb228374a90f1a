// SPDX-License-Identifier: Apache-2.0
// The one place that starts a compiler.
#include "compiler/driver/bench_baseline.h"

#include <dlfcn.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "compiler/driver/files.h"

extern char** environ;

namespace sbx::driver {
namespace {

/// The exit status, or -1 if the program cannot be started.
int run_program(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) return -1;
  int state = 0;
  while (waitpid(child, &state, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(state) ? WEXITSTATUS(state) : -1;
}

}  // namespace

CppBaseline::~CppBaseline() { dlclose(library_); }

Result<std::unique_ptr<CppBaseline>> compile_baseline(const std::string& source) {
  std::string folder = (std::filesystem::temp_directory_path() / "signalbox-bench.XXXXXX").string();
  if (!mkdtemp(folder.data())) return Error{"R0702", "cannot make a temporary folder"};
  auto done = [&](Result<std::unique_ptr<CppBaseline>> result) {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    return result;
  };
  std::string input = folder + "/baseline.cpp", output = folder + "/baseline.so";
  if (Result<bool> written = write_file(input, source); !written) return done(written.error());

  const char* chosen = std::getenv("CXX");
  int status = -1;
  for (const std::string& compiler : {std::string(chosen && *chosen ? chosen : "c++"), std::string("g++"), std::string("clang++")}) {
    status = run_program({compiler, "-std=c++20", "-O2", "-w", "-shared", "-fPIC", "-o", output, input});
    if (status == 0) break;
  }
  if (status != 0) return done(Error{"R0706", "the baseline needs a C++ compiler on PATH that works (c++, g++ or clang++)"});
  void* library = dlopen(output.c_str(), RTLD_NOW | RTLD_LOCAL);
  void* symbol = library ? dlsym(library, "decide") : nullptr;
  if (!symbol) return done(Error{"R0706", "the compiled baseline cannot be loaded"});
  return done(std::make_unique<CppBaseline>(library, reinterpret_cast<CppBaseline::Decide>(symbol)));
}

}  // namespace sbx::driver
