// SPDX-License-Identifier: Apache-2.0
#include "compiler/sema/catalog.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "compiler/sema/constant.h"
#include "compiler/syntax/parse.h"
#include "runtime/diag/diagnostic.h"

namespace sbx::sema {
namespace {

Extern extern_of(const ast::ExternDecl& from, const std::string& prefix) {
  Extern result{
      .kind = from.kind.text, .name = prefix + from.name.text(), .has_parameters = from.has_parameters, .type = from.type, .doc = from.doc};
  for (const ast::ExternParameter& parameter : from.parameters) {
    result.parameters.push_back({parameter.name.text, parameter.type, {}});
    if (parameter.initial) result.parameters.back().initial = plain_constant(*parameter.initial);
  }
  for (const ast::Field& field : from.attributes) {
    if (field.value) result.attributes.emplace_back(std::string(field.name()), plain_constant(**field.value).value_or(Constant{}));
  }
  return result;
}

void add_declarations(Catalog& catalog, const std::vector<ast::Decl>& decls, const std::string& prefix, const std::string& path) {
  for (const ast::Decl& decl : decls) {
    if (const auto* one = std::get_if<ast::ExternDecl>(&decl.node)) catalog.add(extern_of(*one, prefix));
    if (const auto* module = std::get_if<ast::ModuleDecl>(&decl.node)) {
      catalog.add_module(module->name.text(), path);
      add_declarations(catalog, module->body, module->name.parts.empty() ? "" : module->name.parts.back().text + ".", path);
    }
  }
}

}  // namespace

const Constant* Extern::attribute(std::string_view name) const {
  for (const auto& [key, value] : attributes) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string Extern::word(std::string_view name) const {
  const Constant* value = attribute(name);
  const auto* text = value ? std::get_if<std::string>(&value->value) : nullptr;
  return text ? *text : std::string();
}

std::vector<std::string> Extern::words(std::string_view name) const {
  const Constant* value = attribute(name);
  const auto* list = value ? std::get_if<ConstantList>(&value->value) : nullptr;
  if (!list) return value ? std::vector{word(name)} : std::vector<std::string>();
  std::vector<std::string> words;
  for (const Constant& one : *list) {
    if (const auto* text = std::get_if<std::string>(&one.value)) words.push_back(*text);
  }
  return words;
}

bool Extern::flag(std::string_view name) const {
  const Constant* value = attribute(name);
  const bool* set = value ? std::get_if<bool>(&value->value) : nullptr;
  return set && *set;
}

CostClass Extern::cost() const {
  std::string written = word("cost");
  for (CostClass cost : {CostClass::Free, CostClass::Fast, CostClass::Model, CostClass::Remote}) {
    if (to_string(cost) == written) return cost;
  }
  return CostClass::Free;
}

Range Extern::range(const Type& type) const {
  Range range = full_range(type);
  const auto bound = [&](std::string_view name, int64_t& end) {
    const Constant* value = attribute(name);
    const auto* number = value ? std::get_if<Decimal>(&value->value) : nullptr;
    if (number) end = scaled(*number, decimal_places(type.kind), Rounding::HalfAwayFromZero).value_or(end);
  };
  bound("least", range.low);
  bound("most", range.high);
  return range;
}

const Extern* Catalog::find(std::string_view kind, std::string_view name) const {
  auto found = by_name_.find(std::string(kind) + " " + std::string(name));
  return found == by_name_.end() ? nullptr : &externs_[found->second];
}

std::vector<std::string> Catalog::names(std::string_view kind) const {
  std::vector<std::string> result;
  for (const Extern& one : externs_) {
    if (one.kind == kind) result.push_back(one.name);
  }
  return result;
}

std::optional<std::string> Catalog::module_file(const std::string& module) const {
  auto found = modules_.find(module);
  if (found == modules_.end()) return std::nullopt;
  return found->second;
}

bool Catalog::has_prefix(const std::string& prefix) const {
  return std::ranges::any_of(externs_, [&](const Extern& one) { return one.name.starts_with(prefix + "."); });
}

void Catalog::add(Extern declaration) {
  by_name_.emplace(declaration.kind + " " + declaration.name, externs_.size());
  externs_.push_back(std::move(declaration));
}

void Catalog::add_module(std::string module, std::string path) { modules_.emplace(std::move(module), std::move(path)); }

Result<Catalog> load_catalog(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code failed;
  for (std::filesystem::recursive_directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
    if (it->path().extension() == ".sbx") paths.push_back(it->path().string());
  }
  if (failed) return Error{"R0701", "cannot read the standard library in `" + folder + "`"};
  if (paths.empty()) return Error{"R0701", "`" + folder + "` is no standard library: it holds no .sbx file"};
  std::ranges::sort(paths);
  Catalog catalog;
  SourceSet sources;
  Diagnostics diags;
  for (const std::string& path : paths) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    if (!file) return Error{"R0701", "cannot read `" + path + "`"};
    ast::File tree = syntax::parse(sources, sources.add(path, text.str()), diags);
    add_declarations(catalog, tree.decls, "", path);
    // `std.safety` is stdlib/safety.sbx or stdlib/std/safety.sbx, also where the file names no module itself.
    std::string module = std::filesystem::relative(path, folder).replace_extension().generic_string();
    std::ranges::replace(module, '/', '.');
    catalog.add_module(module, path);
    if (!module.starts_with("std.")) catalog.add_module("std." + module, path);
  }
  if (catalog.externs().empty()) return Error{"R0701", "`" + folder + "` is no standard library: no file in it declares anything `extern`"};
  if (diags.has_errors()) {
    const Diagnostic& first = diags.all().front();
    return Error{"R0701", "the standard library is broken: " + sources[first.span.file].path + ": " + first.message};
  }
  return catalog;
}

}  // namespace sbx::sema
