// SPDX-License-Identifier: Apache-2.0
#include "compiler/sema/csv.h"

namespace sbx::sema {

Result<std::vector<CsvRow>> parse_csv(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<CsvRow> rows;
  CsvRow row;
  std::string cell;
  size_t line = 1;
  bool was_quoted = false;
  auto fault = [&](const std::string& what) { return Error{"R0701", what + " in line " + std::to_string(line)}; };
  auto end_cell = [&] {
    row.cells.push_back(std::move(cell));
    cell.clear();
    was_quoted = false;
  };
  auto end_row = [&] {
    bool empty = row.cells.empty() && cell.empty() && !was_quoted;
    if (!empty) {
      end_cell();
      rows.push_back(std::move(row));
    }
    row = {};
    row.line = line + 1;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"') {
      if (!cell.empty() || was_quoted) return fault("a quote inside a value");
      was_quoted = true;
      size_t opened = line;
      for (++i; i < text.size(); ++i) {
        if (text[i] == '"') {
          if (i + 1 >= text.size() || text[i + 1] != '"') break;
          ++i;
        }
        if (text[i] == '\n') ++line;
        cell += text[i];
      }
      if (i >= text.size()) {
        line = opened;
        return fault("a quote that is never closed");
      }
    } else if (c == ',') {
      end_cell();
    } else if (c == '\n' || c == '\r') {
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
      end_row();
      ++line;
    } else if (was_quoted) {
      return fault("text after a closing quote");
    } else {
      cell += c;
    }
  }
  end_row();
  return rows;
}

}  // namespace sbx::sema
