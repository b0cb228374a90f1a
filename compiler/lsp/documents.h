// SPDX-License-Identifier: Apache-2.0
// The buffers that the editor has open, kept up by its edits.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "compiler/lsp/positions.h"

namespace sbx::lsp {

struct Document {
  std::string uri;
  std::string path;
  std::string text;
  int64_t version = 0;
  Encoding encoding = Encoding::Utf16;  // of places in messages
};

/// `contentChanges` of a didChange laid into `text`, one after another. Refusal (InvalidParams) where one is no change; those before it
/// stay.
void apply_changes(const Json& changes, Encoding encoding, std::string& text);

class Documents {
 public:
  /// What the client agreed to; of documents opened from now on.
  void set_encoding(Encoding encoding) { encoding_ = encoding; }
  [[nodiscard]] Encoding encoding() const { return encoding_; }
  void open(const Json& item);
  /// Null for a document that is not open.
  Document* change(const Json& params);
  void close(const std::string& uri);
  [[nodiscard]] const Document* find(const std::string& uri) const;
  [[nodiscard]] const std::map<std::string, Document>& all() const { return documents_; }
  /// By path, for CompileOptions::texts.
  [[nodiscard]] std::map<std::string, std::string> texts() const;

 private:
  std::map<std::string, Document> documents_;  // by URI
  Encoding encoding_ = Encoding::Utf16;
};

}  // namespace sbx::lsp
