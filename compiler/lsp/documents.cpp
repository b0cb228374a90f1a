// SPDX-License-Identifier: Apache-2.0
#include "compiler/lsp/documents.h"

#include <algorithm>

#include "compiler/lsp/uri.h"

namespace sbx::lsp {
namespace {

const std::string& text_in(const Json& json, const char* name) {
  auto found = json.is_object() ? json.find(name) : json.end();
  if (found == json.end() || !found->is_string()) throw Refusal(ErrorCode::InvalidParams, "`" + std::string(name) + "` is a text");
  return found->get_ref<const std::string&>();
}

int64_t version_in(const Json& json) {
  auto found = json.is_object() ? json.find("version") : json.end();
  return found != json.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
}

}  // namespace

void apply_changes(const Json& changes, Encoding encoding, std::string& text) {
  if (!changes.is_array()) throw Refusal(ErrorCode::InvalidParams, "`contentChanges` is a list");
  for (const Json& change : changes) {
    const std::string& replacement = text_in(change, "text");
    auto range = change.find("range");
    if (range == change.end() || range->is_null()) {
      text = replacement;
      continue;
    }
    if (!range->is_object() || !range->contains("start") || !range->contains("end"))
      throw Refusal(ErrorCode::InvalidParams, "a range has `start` and `end`");
    const Lines lines(text, encoding);
    const auto [begin, end] = std::minmax({lines.byte(position_in((*range)["start"])), lines.byte(position_in((*range)["end"]))});
    text.replace(begin, end - begin, replacement);
  }
}

void Documents::open(const Json& item) {
  const std::string& uri = text_in(item, "uri");
  documents_[uri] = {uri, path_of(uri), text_in(item, "text"), version_in(item), encoding_};
}

Document* Documents::change(const Json& params) {
  const Json& id = params.at("textDocument");
  auto found = documents_.find(text_in(id, "uri"));
  if (found == documents_.end()) return nullptr;
  Document& document = found->second;
  document.version = version_in(id);
  apply_changes(params.at("contentChanges"), document.encoding, document.text);
  return &document;
}

void Documents::close(const std::string& uri) { documents_.erase(uri); }

const Document* Documents::find(const std::string& uri) const {
  auto found = documents_.find(uri);
  return found == documents_.end() ? nullptr : &found->second;
}

std::map<std::string, std::string> Documents::texts() const {
  std::map<std::string, std::string> texts;
  for (const auto& [uri, document] : documents_) texts.emplace(document.path, document.text);
  return texts;
}

}  // namespace sbx::lsp
