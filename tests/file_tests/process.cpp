// SPDX-License-Identifier: Apache-2.0
#include "tests/file_tests/process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "runtime/base/check.h"

namespace sbx::file_tests {
namespace fs = std::filesystem;

ScratchFolder::ScratchFolder() {
  std::string pattern = (fs::temp_directory_path() / "signalbox-test.XXXXXX").string();
  SBX_CHECK(mkdtemp(pattern.data()) != nullptr, "a scratch folder can be made");
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void ScratchFolder::write(const std::string& name, const std::string& text) const {
  fs::path path = fs::path(path_) / name;
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

Finished run_shell(const std::string& command, const std::string& folder, const std::string& signalbox) {
  int pipe_ends[2];
  SBX_CHECK(pipe(pipe_ends) == 0, "a pipe can be made");
  pid_t child = fork();
  SBX_CHECK(child >= 0, "a process can be started");
  if (child == 0) {
    std::string path = fs::path(signalbox).parent_path().string() + ":" + (std::getenv("PATH") ? std::getenv("PATH") : "/usr/bin:/bin");
    setenv("PATH", path.c_str(), 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("NO_COLOR");
    dup2(pipe_ends[1], STDOUT_FILENO);
    dup2(pipe_ends[1], STDERR_FILENO);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    if (!std::freopen("/dev/null", "r", stdin) || chdir(folder.c_str()) != 0) _exit(127);
    execlp("bash", "bash", "-c", command.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  close(pipe_ends[1]);
  Finished finished;
  char buffer[65536];
  for (ssize_t got; (got = read(pipe_ends[0], buffer, sizeof buffer)) > 0;) finished.output.append(buffer, static_cast<size_t>(got));
  close(pipe_ends[0]);
  int state = 0;
  waitpid(child, &state, 0);
  finished.status = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
  return finished;
}

}  // namespace sbx::file_tests
