// SPDX-License-Identifier: Apache-2.0
// Which declaration a name means: the units of a run (files, modules, policies), what each declares and what it sees of the others.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/sema/catalog.h"
#include "compiler/syntax/ast.h"
#include "runtime/diag/diagnostic.h"

namespace sbx::sema {

/// Names of different spaces never meet: a route may be called like a model.
enum class Space : uint8_t { Value, Model, Provider, Slot, Attribute, Target, Entry, Rule, Tier, Later };
inline constexpr size_t kSpaces = 10;

struct Unit;

/// A declared name. `parameter` counts from 0 where it is a parameter of `unit`'s module.
struct Declared {
  const ast::Decl* decl = nullptr;
  const Unit* unit = nullptr;
  Span span;
  bool is_private = false;
  int parameter = -1;
};

/// `use a.b as c`: `unit` is null where the module is declared by stdlib/ only with externs, or is unknown (already reported).
struct Import {
  std::string alias;
  std::string module;  // empty for a file
  const Unit* unit = nullptr;
  Span span;
};

struct Unit {
  enum class Kind : uint8_t { File, Module, Policy } kind = Kind::File;
  std::string name;
  const Unit* parent = nullptr;  // the file; none for a file
  const Unit* base = nullptr;    // `under`
  const ast::PolicyDecl* policy = nullptr;
  const ast::ModuleDecl* module = nullptr;
  FileId file;
  Span span;
  std::vector<const ast::Decl*> decls;
  std::vector<Import> imports;
  std::array<std::unordered_map<std::string, Declared>, kSpaces> names;

  [[nodiscard]] const Declared* own(Space space, const std::string& name) const;
};

/// What a look-up found: one declaration; or none, with the reason.
struct Found {
  const Declared* declared = nullptr;
  const Declared* hidden = nullptr;     // exists, but is private to another unit
  const Declared* ambiguous = nullptr;  // with `declared`: the other candidate
};

/// All units of a run. Reports duplicate names, unknown modules and circles of `use` once, when it is made.
class World {
 public:
  World(const SourceSet& sources, const std::vector<ast::File>& files, size_t roots, const Catalog& catalog, Diagnostics& diags);

  [[nodiscard]] const std::vector<const Unit*>& policies() const { return policies_; }
  /// Files and modules, to be checked even where no policy reaches them.
  [[nodiscard]] const std::vector<std::unique_ptr<Unit>>& units() const { return units_; }
  [[nodiscard]] bool is_library(const Unit& unit) const { return library_files_.contains(unit.file.index); }
  [[nodiscard]] const SourceSet& sources() const { return sources_; }
  [[nodiscard]] const Catalog& catalog() const { return catalog_; }

 private:
  void add_file(const ast::File& file, bool compiled);
  Unit& add_unit(Unit::Kind kind, std::string name, Span span, const Unit* parent, FileId file);
  void declare(Unit& unit, const ast::Decl& decl);
  void declare_name(Unit& unit, Space space, const std::string& name, Declared declared);
  void link(Unit& unit);
  void link_base(Unit& unit);
  void check_circles();

  const SourceSet& sources_;
  const Catalog& catalog_;
  Diagnostics& diags_;
  std::vector<std::unique_ptr<Unit>> units_;
  std::vector<const Unit*> policies_;
  std::unordered_map<std::string, Unit*> modules_;
  std::unordered_map<std::string, Unit*> files_;  // by normalised path
  std::unordered_map<uint32_t, bool> library_files_;
};

/// The declaration that `name` means in `unit`: its own, its base's, its file's, then what is used.
[[nodiscard]] Found find(const Unit& unit, Space space, const std::string& name);

/// Every unit whose declarations `unit` may use, itself first, nearest first.
[[nodiscard]] std::vector<const Unit*> visible_units(const Unit& unit);

/// All names of `space` that `unit` sees.
[[nodiscard]] std::vector<std::string> visible_names(const Unit& unit, Space space);

/// `path` relative to the folder of the file `from`, normalised.
[[nodiscard]] std::string path_beside(const std::string& from, const std::string& path);

/// A `use` and where it stands.
struct UseAt {
  const ast::Use* use;
  Span span;
};
/// Every `use` among the declarations and in the modules and policies among them.
[[nodiscard]] std::vector<UseAt> uses_of(const std::vector<ast::Decl>& decls);
/// The declarations inside a module or a policy; null for any other.
[[nodiscard]] const std::vector<ast::Decl>* body_of(const ast::Decl& decl);
/// The path of `use "…"`; null where a module is used.
[[nodiscard]] const std::string* file_of(const ast::Use& use);

/// The name of a declaration and where it stands; nothing for one without a name.
struct NameOf {
  Space space;
  std::string name;
  Span span;
};
[[nodiscard]] std::vector<NameOf> names_of(const ast::Decl& decl);

}  // namespace sbx::sema
