// SPDX-License-Identifier: Apache-2.0
#include "compiler/lsp/snapshot.h"

#include <algorithm>

#include "compiler/lsp/uri.h"
#include "compiler/source_loader.h"

namespace sbx::lsp {
namespace {

constexpr std::chrono::seconds kAnalysisTime{10};  // then an author wants to hear what is settled

}  // namespace

Snapshot::Snapshot(const Document& document, Checked made, const Library& library)
    : uri(document.uri),
      path(document.path),
      version(document.version),
      encoding(document.encoding),
      library(library),
      checked(std::move(made)),
      file(checked.files.front().source),
      lines(checked.sources[file].text, encoding),
      world_(std::make_unique<sema::World>(checked.sources, checked.files, checked.roots, library.catalog, scratch_)),
      resolved_(resolved_at(checked.policies)),
      names_(collect_names(*world_, resolved_)) {}

uint32_t Snapshot::byte(const Json& params) const { return lines.byte(position_in(params.at("position"))); }

Json Snapshot::range(Span span) const { return span.file == file ? lines.range(span.begin, span.end) : lines.range(0, 0); }

std::string Snapshot::canonical(FileId of) const { return canonical_path(checked.sources[of].path); }

std::string Snapshot::uri_of_file(FileId of) const { return of == file ? uri : uri_of(checked.sources[of].path); }

Json Snapshot::location(Span span) const {
  if (span.file == file) return {{"uri", uri}, {"range", range(span)}};
  return {{"uri", uri_of_file(span.file)}, {"range", Lines(checked.sources[span.file].text, encoding).range(span.begin, span.end)}};
}

const NameUse* Snapshot::name_at(uint32_t byte) const {
  const NameUse* best = nullptr;
  auto from = std::ranges::lower_bound(names_, Span{file, 0, 0}, {}, &NameUse::span);
  for (; from != names_.end() && from->span.file == file && from->span.begin <= byte; ++from) {
    if (byte > from->span.end) continue;
    bool nearer = !best || from->span.begin > best->span.begin || from->span.end < best->span.end;
    if (nearer) best = &*from;
  }
  return best;
}

Span Snapshot::whole_of(const sema::Unit& unit) const {
  for (const ast::Decl& decl : checked.files.front().decls) {
    const auto* policy = std::get_if<ast::PolicyDecl>(&decl.node);
    const auto* module = std::get_if<ast::ModuleDecl>(&decl.node);
    if (!(policy && policy == unit.policy) && !(module && module == unit.module)) continue;
    const bool braced = policy ? policy->braced : module->braced;
    return braced ? decl.span : Span{decl.span.file, decl.span.begin, static_cast<uint32_t>(text().size())};
  }
  return unit.span;
}

const sema::Unit& Snapshot::unit_at(uint32_t byte) const {
  const sema::Unit* result = nullptr;
  for (const auto& unit : world_->units()) {
    if (unit->file != file) continue;
    if (!result) result = unit.get();  // the file comes first
    if (unit->kind == sema::Unit::Kind::File) continue;
    const Span whole = whole_of(*unit);
    if (whole.begin <= byte && byte <= whole.end) result = unit.get();
  }
  SBX_CHECK(result, "the file of a document is a unit");
  return *result;
}

const sema::Symbol* Snapshot::symbol(const sema::Declared& declared, const sema::Policy** policy) const {
  for (const sema::Policy& one : checked.policies) {
    for (const sema::Symbol& symbol : one.symbols) {
      if (symbol.span != declared.span) continue;
      if (policy) *policy = &one;
      return &symbol;
    }
  }
  return nullptr;
}

std::vector<const Diagnostic*> Snapshot::findings_at(uint32_t byte) const {
  std::vector<const Diagnostic*> result;
  for (const Diagnostic& one : checked.diags.all()) {
    if (!one.suppressed && one.span.file == file && one.span.begin <= byte && byte <= one.span.end) result.push_back(&one);
  }
  return result;
}

std::shared_ptr<const Snapshot> take_snapshot(const Document& document, const std::map<std::string, std::string>& texts,
                                              const Library& library, bool analyze) {
  CompileOptions options{.stdlib = library.folder, .analyze = analyze, .time_budget = kAnalysisTime, .texts = texts};
  Result<Checked> checked = check_text(document.path, document.text, options);
  if (!checked) throw Refusal(ErrorCode::RequestFailed, checked.error().message);
  return std::make_shared<const Snapshot>(document, std::move(*checked), library);
}

}  // namespace sbx::lsp
