// SPDX-License-Identifier: Apache-2.0
#include "compiler/lsp/describe.h"

#include <algorithm>
#include <set>

#include "compiler/sema/check.h"
#include "compiler/sema/types.h"

namespace sbx::lsp {
namespace {

constexpr size_t kMostLines = 12;

std::string code(const std::string& text) { return "```sbx\n" + text + "\n```\n"; }

std::string in_backticks(std::string_view text) { return "`" + std::string(text) + "`"; }

/// The first lines of a text, without its white space at the end.
std::string first_lines(std::string_view text) {
  size_t end = 0;
  for (size_t line = 0; line < kMostLines && end < text.size(); ++line) end = std::min(text.find('\n', end), text.size() - 1) + 1;
  std::string result(text.substr(0, end));
  while (!result.empty() && (result.back() == '\n' || result.back() == '\r' || result.back() == ' ')) result.pop_back();
  return end < text.size() ? result + "\n…" : result;
}

/// The comment that stands right above a byte, its slashes taken off.
std::string comment_above(const std::string& text, size_t byte) {
  std::vector<std::string> lines;
  size_t start = byte == 0 ? std::string::npos : text.rfind('\n', byte - 1);
  while (start != std::string::npos && start > 0) {
    const size_t before = text.rfind('\n', start - 1);
    const size_t begin = before == std::string::npos ? 0 : before + 1;
    std::string_view line = std::string_view(text).substr(begin, start - begin);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.starts_with("//")) break;
    line.remove_prefix(std::min(line.find_first_not_of("/ \t"), line.size()));
    lines.emplace_back(line);
    start = before;
  }
  std::string result;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) result += *line + "\n";
  return result;
}

/// The declaration itself, where a tier or block holds it.
const ast::Decl& innermost(const ast::Decl& decl, Span name) {
  const auto* tier = std::get_if<ast::TierDecl>(&decl.node);
  const auto* block = std::get_if<ast::BlockDecl>(&decl.node);
  const auto* always = std::get_if<ast::AlwaysDecl>(&decl.node);
  const std::vector<ast::Decl>* inside = tier ? &tier->entries : block ? &block->entries : always ? &always->rules : nullptr;
  if (!inside) return decl;
  for (const ast::Decl& one : *inside) {
    if (one.span.begin <= name.begin && name.end <= one.span.end) return innermost(one, name);
  }
  return decl;
}

std::string describe_value(const Snapshot& snapshot, const sema::Declared& declared) {
  const sema::Policy* policy = nullptr;
  const sema::Symbol* symbol = snapshot.symbol(declared, &policy);
  if (!symbol) return "";
  std::string text =
      "type " + in_backticks(to_string(symbol->type)) + " · cost class " + in_backticks(to_string(cost_of(*policy, *symbol)));
  if (symbol->value) return text + " · computed\n";
  text += " · read by " + in_backticks(symbol->kind) + "\n";
  const sema::Extern* kind = snapshot.library.catalog.find("signal", symbol->kind);
  return kind && !kind->doc.empty() ? text + "\n" + kind->doc + "\n" : text;
}

std::string describe_declared(const Snapshot& snapshot, const NameUse& name) {
  const sema::Declared& declared = *name.declared;
  const SourceSet& sources = snapshot.checked.sources;
  if (declared.parameter >= 0)
    return code(std::string(sources.text(declared.span))) + "parameter of module " + in_backticks(declared.unit->name);
  const Span whole = innermost(*declared.decl, declared.span).span;
  std::string text = code(first_lines(sources.text(whole)));
  if (name.space == sema::Space::Value) text += describe_value(snapshot, declared);
  const std::string comment = comment_above(sources[whole.file].text, sources[whole.file].text.rfind('\n', whole.begin) + 1);
  return comment.empty() ? text : text + "\n" + comment;
}

std::string describe_unit(const Snapshot& snapshot, const sema::Unit& unit) {
  switch (unit.kind) {
    case sema::Unit::Kind::File:
      return "file " + in_backticks(unit.name);
    case sema::Unit::Kind::Module:
      return code("module " + unit.name) + in_backticks(snapshot.checked.sources[unit.file].path);
    case sema::Unit::Kind::Policy:
      return code("policy " + unit.name);
  }
  return "";
}

std::string describe_label(const Snapshot& snapshot, const NameUse& name) {
  const std::string word(snapshot.checked.sources.text(name.span));
  auto found = snapshot.resolved().find(name.span);
  if (found != snapshot.resolved().end() && !found->second.expr->type.members.empty())
    return in_backticks(word) + ", one of " + in_backticks(to_string(found->second.expr->type));
  const sema::Symbol* symbol = name.declared ? snapshot.symbol(*name.declared) : nullptr;
  return symbol ? in_backticks(word) + ", one of " + in_backticks(to_string(symbol->type)) : "label " + in_backticks(word);
}

}  // namespace

CostClass cost_of(const sema::Policy& policy, const sema::Symbol& symbol) {
  CostClass most = symbol.value ? CostClass::Free : symbol.cost;
  std::set<uint32_t> seen;
  std::vector<const sema::Expr*> open;
  if (symbol.value) open.push_back(&*symbol.value);
  while (!open.empty()) {
    const sema::Expr* next = open.back();
    open.pop_back();
    for (const sema::Expr* child : sema::children(*next)) open.push_back(child);
    const auto* ref = std::get_if<sema::SignalRef>(&next->node);
    if (!ref || !seen.insert(ref->symbol.index).second) continue;
    const sema::Symbol& other = policy.symbols[ref->symbol];
    if (other.value)
      open.push_back(&*other.value);
    else
      most = std::max(most, other.cost);
  }
  return most;
}

std::string signature(const Library& library, const sema::Extern& built_in) {
  auto found = library.signatures.find(built_in.kind + " " + built_in.name);
  return found == library.signatures.end() ? built_in.name : found->second;
}

std::string describe(const Snapshot& snapshot, const NameUse& name) {
  switch (name.kind) {
    case NameKind::Declared:
      return describe_declared(snapshot, name);
    case NameKind::Unit:
      return describe_unit(snapshot, *name.unit);
    case NameKind::BuiltIn: {
      const sema::Extern& one = *name.built_in;
      const bool is_read = one.kind == "signal" || one.kind == "input";
      return code(one.kind + " " + signature(snapshot.library, one)) +
             (is_read ? "cost class " + in_backticks(to_string(one.cost())) + "\n" : "") + "\n" + one.doc + "\n";
    }
    case NameKind::Label:
      return describe_label(snapshot, name);
    case NameKind::Field:
      return "";
  }
  return "";
}

}  // namespace sbx::lsp
