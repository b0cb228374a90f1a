// SPDX-License-Identifier: Apache-2.0
// A column of `table … by …`: the row of the key's reading. Without a column, whether the key is listed; a key that is not is unknown.
#include <algorithm>

#include "runtime/signals/arguments.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/signal_set.h"
#include "runtime/signals/typed.h"

namespace sbx::signals {
namespace {

struct Lookup final : Extractor {
  const KeyedTable* table = nullptr;
  std::optional<size_t> column;
  Type type;

  [[nodiscard]] Reading read(const Observation& observation) const override {
    Reading key = observation.signals.settled(table->key, observation);
    const auto* text = std::get_if<std::string>(&key.value);
    if (key.state != ReadingState::Known || !text) return unknown("the key of the table `" + table->name + "` is not known");
    auto row = std::ranges::lower_bound(table->rows, *text, {}, [](const auto& one) -> const std::string& { return one.first; });
    if (row == table->rows.end() || row->first != *text) return unknown("the key is not listed in the table `" + table->name + "`");
    return column ? typed(row->second[*column], type) : known(true);
  }
};

}  // namespace

Bound bind_table(const Binding& binding) {
  auto extractor = std::make_unique<Lookup>();
  if (!binding.manifest) return std::unique_ptr<Extractor>(std::move(extractor));
  std::string name = text_argument(binding.info.arguments, "table"), column = text_argument(binding.info.arguments, "column");
  for (const KeyedTable& table : binding.manifest->tables) {
    if (table.name == name) extractor->table = &table;
  }
  if (!extractor->table || !extractor->table->key.valid()) return Error{"R0710", "the program has no table `" + name + "`"};
  if (!column.empty()) {
    auto found = std::ranges::find(extractor->table->columns, column);
    if (found == extractor->table->columns.end())
      return Error{"R0710", "the table `" + name + "` of the program has no column `" + column + "`"};
    extractor->column = static_cast<size_t>(found - extractor->table->columns.begin());
  }
  extractor->type = binding.info.type;
  return std::unique_ptr<Extractor>(std::move(extractor));
}

}  // namespace sbx::signals
