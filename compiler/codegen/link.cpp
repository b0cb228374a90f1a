// SPDX-License-Identifier: Apache-2.0
#include "compiler/codegen/link.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern char** environ;

namespace sbx::codegen {

namespace {

// The exit status; -1 if the program cannot be started or was killed.
int run(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) return -1;
  int state = 0;
  while (waitpid(child, &state, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(state) ? WEXITSTATUS(state) : -1;
}

bool on_path(const std::string& name) {
  if (name.find('/') != std::string::npos) return access(name.c_str(), X_OK) == 0;
  const char* path = std::getenv("PATH");
  std::string rest = path != nullptr ? path : "/usr/bin:/bin";
  for (size_t at = 0; at <= rest.size();) {
    const size_t end = std::min(rest.find(':', at), rest.size());
    if (access((rest.substr(at, end - at) + "/" + name).c_str(), X_OK) == 0) return true;
    at = end + 1;
  }
  return false;
}

// Our code calls nothing, so no library is linked, and the linker alone does what a compiler would ask of it, in a third of the time; `$CC`
// says who else. Without a build id and in a fixed place the bytes depend on the object alone.
std::vector<std::vector<std::string>> commands(const std::string& output, const std::string& input) {
  std::vector<std::vector<std::string>> all{
      {"ld", "-shared", "--build-id=none", "-soname", "policy.so", "-z", "noexecstack", "-o", output, input}};
  std::vector<std::string> compilers{"cc", "gcc", "clang", "clang-19"};
  for (const std::string& compiler : compilers) {
    all.push_back(
        {compiler, "-shared", "-nostdlib", "-Wl,--build-id=none", "-Wl,-soname,policy.so", "-Wl,-z,noexecstack", "-o", output, input});
  }
  const char* chosen = std::getenv("CC");
  if (chosen == nullptr || *chosen == '\0') return all;
  all.insert(all.begin(), all[1]);
  all.front().front() = chosen;
  return all;
}

Result<std::string> link_in(const std::filesystem::path& folder, const std::string& object) {
  const std::string input = folder / "policy.o";
  const std::string output = folder / "policy.so";
  if (!std::ofstream(input, std::ios::binary).write(object.data(), static_cast<std::streamsize>(object.size()))) {
    return Error{"R0752", "cannot write " + input};
  }
  for (const std::vector<std::string>& command : commands(output, input)) {
    if (!on_path(command.front())) continue;
    if (run(command) != 0) return Error{"R0752", "`" + command.front() + "` could not link the policy"};
    std::ifstream file(output, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  return Error{"R0752", "a shared object needs a linker: install gcc, clang or binutils, or use `--emit object`"};
}

}  // namespace

Result<std::string> link_shared(const std::string& object) {
  std::error_code error;
  std::string folder = (std::filesystem::temp_directory_path(error) / "signalbox-link.XXXXXX").string();
  if (error || mkdtemp(folder.data()) == nullptr) return Error{"R0752", "cannot make a temporary folder"};
  Result<std::string> result = link_in(folder, object);
  std::filesystem::remove_all(folder, error);
  return result;
}

}  // namespace sbx::codegen
