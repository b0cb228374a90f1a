// SPDX-License-Identifier: Apache-2.0
// Which request is answered by what.
#include <map>

#include "compiler/lsp/server.h"
#include "compiler/lsp/uri.h"

namespace sbx::lsp {
namespace {

using Answer = Json (*)(const Asked& asked, const Json& params);

const std::map<std::string, Answer>& answers() {
  static const std::map<std::string, Answer> list{
      {"textDocument/hover", hover},
      {"textDocument/completion", complete},
      {"textDocument/definition", find_definition},
      {"textDocument/references", find_references},
      {"textDocument/documentHighlight", highlight},
      {"textDocument/prepareRename", prepare_rename},
      {"textDocument/rename", rename},
      {"textDocument/documentSymbol", list_symbols},
      {"textDocument/semanticTokens/full", paint_tokens},
      {"textDocument/formatting", format_document},
      {"textDocument/codeAction", list_code_actions},
      {"textDocument/codeLens", list_code_lenses},
      {"textDocument/foldingRange", list_folds},
      {"textDocument/inlayHint", list_inlay_hints},
  };
  return list;
}

/// The first of the client's encodings that we know; UTF-16 where it names none.
Encoding agreed_encoding(const Json& capabilities) {
  const Json wanted = capabilities.value("/general/positionEncodings"_json_pointer, Json::array());
  for (const Json& one : wanted) {
    if (one == "utf-8") return Encoding::Utf8;
    if (one == "utf-16") return Encoding::Utf16;
  }
  return Encoding::Utf16;
}

std::vector<std::string> folders_of(const Json& params) {
  std::vector<std::string> folders;
  const Json list = params.value("workspaceFolders", Json());
  for (const Json& folder : list.is_array() ? list : Json::array()) folders.push_back(path_of(folder.at("uri").get<std::string>()));
  const Json root = params.value("rootUri", Json());
  if (folders.empty() && root.is_string()) folders.push_back(path_of(root.get<std::string>()));
  return folders;
}

Json capabilities(Encoding encoding) {
  Json can;
  can["positionEncoding"] = encoding == Encoding::Utf8 ? "utf-8" : "utf-16";
  can["textDocumentSync"] = {{"openClose", true}, {"change", 2}};
  can["hoverProvider"] = true;
  can["completionProvider"] = {{"triggerCharacters", {".", "[", "(", ":"}}};
  can["definitionProvider"] = true;
  can["referencesProvider"] = true;
  can["documentHighlightProvider"] = true;
  can["documentSymbolProvider"] = true;
  can["codeActionProvider"] = {{"codeActionKinds", {"quickfix"}}};
  can["codeLensProvider"] = Json::object();
  can["documentFormattingProvider"] = true;
  can["renameProvider"] = {{"prepareProvider", true}};
  can["foldingRangeProvider"] = true;
  can["inlayHintProvider"] = true;
  can["executeCommandProvider"] = {{"commands", {kRunTest, kShowWitness}}};
  can["semanticTokensProvider"] = {{"legend", token_legend()}, {"full", true}};
  can["workspace"] = {{"workspaceFolders", {{"supported", true}, {"changeNotifications", true}}}};
  return can;
}

bool lists(const Json& json, const char* pointer, const char* word) {
  const Json list = json.value(Json::json_pointer(pointer), Json::array());
  return list.is_array() && std::ranges::find(list, Json(word)) != list.end();
}

}  // namespace

Json Server::initialize(const Json& params) {
  if (!params.is_object()) throw Refusal(ErrorCode::InvalidParams, "`initialize` has parameters");
  const Json can = params.value("capabilities", Json::object());
  const Encoding encoding = agreed_encoding(can);
  workspace_.documents().set_encoding(encoding);
  folders_ = folders_of(params);
  workspace_.set_folders(folders_);
  client_.knows_snippets = can.value("/textDocument/completion/completionItem/snippetSupport"_json_pointer, false);
  client_.watches_files = can.value("/workspace/didChangeWatchedFiles/dynamicRegistration"_json_pointer, false);
  refreshes_lenses_ = can.value("/workspace/codeLens/refreshSupport"_json_pointer, false);
  client_.reads_markdown = lists(can, "/textDocument/hover/contentFormat", "markdown");
  phase_ = Phase::Running;
  return {{"capabilities", capabilities(encoding)}, {"serverInfo", {{"name", "signalbox"}, {"version", settings_.version}}}};
}

Json Server::answer(const std::string& method, const Json& params) {
  if (phase_ == Phase::ShutDown) throw Refusal(ErrorCode::InvalidRequest, "the server is shut down");
  if (method == "initialize") {
    if (phase_ != Phase::New) throw Refusal(ErrorCode::InvalidRequest, "`initialize` came twice");
    return initialize(params);
  }
  if (phase_ == Phase::New) throw Refusal(ErrorCode::ServerNotInitialized, "`initialize` comes first");
  if (method == "shutdown") {
    phase_ = Phase::ShutDown;
    shut_down_ = true;
    return nullptr;
  }
  if (method == "workspace/executeCommand") return execute(params);
  auto found = answers().find(method);
  if (found == answers().end()) throw Refusal(ErrorCode::MethodNotFound, "no method `" + method + "`");
  const Snapshot& snapshot = workspace_.snapshot(params.at("textDocument").at("uri").get<std::string>());
  const Asked asked{snapshot, client_, [this](const std::string& word, const auto& see) { workspace_.each(word, see); }};
  return found->second(asked, params);
}

Json Server::execute(const Json& params) {
  const std::string name = params.at("command").get<std::string>();
  if (name != kRunTest && name != kShowWitness) throw Refusal(ErrorCode::InvalidParams, "no command `" + name + "`");
  const Json& arguments = params.at("arguments");
  const Snapshot& snapshot = workspace_.snapshot(arguments.at(0).get<std::string>());
  return name == kRunTest ? run_test_command(snapshot, arguments) : show_witness_command(snapshot, arguments);
}

}  // namespace sbx::lsp
