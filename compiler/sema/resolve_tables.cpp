// SPDX-License-Identifier: Apache-2.0
// `table … by …`: typed rows by key, from a file.
#include <algorithm>
#include <iterator>

#include "compiler/sema/csv.h"
#include "compiler/sema/resolver.h"
#include "runtime/diag/render.h"
#include "runtime/source/read_file.h"

namespace sbx::sema {
namespace {

std::string trimmed(std::string text) {
  size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// A cell as a constant of its column's type; nothing if it is none.
std::optional<Constant> cell_value(const std::string& text, const Type& type) {
  switch (type.kind) {
    case TypeKind::Text:
      return Constant{text};
    case TypeKind::Label:
      if (!member_index(type, text)) return std::nullopt;
      return Constant{text};
    case TypeKind::Bool:
      if (text != "true" && text != "false") return std::nullopt;
      return Constant{text == "true"};
    case TypeKind::Set: {
      ConstantList list;  // members are separated by `;` or `|`
      for (size_t begin = 0; begin <= text.size() && !text.empty();) {
        size_t end = std::min(text.find_first_of(";|", begin), text.size());
        std::string member = trimmed(text.substr(begin, end - begin));
        if (!type.members.empty() && !member_index(type, member)) return std::nullopt;
        list.push_back({member});
        begin = end + 1;
      }
      return Constant{std::move(list)};
    }
    case TypeKind::Probability:
    case TypeKind::Similarity:
    case TypeKind::Contrast:
    case TypeKind::Score:
    case TypeKind::Int:
    case TypeKind::Number:
    case TypeKind::Tokens:
    case TypeKind::Money:
    case TypeKind::Duration:
      break;
  }
  std::string digits = type.kind == TypeKind::Money && text.starts_with("$") ? text.substr(1) : text;
  std::optional<Decimal> value = parse_decimal(digits);
  if (!value) return std::nullopt;
  bool whole = type.kind == TypeKind::Int || type.kind == TypeKind::Tokens;
  if (whole && value->scale != 0) return std::nullopt;
  Range range = full_range(type);
  std::optional<int64_t> raw = scaled(*value, decimal_places(type.kind), Rounding::HalfAwayFromZero);
  if (!raw || *raw < range.low || *raw > range.high) return std::nullopt;
  return Constant{*value};
}

}  // namespace

std::optional<TableId> Resolver::keyed_table(const Declared& declared) {
  auto [entry, is_new] = states_.try_emplace(declared.decl);
  if (!is_new) {
    if (entry->second.status == Status::Done) return TableId{entry->second.index};
    return std::nullopt;
  }
  const auto& from = std::get<ast::TableDecl>(declared.decl->node);
  states_[declared.decl].status = Status::Failed;
  Env env{declared.unit, Reads::Signals};
  KeyedTable table{.name = from.name.text, .span = from.name.span};
  MaybeExpr key = reference(*from.by, from.by->span, env, nullptr);
  if (!key) return std::nullopt;
  const auto* ref = std::get_if<SignalRef>(&key->node);
  if (!ref || key->type.kind != TypeKind::Text || policy_.symbols[ref->symbol].value) {
    mismatch(from.by->span, "an input of type text as the key", key->type);
    return std::nullopt;
  }
  table.key = ref->symbol;
  for (const ast::Column& column : from.columns) {
    std::optional<Type> type = this->type(column.type);
    if (!type) return std::nullopt;
    if (std::ranges::find(table.columns, column.name.text) != table.columns.end())
      report(Kind::DuplicateName, column.name.span, "the column `" + column.name.text + "` is declared twice");
    table.columns.push_back(column.name.text);
    table.types.push_back(std::move(*type));
  }
  if (from.file) {
    read_rows(from, table, declared.unit->file);
  } else {
    report(Kind::BadTableFile, from.name.span, "the table `" + from.name.text + "` has no rows")
        .help("say where they are: `… } from \"" + from.name.text + ".csv\"`");
  }
  TableId id = policy_.tables.add(std::move(table));
  states_[declared.decl] = {Status::Done, id.index};
  return id;
}

void Resolver::read_rows(const ast::TableDecl& from, KeyedTable& table, FileId file) {
  const auto* name = std::get_if<ast::String>(&from.file->node);
  if (!name) return;
  std::string path = path_beside(world_.sources()[file].path, name->value);
  auto fault = [&](const std::string& message) { return report(Kind::BadTableFile, from.file->span, "`" + path + "`: " + message); };
  Result<std::string> text = read_file(path);
  if (!text) {
    report(Kind::BadTableFile, from.file->span, text.error().message).help("the path is relative to the file that declares the table");
    return;
  }
  Result<std::vector<CsvRow>> rows = parse_csv(*text);
  if (!rows) {
    fault(rows.error().message);
    return;
  }
  if (rows->empty()) {
    fault("is empty").help("its first line names the columns: `" + from.by->text() + ",…`");
    return;
  }
  const std::vector<std::string>& header = rows->front().cells;
  std::vector<size_t> places;
  for (const std::string& column : table.columns) {
    auto found = std::ranges::find_if(header, [&](const std::string& cell) { return trimmed(cell) == column; });
    if (found == header.end()) {
      fault("has no column `" + column + "`")
          .help("its first line is `" + (header.empty() ? "" : header.front()) + (header.size() > 1 ? ",…`" : "`"));
      return;
    }
    places.push_back(static_cast<size_t>(found - header.begin()));
  }
  std::string key_name = from.by->parts.back().text;
  auto key =
      std::ranges::find_if(header, [&](const std::string& cell) { return trimmed(cell) == key_name || trimmed(cell) == from.by->text(); });
  size_t key_place = key == header.end() ? 0 : static_cast<size_t>(key - header.begin());
  std::unordered_map<std::string, size_t> seen;
  for (size_t i = 1; i < rows->size(); ++i) {
    const CsvRow& row = (*rows)[i];
    std::string where = "line " + std::to_string(row.line);
    if (row.cells.size() != header.size()) {
      fault(where + " has " + std::to_string(row.cells.size()) + " values, and there are " + std::to_string(header.size()) + " columns");
      continue;
    }
    std::string row_key = trimmed(row.cells[key_place]);
    if (auto [entry, is_new] = seen.emplace(row_key, row.line); !is_new) {
      fault(where + " repeats the key `" + row_key + "` of line " + std::to_string(entry->second));
      continue;
    }
    std::vector<Constant> values;
    for (size_t c = 0; c < places.size(); ++c) {
      std::string cell = trimmed(row.cells[places[c]]);
      std::optional<Constant> value = cell_value(cell, table.types[c]);
      if (!value) {
        fault(where + ", column `" + table.columns[c] + "`: `" + cell + "` is not " + a_type(table.types[c]));
        continue;
      }
      values.push_back(std::move(*value));
    }
    if (values.size() == places.size()) table.rows.emplace_back(std::move(row_key), std::move(values));
  }
  std::ranges::sort(table.rows, {}, [](const auto& row) -> const std::string& { return row.first; });
}

// The table's own name, read only by `?`, is a bool that is known where the key is listed.
std::optional<SymbolId> Resolver::column(const Declared& declared, const std::string& name, Span span) {
  auto key = std::make_pair(declared.decl, name);
  if (auto known = columns_.find(key); known != columns_.end()) return known->second;
  std::optional<TableId> id = keyed_table(declared);
  if (!id) return std::nullopt;
  const KeyedTable& table = policy_.tables[*id];
  Symbol symbol{.name = table.name, .type = {TypeKind::Bool}, .kind = "table", .arguments = {{"table", Constant{table.name}}}};
  if (!name.empty()) {
    auto found = std::ranges::find(table.columns, name);
    if (found == table.columns.end()) {
      auto finding = report(Kind::UnknownField, span, "the table `" + table.name + "` has no column `" + name + "`")
                         .label(declared.span, "declared here");
      if (std::string near = did_you_mean(name, table.columns); !near.empty()) finding.help("did you mean `" + near + "`?");
      return std::nullopt;
    }
    symbol.name += "." + name;
    symbol.type = table.types[static_cast<size_t>(found - table.columns.begin())];
    symbol.arguments.emplace_back("column", Constant{name});
  }
  const Symbol& by = policy_.symbols[table.key];
  symbol.arguments.emplace_back("key", Constant{by.name});
  symbol.cost = by.cost;
  symbol.verified = by.verified;
  symbol.claim = by.claim;
  symbol.span = table.span;
  SymbolId result = add_symbol(std::move(symbol), declared.unit);
  columns_.emplace(std::move(key), result);
  return result;
}

}  // namespace sbx::sema
