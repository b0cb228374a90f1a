// SPDX-License-Identifier: Apache-2.0
// Units of a run and how they use one another; reading what is used.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <unordered_set>

#include "compiler/sema/resolve.h"
#include "compiler/sema/scope.h"
#include "compiler/syntax/parse.h"
#include "runtime/diag/render.h"

namespace sbx::sema {
namespace {

std::string normal(const std::string& path) { return std::filesystem::path(path).lexically_normal().generic_string(); }

void collect_modules(const ast::File& file, std::unordered_set<std::string>& names) {
  for (const ast::Decl& decl : file.decls) {
    if (const auto* module = std::get_if<ast::ModuleDecl>(&decl.node)) names.insert(module->name.text());
  }
}

}  // namespace

void load_modules(SourceSet& sources, std::vector<ast::File>& files, const Catalog& catalog, Diagnostics& diags) {
  std::unordered_set<std::string> modules, seen;
  for (const ast::File& file : files) {
    seen.insert(normal(sources[file.source].path));
    collect_modules(file, modules);
  }
  auto load = [&](const std::string& name) {
    if (modules.contains(name)) return;
    std::optional<std::string> path = catalog.module_file(name);
    if (!path || !seen.insert(normal(*path)).second) return;
    std::ifstream file(*path, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(file), {});
    files.push_back(syntax::parse(sources, sources.add(*path, std::move(text)), diags));
    collect_modules(files.back(), modules);
  };
  for (size_t i = 0; i < files.size(); ++i) {
    std::vector<std::string> wanted;
    for (const UseAt& one : uses_of(files[i].decls)) {
      if (one.use->module) wanted.push_back(one.use->module->text());
    }
    for (const ast::Decl& decl : files[i].decls) {
      const auto* policy = std::get_if<ast::PolicyDecl>(&decl.node);
      if (policy && policy->under) wanted.push_back(policy->under->base.text());
    }
    for (const std::string& name : wanted) load(name);  // `files` may move
  }
}

World::World(const SourceSet& sources, const std::vector<ast::File>& files, size_t roots, const Catalog& catalog, Diagnostics& diags)
    : sources_(sources), catalog_(catalog), diags_(diags) {
  for (size_t i = 0; i < files.size(); ++i) {
    if (i >= roots) library_files_[files[i].source.index] = true;
    add_file(files[i], i < roots);
  }
  for (auto& unit : units_) link(*unit);
  for (auto& unit : units_) link_base(*unit);
  check_circles();
}

Unit& World::add_unit(Unit::Kind kind, std::string name, Span span, const Unit* parent, FileId file) {
  units_.push_back(std::make_unique<Unit>());
  Unit& unit = *units_.back();
  unit.kind = kind;
  unit.name = std::move(name);
  unit.span = span;
  unit.parent = parent;
  unit.file = file;
  return unit;
}

void World::add_file(const ast::File& file, bool compiled) {
  Unit& whole = add_unit(Unit::Kind::File, sources_[file.source].path, {file.source, 0, 0}, nullptr, file.source);
  files_[normal(whole.name)] = &whole;
  std::unordered_map<std::string, Span> policy_names;
  for (const ast::Decl& decl : file.decls) {
    if (const auto* module = std::get_if<ast::ModuleDecl>(&decl.node)) {
      Unit& unit = add_unit(Unit::Kind::Module, module->name.text(), module->name.span, &whole, file.source);
      unit.module = module;
      for (size_t i = 0; i < module->parameters.size(); ++i) {
        const ast::Name& name = module->parameters[i].name;
        declare_name(unit, Space::Value, name.text, {&decl, &unit, name.span, false, static_cast<int>(i)});
      }
      for (const ast::Decl& inner : module->body) declare(unit, inner);
      auto [entry, is_new] = modules_.emplace(unit.name, &unit);
      if (!is_new)
        diags_.report(Kind::DuplicateName, unit.span, "module `" + unit.name + "` is declared twice")
            .label(entry->second->span, "first declared here");
    } else if (const auto* policy = std::get_if<ast::PolicyDecl>(&decl.node)) {
      Unit& unit = add_unit(Unit::Kind::Policy, policy->name.text, policy->name.span, &whole, file.source);
      unit.policy = policy;
      for (const ast::Decl& inner : policy->body) declare(unit, inner);
      if (compiled) policies_.push_back(&unit);
    } else {
      declare(whole, decl);
    }
  }
}

void World::declare(Unit& unit, const ast::Decl& decl) {
  unit.decls.push_back(&decl);
  for (const NameOf& name : names_of(decl)) declare_name(unit, name.space, name.name, {&decl, &unit, name.span, decl.is_private, -1});
}

void World::declare_name(Unit& unit, Space space, const std::string& name, Declared declared) {
  auto [entry, is_new] = unit.names[static_cast<size_t>(space)].emplace(name, declared);
  if (is_new) return;
  diags_.report(Kind::DuplicateName, declared.span, "`" + name + "` is declared twice").label(entry->second.span, "first declared here");
}

void World::link(Unit& unit) {
  for (const ast::Decl* decl : unit.decls) {
    const auto* use = std::get_if<ast::Use>(&decl->node);
    if (!use) continue;
    Import import{.alias = use->alias ? use->alias->text : "", .span = decl->span};
    if (const std::string* path = file_of(*use)) {
      auto found = files_.find(path_beside(sources_[unit.file].path, *path));
      if (found != files_.end()) import.unit = found->second;  // else it could not be read, which was reported
    } else if (use->module) {
      import.module = use->module->text();
      if (!use->alias && !use->module->parts.empty()) import.alias = use->module->parts.back().text;
      auto found = modules_.find(import.module);
      if (found == modules_.end() && catalog_.module_file(import.module)) found = modules_.find(use->module->parts.back().text);
      if (found != modules_.end()) {
        import.unit = found->second;
      } else if (!catalog_.module_file(import.module) && !catalog_.has_prefix(use->module->parts.back().text)) {
        std::vector<std::string> known;
        for (const auto& [name, module] : modules_) known.push_back(name);
        std::ranges::sort(known);
        auto report = diags_.report(Kind::UnknownModule, use->module->span, "unknown module `" + import.module + "`");
        std::string near = did_you_mean(import.module, known);
        if (!near.empty()) {
          report.help("did you mean `" + near + "`?").fix("use `" + near + "`", {{use->module->span, near}});
        } else {
          report.help(
              "a module is declared in a file of this run or of the standard library; another file is used by its path: `use \"x.sbx\"`");
        }
      }
    }
    if (import.unit == &unit) import.unit = nullptr;
    unit.imports.push_back(std::move(import));
  }
}

void World::link_base(Unit& unit) {
  if (!unit.policy || !unit.policy->under) return;
  const ast::Path& path = unit.policy->under->base;
  std::string name = path.text();
  auto found = modules_.find(name);
  if (found == modules_.end()) {
    for (const Unit* from : {static_cast<const Unit*>(&unit), unit.parent}) {
      for (const Import& import : from->imports) {
        if (import.alias == name && !import.module.empty()) found = modules_.find(import.module);
      }
    }
  }
  if (found != modules_.end()) {
    unit.base = found->second;
    return;
  }
  std::vector<std::string> known;
  for (const auto& [module, where] : modules_) known.push_back(module);
  std::ranges::sort(known);
  auto report = diags_.report(Kind::UnknownModule, path.span, "unknown module `" + name + "`");
  if (std::string near = did_you_mean(name, known); !near.empty()) {
    report.help("did you mean `" + near + "`?").fix("use `" + near + "`", {{path.span, near}});
  } else {
    report.help("a base is a `module` of this run: declare it, or `use \"file.sbx\"` the file that does");
  }
}

void World::check_circles() {
  enum class Mark { New, Open, Done };
  std::unordered_map<const Unit*, Mark> marks;
  auto visit = [&](const auto& self, const Unit& unit) -> void {
    marks[&unit] = Mark::Open;
    for (const Import& import : unit.imports) {
      if (!import.unit) continue;
      Mark mark = marks[import.unit];
      if (mark == Mark::Open) {
        diags_.report(Kind::CircularUse, import.span, "`" + unit.name + "` and `" + import.unit->name + "` use each other in a circle")
            .help("move what both need into a third module");
      } else if (mark == Mark::New) {
        self(self, *import.unit);
      }
    }
    marks[&unit] = Mark::Done;
  };
  for (auto& unit : units_) {
    if (marks[unit.get()] == Mark::New) visit(visit, *unit);
  }
}

}  // namespace sbx::sema
