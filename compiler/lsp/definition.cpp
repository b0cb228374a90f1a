// SPDX-License-Identifier: Apache-2.0
// Where a name is declared, and where else it stands.
#include <map>

#include "compiler/lsp/answers.h"
#include "compiler/lsp/occurrences.h"
#include "compiler/lsp/uri.h"

namespace sbx::lsp {
namespace {

Json place_in_library(const Snapshot& snapshot, const sema::Extern& declaration) {
  const SourceSet& sources = snapshot.library.sources;
  const Span span = snapshot.library.place(declaration);
  if (!span.valid()) return nullptr;
  const Lines lines(sources[span.file].text, snapshot.encoding);
  return {{"uri", uri_of(sources[span.file].path)}, {"range", lines.range(span.begin, span.end)}};
}

const NameUse* name_asked_for(const Asked& asked, const Json& params) { return asked.snapshot.name_at(asked.snapshot.byte(params)); }

}  // namespace

Json find_definition(const Asked& asked, const Json& params) {
  const NameUse* name = name_asked_for(asked, params);
  if (!name) return nullptr;
  if (name->unit) return asked.snapshot.location(name->unit->span);
  if (name->declared) return asked.snapshot.location(name->declared->span);
  return name->built_in ? place_in_library(asked.snapshot, *name->built_in) : Json(nullptr);
}

Json find_references(const Asked& asked, const Json& params) {
  const NameUse* name = name_asked_for(asked, params);
  const std::optional<Target> target = name ? target_of(asked.snapshot, *name) : std::nullopt;
  if (!target) return Json::array();
  const bool with_declaration = params.value("/context/includeDeclaration"_json_pointer, true);
  std::map<std::pair<std::string, uint32_t>, Occurrence> found;
  asked.each(written(asked.snapshot, *name), [&](const Snapshot& snapshot) {
    for (Occurrence& one : occurrences(snapshot, *target)) {
      if (one.is_declaration && !with_declaration) continue;
      const std::pair key{one.path, one.begin};
      if (one.is_own || !found.contains(key)) found[key] = std::move(one);
    }
  });
  Json list = Json::array();
  for (const auto& [key, one] : found) list.push_back({{"uri", one.uri}, {"range", one.range}});
  return list;
}

Json highlight(const Asked& asked, const Json& params) {
  const NameUse* name = name_asked_for(asked, params);
  const std::optional<Target> target = name ? target_of(asked.snapshot, *name) : std::nullopt;
  Json list = Json::array();
  if (!target) return list;
  constexpr int kRead = 2, kWrite = 3;
  for (const Occurrence& one : occurrences(asked.snapshot, *target)) {
    if (one.is_own) list.push_back({{"range", one.range}, {"kind", one.is_declaration ? kWrite : kRead}});
  }
  return list;
}

}  // namespace sbx::lsp
