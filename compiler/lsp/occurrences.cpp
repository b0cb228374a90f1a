// SPDX-License-Identifier: Apache-2.0
#include "compiler/lsp/occurrences.h"

#include <map>
#include <set>

namespace sbx::lsp {
namespace {

Target at(const Snapshot& snapshot, NameKind kind, Span span) { return {kind, snapshot.canonical(span.file), span.begin, span.end, ""}; }

bool means(const NameUse& name, const Target& target, const std::set<FileId>& files) {
  if (name.kind != target.kind) return false;
  if (name.kind == NameKind::BuiltIn) return name.built_in->kind + " " + name.built_in->name == target.built_in;
  const Span span = name.kind == NameKind::Unit ? name.unit->span : name.declared->span;
  return span.begin == target.begin && span.end == target.end && files.contains(span.file);
}

}  // namespace

std::optional<Target> target_of(const Snapshot& snapshot, const NameUse& name) {
  switch (name.kind) {
    case NameKind::Declared:
      return at(snapshot, name.kind, name.declared->span);
    case NameKind::Unit:
      return at(snapshot, name.kind, name.unit->span);
    case NameKind::BuiltIn:
      return Target{name.kind, "", 0, 0, name.built_in->kind + " " + name.built_in->name};
    case NameKind::Label:
    case NameKind::Field:
      return std::nullopt;
  }
  return std::nullopt;
}

std::vector<Occurrence> occurrences(const Snapshot& snapshot, const Target& target) {
  std::map<FileId, std::string> paths;
  std::set<FileId> files;
  for (const ast::File& one : snapshot.checked.files) {
    const std::string path = snapshot.canonical(one.source);
    if (path == target.path) files.insert(one.source);
    paths.emplace(one.source, path);
  }
  std::vector<Occurrence> found;
  for (const NameUse& name : snapshot.names()) {
    if (!means(name, target, files)) continue;
    const Span span = name.span;
    const Json place = snapshot.location(span);
    found.push_back(
        {paths[span.file], span.begin, span.end, place["uri"], place["range"], name.is_declaration, span.file == snapshot.file});
  }
  return found;
}

std::string written(const Snapshot& snapshot, const NameUse& name) {
  if (name.kind == NameKind::BuiltIn) return name.built_in->name.substr(name.built_in->name.rfind('.') + 1);
  return std::string(snapshot.checked.sources.text(name.span));
}

}  // namespace sbx::lsp
