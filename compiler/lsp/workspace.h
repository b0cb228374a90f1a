// SPDX-License-Identifier: Apache-2.0
// The open documents and what the compiler made of them, checked when somebody asks.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/lsp/analyst.h"
#include "compiler/lsp/snapshot.h"

namespace sbx::lsp {

class Workspace {
 public:
  Workspace(std::shared_ptr<const Library> library, std::shared_ptr<Inbox> inbox);

  Documents& documents() { return documents_; }
  [[nodiscard]] const Library& library() const { return *library_; }
  void set_folders(std::vector<std::string> folders) { folders_ = std::move(folders); }

  /// A document was opened, edited or closed: it is to be checked anew, and so is every other one that uses its file.
  void touch(const std::string& uri);
  /// Files on disk changed.
  void touch_all();

  /// What the compiler makes of an open document now. Refusal (InvalidParams) for one that is not open.
  [[nodiscard]] const Snapshot& snapshot(const std::string& uri);
  /// One that changed since it was last asked for here; null if there is none.
  [[nodiscard]] const Snapshot* next_to_publish();

  /// Asks for the analyses that are due; returns when the next one is.
  std::optional<Clock::time_point> start_analyses();
  /// Takes a snapshot with its analysis in; null where an edit overtook it.
  [[nodiscard]] const Snapshot* take(Analyzed analyzed);

  /// Calls `see` with all documents, open or in the workspace's folders (without folders: beside the open ones), that hold `word`.
  void each(const std::string& word, const std::function<void(const Snapshot&)>& see);

 private:
  struct State {
    std::shared_ptr<const Snapshot> snapshot;  // null: to be checked
    uint64_t generation = 0;
    bool is_published = false;
    std::optional<Clock::time_point> analysis_due;
  };
  void outdate(State& state);

  std::shared_ptr<const Library> library_;
  Documents documents_;
  Analyst analyst_;
  std::vector<std::string> folders_;
  std::map<std::string, State> states_;  // by URI; of every open document
  uint64_t generation_ = 0;
};

}  // namespace sbx::lsp
