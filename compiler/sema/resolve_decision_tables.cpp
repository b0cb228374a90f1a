// SPDX-License-Identifier: Apache-2.0
// `table way(a, b): {x, y} { … }`: every combination of the inputs has one result, checked cell by cell.
#include <algorithm>

#include "compiler/sema/constant.h"
#include "compiler/sema/resolver.h"

namespace sbx::sema {
namespace {

constexpr size_t kMostCells = 1'000'000;
constexpr size_t kMostReported = 5;

struct Grid {
  const DecisionTable& table;
  const std::vector<std::vector<std::vector<bool>>>& allowed;  // row, input, member
  std::vector<uint32_t> cell;

  [[nodiscard]] bool covers(size_t row) const {
    for (size_t i = 0; i < cell.size(); ++i) {
      if (!allowed[row][i][cell[i]]) return false;
    }
    return true;
  }
  [[nodiscard]] std::string name() const {
    std::string text;
    for (size_t i = 0; i < cell.size(); ++i) text += (i ? " " : "") + table.inputs[i].type.members[cell[i]];
    return text;
  }
  bool next() {
    for (size_t i = cell.size(); i-- > 0;) {
      if (++cell[i] < table.inputs[i].type.members.size()) return true;
      cell[i] = 0;
    }
    return false;
  }
};

}  // namespace

std::optional<DecisionTableId> Resolver::decision_table(const Declared& declared) {
  auto [entry, is_new] = states_.try_emplace(declared.decl);
  if (!is_new) {
    if (entry->second.status == Status::Done) return DecisionTableId{entry->second.index};
    return std::nullopt;
  }
  states_[declared.decl].status = Status::Failed;
  std::optional<DecisionTableId> id = resolve_decision_table(declared, std::get<ast::TableDecl>(declared.decl->node));
  if (id) states_[declared.decl] = {Status::Done, id->index};
  return id;
}

std::optional<DecisionTableId> Resolver::resolve_decision_table(const Declared& declared, const ast::TableDecl& from) {
  Env env{declared.unit, Reads::Attempt};
  DecisionTable table{.name = from.name.text, .span = from.name.span};
  bool good = true;
  size_t cells = 1;
  for (const ast::Path& path : from.inputs) {
    MaybeExpr input = reference(path, path.span, env, nullptr);
    good = good && input;
    if (!input) continue;
    if (input->type.kind == TypeKind::Bool && std::holds_alternative<SignalRef>(input->node)) {
      mismatch(path.span, "a label", input->type).help("a table is written over labels; a bool is a guard of a route or rule");
      good = false;
    } else if (input->type.kind != TypeKind::Label) {
      mismatch(path.span, "a label", input->type).help("cut a number into labels: `signal size = bands(x, short: < 64k, long)`");
      good = false;
    }
    cells = std::min(kMostCells + 1, cells * std::max<size_t>(1, input->type.members.size()));
    table.inputs.push_back(std::move(*input));
  }
  std::optional<Type> result = from.result ? type(*from.result) : std::nullopt;
  if (!good || !result) return std::nullopt;
  if (result->kind != TypeKind::Label) {
    mismatch(from.result->span, "labels `{a, b}` as the result", *result);
    return std::nullopt;
  }
  table.result = std::move(*result);
  std::vector<std::vector<std::vector<bool>>> allowed;
  for (const ast::TableRow& row : from.rows) {
    if (row.cells.size() != table.inputs.size()) {
      report(Kind::TableCell, row.span,
             "this row has " + std::to_string(row.cells.size()) + " cells, and the table has " + std::to_string(table.inputs.size()) +
                 " inputs")
          .help("write `*` for any value");
      good = false;
      continue;
    }
    MaybeExpr value = constant(row.result, env, table.result);
    good = good && value;
    if (!value) continue;
    DecisionTable::Row made{.result = std::get<LabelValue>(value->node).index, .span = row.span};
    std::vector<DecisionTable::Row> rows{made};
    std::vector<std::vector<bool>> masks;
    for (size_t i = 0; i < row.cells.size(); ++i) {
      const ast::Expr& cell = bare(row.cells[i]);
      const Type& want = table.inputs[i].type;
      std::vector<bool> mask(want.members.size(), std::holds_alternative<ast::Wildcard>(cell.node));
      std::vector<std::optional<uint32_t>> choices;
      auto add = [&](const ast::Expr& item) {
        MaybeExpr one = constant(item, env, want);
        good = good && one;
        if (!one) return;
        choices.emplace_back(std::get<LabelValue>(one->node).index);
        mask[*choices.back()] = true;
      };
      if (const auto* list = std::get_if<ast::List>(&cell.node)) {
        for (const ast::Expr& item : list->items) add(item);
      } else if (std::holds_alternative<ast::Wildcard>(cell.node)) {
        choices.emplace_back(std::nullopt);
      } else {
        add(cell);
      }
      std::vector<DecisionTable::Row> wider;  // a list of cells is a row for each
      for (const DecisionTable::Row& one : rows) {
        for (std::optional<uint32_t> choice : choices) {
          wider.push_back(one);
          wider.back().cells.push_back(choice);
        }
      }
      rows = std::move(wider);
      masks.push_back(std::move(mask));
    }
    for (DecisionTable::Row& one : rows) {
      table.rows.push_back(std::move(one));
      allowed.push_back(masks);
    }
  }
  if (!good) return std::nullopt;
  if (cells > kMostCells) {
    report(Kind::TooManyRules, from.name.span, "this table has more than 1,000,000 cells").help("split it into two tables");
    return std::nullopt;
  }
  if (cells * std::max<size_t>(1, table.rows.size()) > 200'000'000) {
    report(Kind::TooManyRules, from.name.span, "this table has too many rows for its number of cells").help("split it into two tables");
    return std::nullopt;
  }
  Grid grid{table, allowed, std::vector<uint32_t>(table.inputs.size(), 0)};
  size_t reported = 0;
  do {
    const DecisionTable::Row* first = nullptr;
    for (size_t i = 0; i < table.rows.size() && reported < kMostReported; ++i) {
      if (!grid.covers(i)) continue;
      if (!first) {
        first = &table.rows[i];
      } else if (first->result != table.rows[i].result) {
        ++reported;
        report(Kind::TableCell, table.rows[i].span, "two rows clash on `" + grid.name() + "`")
            .label(first->span, "says `" + table.result.members[first->result] + "`")
            .help("make one of them narrower");
        break;
      }
    }
    if (first || reported >= kMostReported) continue;
    ++reported;
    report(Kind::TableCell, from.name.span, "no row covers `" + grid.name() + "`").help("add `" + grid.name() + " : …`");
  } while (grid.next() && reported < kMostReported);
  if (reported) return std::nullopt;
  return policy_.decision_tables.add(std::move(table));
}

}  // namespace sbx::sema
