// SPDX-License-Identifier: Apache-2.0
// Commands run by a shell in a scratch folder.
#pragma once

#include <string>

namespace sbx::file_tests {

/// A folder under the system's temporary one, removed with everything in it at the end of its life.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Writes `name` (folders are made) below it.
  void write(const std::string& name, const std::string& text) const;

 private:
  std::string path_;
};

struct Finished {
  int status = 0;      // 128 + signal if a signal ended it
  std::string output;  // stdout and stderr together
};

/// Runs `command` with bash in `folder`, with no stdin; `signalbox` is the command under test.
[[nodiscard]] Finished run_shell(const std::string& command, const std::string& folder, const std::string& signalbox);

}  // namespace sbx::file_tests
