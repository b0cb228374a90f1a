// SPDX-License-Identifier: Apache-2.0
// One version of a document as the compiler sees it: what requests are answered from. Immutable once made.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/lsp/documents.h"
#include "compiler/lsp/names.h"
#include "compiler/lsp/positions.h"

namespace sbx::lsp {

/// Does not move: its parts point at each other.
class Snapshot {
 public:
  /// Takes a check of `document`, whose text is the first file. `library` must outlive it.
  Snapshot(const Document& document, Checked checked, const Library& library);
  Snapshot(const Snapshot&) = delete;

  std::string uri;
  std::string path;
  int64_t version = 0;
  Encoding encoding;
  const Library& library;
  Checked checked;
  FileId file;
  Lines lines;

  [[nodiscard]] const std::string& text() const { return checked.sources[file].text; }
  [[nodiscard]] const sema::World& world() const { return *world_; }
  [[nodiscard]] const std::vector<NameUse>& names() const { return names_; }
  [[nodiscard]] const ResolvedAt& resolved() const { return resolved_; }
  /// The byte that `position` of a request's parameters says.
  [[nodiscard]] uint32_t byte(const Json& params) const;
  /// A range of the document; empty at its start for a span elsewhere.
  [[nodiscard]] Json range(Span span) const;
  /// `{uri, range}` of a span in any file of the run.
  [[nodiscard]] Json location(Span span) const;
  /// The name at a byte of the document, also just behind it.
  [[nodiscard]] const NameUse* name_at(uint32_t byte) const;
  /// The policy, module or file whose declarations are seen at `byte`.
  [[nodiscard]] const sema::Unit& unit_at(uint32_t byte) const;
  /// A policy or module with all that is in it.
  [[nodiscard]] Span whole_of(const sema::Unit& unit) const;
  /// The value a declared name became in some policy.
  [[nodiscard]] const sema::Symbol* symbol(const sema::Declared& declared, const sema::Policy** policy = nullptr) const;
  /// The diagnostics whose place holds `byte`.
  [[nodiscard]] std::vector<const Diagnostic*> findings_at(uint32_t byte) const;
  /// The file of a span as a URI: the document's own, or of its path.
  [[nodiscard]] std::string uri_of_file(FileId file) const;
  /// The canonical path of a file of the run.
  [[nodiscard]] std::string canonical(FileId file) const;

 private:
  Diagnostics scratch_;
  std::unique_ptr<sema::World> world_;
  ResolvedAt resolved_;
  std::vector<NameUse> names_;
};

/// Checks `document`, with `texts` in place of files. Refusal (RequestFailed) if the standard library cannot be read.
[[nodiscard]] std::shared_ptr<const Snapshot> take_snapshot(const Document& document, const std::map<std::string, std::string>& texts,
                                                            const Library& library, bool analyze);

}  // namespace sbx::lsp
