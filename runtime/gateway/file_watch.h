// SPDX-License-Identifier: Apache-2.0
// Tells when files change: written in place, replaced by a rename as editors do, or reached by links that are swapped as in Kubernetes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sbx::gateway {

/// Looks at the folders with inotify and, where that says nothing (network file systems), every two seconds. A thread of its own.
class FileWatch {
 public:
  /// `on_change` is called on that thread, once for changes that follow each other closely; not again before it has returned.
  FileWatch(std::vector<std::string> files, std::function<void()> on_change);
  /// Waits for `on_change` if it is being called.
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  /// From now on these. What is new among them has not changed yet. Also from within `on_change`.
  void look_at(std::vector<std::string> files);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sbx::gateway
