// SPDX-License-Identifier: Apache-2.0
// The language server: one thread answers messages in their order, one reads them, one analyses.
#pragma once

#include <set>
#include <string>

#include "compiler/lsp/answers.h"
#include "compiler/lsp/serve.h"
#include "compiler/lsp/workspace.h"

namespace sbx::lsp {

class Server {
 public:
  Server(Settings settings, const std::shared_ptr<const Library>& library, std::shared_ptr<Inbox> inbox, WriteBytes write);
  int run();

 private:
  enum class Phase : uint8_t { New, Running, ShutDown, Over };

  // server.cpp
  void wait();
  void note_cancelled();
  void handle(Event event);
  void message(const Json& message);
  void request(const Json& id, const std::string& method, const Json& params);
  void publish(const Snapshot& snapshot);
  void send(Json message);
  void notify(const char* method, Json params);
  void take(Analyzed analyzed);

  // requests.cpp
  Json answer(const std::string& method, const Json& params);
  Json initialize(const Json& params);
  Json execute(const Json& params);

  // notifications.cpp
  void notification(const std::string& method, const Json& params);
  void initialized();
  void close(const Json& params);
  void change_folders(const Json& event);

  Settings settings_;
  std::shared_ptr<Inbox> inbox_;
  WriteBytes write_;
  Workspace workspace_;
  Client client_;
  Phase phase_ = Phase::New;
  bool shut_down_ = false;
  bool refreshes_lenses_ = false;
  uint64_t asked_ = 0;  // requests of ours
  std::deque<Event> events_;
  std::set<Json> cancelled_;  // ids
  std::vector<std::string> folders_;
};

}  // namespace sbx::lsp
