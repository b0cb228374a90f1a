// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "compiler/lsp/server.h"
#include "compiler/lsp/uri.h"

namespace sbx::lsp {

void Server::notification(const std::string& method, const Json& params) {
  if (method == "exit") {
    phase_ = Phase::Over;
    return;
  }
  if (phase_ != Phase::Running) return;
  if (method == "initialized") return initialized();
  if (method == "textDocument/didOpen") {
    const Json& item = params.at("textDocument");
    workspace_.documents().open(item);
    workspace_.touch(item.at("uri").get<std::string>());
  } else if (method == "textDocument/didChange") {
    workspace_.touch(params.at("textDocument").at("uri").get<std::string>());
    if (!workspace_.documents().change(params)) throw Refusal(ErrorCode::InvalidParams, "the document is not open");
  } else if (method == "textDocument/didClose") {
    close(params);
  } else if (method == "workspace/didChangeWatchedFiles") {
    workspace_.touch_all();
  } else if (method == "workspace/didChangeWorkspaceFolders") {
    change_folders(params.at("event"));
  }
}

// Files that a policy uses may change outside the editor.
void Server::initialized() {
  if (!client_.watches_files) return;
  const Json watch = {{"id", "files"},
                      {"method", "workspace/didChangeWatchedFiles"},
                      {"registerOptions", {{"watchers", Json::array({{{"globPattern", "**/*.{sbx,csv}"}}})}}}};
  send({{"id", "watch"}, {"method", "client/registerCapability"}, {"params", {{"registrations", Json::array({watch})}}}});
}

void Server::close(const Json& params) {
  const std::string uri = params.at("textDocument").at("uri").get<std::string>();
  if (!workspace_.documents().find(uri)) throw Refusal(ErrorCode::InvalidParams, "the document is not open");
  workspace_.documents().close(uri);
  workspace_.touch(uri);
  notify("textDocument/publishDiagnostics", {{"uri", uri}, {"diagnostics", Json::array()}});
}

void Server::change_folders(const Json& event) {
  for (const Json& folder : event.at("removed")) std::erase(folders_, path_of(folder.at("uri").get<std::string>()));
  for (const Json& folder : event.at("added")) folders_.push_back(path_of(folder.at("uri").get<std::string>()));
  workspace_.set_folders(folders_);
}

}  // namespace sbx::lsp
