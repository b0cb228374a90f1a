// SPDX-License-Identifier: Apache-2.0
// The standard library as an editor shows it: what it declares, and where.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <unordered_map>

#include "compiler/sema/catalog.h"
#include "runtime/base/result.h"
#include "runtime/source/source.h"

namespace sbx::lsp {

struct Library {
  std::string folder;
  sema::Catalog catalog;
  SourceSet sources;
  std::unordered_map<std::string, Span> places;             // `signal keywords` → its name in a file of `sources`
  std::unordered_map<std::string, std::string> signatures;  // `signal keywords` → `keywords(any: [text] = [], …): bool`
  std::set<std::string> modules;

  /// Where `declaration` stands; an invalid span if that is not known.
  [[nodiscard]] Span place(const sema::Extern& declaration) const;
};

/// Reads stdlib/ once. R0701.
[[nodiscard]] Result<std::unique_ptr<Library>> load_library(const std::string& folder);

}  // namespace sbx::lsp
